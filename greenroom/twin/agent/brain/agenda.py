"""What a prompt has the agent find out from the caller, asked one by one. English.

"Find out how they work today, who else decides, and their budget." → three questions. Each is asked once, unless the caller has
told it already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from greenroom.twin.agent.brain.asking import question_of
from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.brain.courtesies import closing, is_refusal, is_trouble, is_wish
from greenroom.twin.agent.brain.guidance import guidance_in
from greenroom.twin.agent.brain.heard import asked_in, prompt_of, said_in
from greenroom.twin.agent.brain.instructions import is_instruction
from greenroom.twin.agent.brain.persons import WHOM
from greenroom.twin.agent.brain.prompt_facts import BULLET, sentences_in, without_marks
from greenroom.twin.agent.brain.question_words import stems_in

_FINDS = re.compile(
    r"^(?:(?:please|first|then|next|also|always|finally|at the start|start by|begin by)[, ]+)*"
    rf"(?P<verb>find out|figure out|learn|ask(?:ing)?|collect(?:ing)?|gather(?:ing)?|note down|obtain|determine|establish)\b"
    rf"(?: {WHOM}(?=[ :]))?(?: from {WHOM})?(?: (?P<preposition>about|for))?\b\s*:?\s*(?P<what>.*)$",
    re.IGNORECASE,
)
#: A heading over a list of what to find out: "Information to collect", "Ask for:", "Questions".
_HEADS_A_LIST = re.compile(r"\b(?:collect|gather|find out|ask(?: for| about)?|questions?)\b", re.IGNORECASE)
_FOR_OTHERS = re.compile(r"\b(?:never|don't|do not|frequent(?:ly)?|common|faq|if|when)\b", re.IGNORECASE)
#: "four things, in a natural order: how they work today, …"
_INTRODUCED = re.compile(r"^[^:]*\b(?:things?|these|this|following|questions?|details?|points?|order)\b[^:]*:\s*", re.IGNORECASE)
#: Where the agent goes on to do something else.
_THEN = re.compile(
    r"[,;]? (?:and )?then\b.*|,? and (?:say|offer|repeat|confirm|note|tell|thank|wait|let|use|call|check)\b.*|"
    r",? (?:before (?=\w)|so (?:that\b|(?=you\b))|in order to\b|unless\b|because\b).*|"
    r" (?:when|if|where|as) (?:appropriate|needed|necessary|possible|applicable|required|relevant)\b.*",
    re.IGNORECASE,
)
#: What explains an item, or names a step: "(e.g. a checkup)", "Identify the caller: Ask …".
_ASIDE, _STEP = re.compile(r"\s*\([^)]*\)"), re.compile(r"^[A-Z][^:.!?]{0,40}:\s+(?=[A-Z])")
_AND = re.compile(r",? (?:and|or) (?!time\b|date\b|state\b|zip\b)")
_CASE = re.compile(r"^(?:if|when|whenever|in case|unless)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“]([^\"“”]{3,160}\?)[\"”]")
_YES_OR_NO = re.compile(
    r"^(?:(?P<yes>yes|yeah|yep|sure|of course|okay|ok|i (?:can|do|am|have|will)|that works|certainly)|"
    r"no|nope|not|i (?:can't|cannot|don't|do not|am not|haven't|won't)|i'm not|unfortunately|i'm afraid)\b",
    re.IGNORECASE,
)
#: What every caller begins with.
_OPENING = re.compile(
    r"^(?:what (?:they (?:want|need|would like|are looking for|call about)|happens|happened|is wrong|brings them(?: in| here)?|"
    r"the (?:problem|issue|trouble) is)|why they (?:call|are calling)|"
    r"(?:the|their) (?:problem|issue|reason for (?:the|their) call))$",
    re.IGNORECASE,
)
_CANNOT = re.compile(r"\b(?:cannot|can't|can not)\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:do not|don't|does not|doesn't|did not|didn't|are not|aren't|is not|isn't|will not|won't) ?", re.IGNORECASE
)
_MOST = 12
#: Before the next question; the next one each time.
HEARD = ("I see.", "Thank you.", "All right.")
SORRY_TO_HEAR = "I'm sorry to hear that."
ALL_ASKED = "Thank you. Is there anything else?"
ANYTHING_ELSE = "All right. Is there anything else?"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """``subject``: as the prompt says it. ``before``: the fact that the prompt states just before, to be said first."""

    subject: str
    question: str
    before: str = ""

    @property
    def text(self) -> str:
        """What the agent says."""
        return f"{self.before} {self.question}".strip()


def agenda_in(prompt: str) -> list[AgendaItem]:
    """At most 12; what depends on a case ("For a delivery also ask for the street") is left out."""
    found: dict[str, AgendaItem] = {}
    for item in _items(prompt):
        found.setdefault(item.question, item)
    return list(found.values())[:_MOST]


def turn(messages: Sequence[Message]) -> str:
    """The agent's turn after a statement: what the prompt says for this answer, else the next question; "" without an agenda."""
    asked, said = asked_in(messages), said_in(messages)
    if not asked or is_refusal(asked[-1]):
        return ""
    if (item := item_asked(messages)) and (answered := _YES_OR_NO.match(asked[-1].strip())):
        yes = answered["yes"] is not None
        if told := guided_by_answer(prompt_of(messages), item.subject, yes=yes):
            return told
    if (question := next_question(messages)) is not None:
        sorry = item is None and is_trouble(asked[-1])
        return f"{SORRY_TO_HEAR if sorry else HEARD[sum(text.startswith(HEARD) for text in said) % len(HEARD)]} {question.text}"
    if item is not None:
        return ALL_ASKED
    if not agenda_in(prompt_of(messages)) or is_trouble(asked[-1]) or is_wish(asked[-1]):
        return ""
    return closing(messages) or ANYTHING_ELSE


def open_question(messages: Sequence[Message]) -> str:
    """What the agent has just asked, for a caller who asks something himself instead of answering; "" if it asked nothing."""
    item = item_asked(messages)
    return item.question if item else ""


def next_question(messages: Sequence[Message]) -> AgendaItem | None:
    """The first question that was neither asked nor answered unasked."""
    said, asked = " ".join(said_in(messages)), asked_in(messages)
    told, opened = set(stems_in(" ".join(asked))), any(len(text.split()) > 2 and not _YES_OR_NO.match(text) for text in asked)
    for item in agenda_in(prompt_of(messages)):
        wanted = set(stems_in(item.subject))
        is_told = (wanted and wanted <= told) or (opened and _OPENING.match(item.subject))
        if item.question not in said and not is_told:
            return item
    return None


def item_asked(messages: Sequence[Message]) -> AgendaItem | None:
    """What the agent's last sentence asked."""
    said = said_in(messages)
    return next((item for item in agenda_in(prompt_of(messages)) if said and said[-1].endswith(item.question)), None)


def guided_by_answer(prompt: str, subject: str, *, yes: bool) -> str:
    """What is said to who answered ``subject`` ("whether they can come") with yes or no: "If they cannot come, …"."""
    asked = subject.lower().removeprefix("whether ").removeprefix("if ").strip(" .?")
    for sentence in (sentence for line in prompt.splitlines() for sentence in sentences_in(line)):
        if (found := guidance_in(sentence)) is None:
            continue
        case, negated = _CANNOT.subn("can", found[0].lower())
        case, also_negated = _NOT.subn("", case)
        affirmed = not (negated or also_negated)
        if affirmed is yes and asked.startswith(case.strip()):
            return found[1]
    return ""


def _items(prompt: str) -> Iterator[AgendaItem]:
    listing: bool | None = None  # whether the bullets that follow are questions; with what they are about
    for line in (without_marks(line) for line in prompt.splitlines()):
        if not line:
            continue
        bulleted = BULLET.match(line) is not None
        if not bulleted:
            listing = _heads(line)
        elif listing is not None and not is_instruction(BULLET.sub("", line)):
            yield from _asked(_ASIDE.sub("", BULLET.sub("", line)), about=listing)
            continue
        before = ""
        for sentence in sentences_in(line):
            if _CASE.match(sentence):  # what follows in its line belongs to the case, too
                break
            found = _FINDS.match(_STEP.sub("", _ASIDE.sub("", sentence)))
            if found is None:
                before = "" if is_instruction(sentence) or sentence.endswith("?") else sentence
                continue
            about = (found["preposition"] or "").lower() == "about"
            for number, item in enumerate(_listed(found["what"], about)):
                yield AgendaItem(item.subject, item.question, "" if number or bulleted else before)
            before = ""


def _heads(line: str) -> bool | None:
    """Whether a heading's list is of themes ("ask about:"); None where it is no list of questions."""
    heading = line.startswith("#") or line.endswith(":")
    if not heading or len(line) > 80 or not _HEADS_A_LIST.search(line) or _FOR_OTHERS.search(line):
        return None
    return "about" in line.lower()


def _listed(what: str, about: bool) -> Iterator[AgendaItem]:
    """The items of "a, b, and c"."""
    if not (parts := _QUOTED.findall(what)):
        what = _THEN.sub("", _INTRODUCED.sub("", what)).rstrip(" .;,")
        parts = re.split(r", (?:and |or )?|; ", what)
        if not re.search(r", (?:and|or) ", what):  # the last comma is an "and": "name, phone number and reason"
            parts = [*parts[:-1], *_AND.split(parts[-1])]
    for part in parts:
        yield from _asked(part, about=about)


def _asked(subject: str, *, about: bool) -> Iterator[AgendaItem]:
    if subject.endswith("?"):
        yield AgendaItem(subject, subject)
    elif question := question_of(subject, about=about):
        yield AgendaItem(subject, question)
