"""Answers questions from a prompt by reading out its facts. English, no model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.brain.courtesies import courtesy, is_thanks, of_name, repeated
from greenroom.twin.agent.brain.heard import asked_in, is_question, prompt_of, said_in
from greenroom.twin.agent.brain.other_person import of_other_person
from greenroom.twin.agent.brain.prompt_facts import Fact, facts_in, sentences_in
from greenroom.twin.agent.brain.question_words import stem_groups, stems_in

_YOU_ARE = re.compile(
    r"^(?:you(?: are|'re)|your name is|vous êtes|tu es|du bist|sie sind|eres|usted es) (?P<who>.+)$", re.IGNORECASE
)
_WHO = re.compile(r"\bwho\b.*\b(you|this|speaking|talking|calling)\b|\b(your name|introduce yourself)\b", re.IGNORECASE)
_WHAT_THERE_IS = re.compile(
    r"^(?:hi|hello|so|and|okay|ok|well)?[, ]*what (?:(?:else )?(?:do|can) (?:you|i) (?:have|offer|sell|know|do|order|get|choose)|"
    r"(?:is|are) (?:there|my options|the options))\b[^.]{0,25}$",
    re.IGNORECASE,
)
#: Characters read out for "What do you have?", and of two facts that answer the same question.
_AT_ONCE_CHARS = 160
_COMPARES = re.compile(r"\b(?:more|less|extra|additional|surcharge|cheaper|off)\b(?! than\b)", re.IGNORECASE)
_YES_OR_NO = re.compile(r"(?:yes|no)\b[,.!]", re.IGNORECASE)
_OPEN_QUESTION = re.compile(r"(?:and |so |but )?(?:how|what|when|where|which|who|why)\b", re.IGNORECASE)
Groups = Sequence[tuple[str, ...]]
_FOLLOWS_UP = re.compile(r"(and|or|what about|how about)\b", re.IGNORECASE)
#: The share of a question, and of a statement, that a fact must cover to answer it; rare words count more.
_ENOUGH, _ENOUGH_OF_STATEMENT = 0.3, 0.5
#: The weight of a word that no fact mentions; most of them are politeness ("sorry, but may I bring …").
_UNMENTIONED = 0.4
#: The weight of a word's kind ("weekend" for Sunday), where facts name it.
_OF_KIND = 0.7

#: Subjects that an agent must not discuss, up to the end of the sentence. What it must not promise goes to a colleague instead.
_FORBIDS = re.compile(
    r"\b(?:never|do not|don't|must not|mustn't|may not|cannot|can't|refuse to|avoid|not allowed to) (?:ever |directly )?"
    r"(?:discuss(?:ing)?|talk(?:ing)? about|speak(?:ing)? about|answer(?:ing)?|mention(?:ing)?|disclos(?:e|ing)|"
    r"reveal(?:ing)?|shar(?:e|ing)|comment(?:ing)? on|negotiat(?:e|ing)|quot(?:e|ing)|giv(?:e|ing))\b([^.!?\n]*)",
    re.IGNORECASE,
)
REFUSAL = "I'm afraid I can't help with that. Is there anything else I can do for you?"


def reply(messages: Sequence[Message], *, is_answer: bool = False) -> str:
    """The answer to the last question that the prompt alone can give; "" when it says nothing about it.

    ``is_answer``: the caller answers a question of the agent's; then facts that hold for everyone are left out.
    """
    prompt, asked = prompt_of(messages), asked_in(messages)
    if not asked:
        return ""
    if said := repeated(messages) or courtesy(asked[-1], said_in(messages)) or of_name(asked) or of_other_person(messages):
        return said
    if _WHO.search(asked[-1]) and (who := introduction(prompt)):
        return who
    found, follows_up = fitting(prompt, asked[-1], guides_only=is_answer), _follows_up(asked)
    if not found and follows_up:
        found = fitting(prompt, f"{asked[-2]} {asked[-1]}")
    # Speech recognition ends "And on Sunday?" with a period at times.
    if not (is_question(asked[-1]) or (follows_up and is_question(asked[-2]))):
        found = "" if found in said_in(messages) else found  # what didn't help is not said again
    elif is_forbidden(prompt, asked[-1], found):
        return REFUSAL
    elif not found and _WHAT_THERE_IS.match(asked[-1].strip()):
        return _first_facts(prompt)
    return found or ("You are welcome." if is_thanks(asked[-1]) else "")


def fitting(prompt: str, asked: str, *, guides_only: bool = False) -> str:
    """The fact of ``prompt`` that covers most of what was ``asked``; "" when none covers enough of it.

    ``guides_only``: of those for a case that the caller is in.
    """
    question = is_question(asked)
    facts = [fact for fact in facts_in(prompt) if fact.guides or not guides_only]
    texts = [f"{fact.about} {fact.words}" for fact in facts]
    stems = [(stems_in(fact.words, asked), stems_in(fact.about, asked)) for fact in facts]
    spread = Counter(stem for own, _ in stems for stem in set(own))
    groups = stem_groups(asked, *texts)
    wanted = _weights(groups, spread)
    total = sum(max(wanted[stem] for stem in group) for group in groups)
    ranked: list[tuple[float, bool, bool, int, int]] = []
    for number, (fact, (own, about)) in enumerate(zip(facts, stems, strict=True)):
        if _is_yes_or_no_to_another(fact, asked):
            continue
        shared = [place for place, stem in enumerate(own) if stem in wanted]
        if not shared:
            continue
        covered = _covered({*own, *about}, groups, wanted) / total
        # Of two facts that cover the same, a statement prefers guidance and a question doesn't; then a whole list
        # is preferred to an item of it, and the fact that names the subject earlier.
        ranked.append((covered, fact.guides is not question, not fact.about, -shared[0], -number))
    best = max(ranked, default=(0.0, False, False, 0, 0))
    if best[0] < (_ENOUGH if question else _ENOUGH_OF_STATEMENT):
        return ""
    fact = facts[-best[4]]
    # "Pets cost 60 euros. Flights to the UK take no pets."
    following = [facts[-rank[4]] for rank in ranked if rank[:2] == best[:2] and rank[4] == best[4] - 1]
    more = next((other.text for other in following if other.about == fact.about), "")
    left = {group[0] for group in groups if group[0] in spread} - set(stems[-best[4]][0])
    more = more or next((one.text for one, (own, _) in zip(facts, stems, strict=True) if _changes(one, own, left)), "")
    both = f"{fact.text.rstrip('.')}. {more}"
    return both if question and more and len(both) <= _AT_ONCE_CHARS else fact.text


def _is_yes_or_no_to_another(fact: Fact, asked: str) -> bool:
    """Whether ``fact`` says yes or no to a question that isn't the one ``asked``: "Does it work with Alexa?" has no answer in
    "Does it work with Siri? Yes." """
    if not _YES_OR_NO.match(fact.text):
        return False
    wanted, answered = set(stems_in(asked)), set(stems_in(fact.words.removesuffix(fact.text)))
    is_same = wanted <= {*answered, *stems_in(fact.text)} or 2 * len(wanted & answered) >= len(answered)
    return _OPEN_QUESTION.match(asked.strip()) is not None or not is_same


def _changes(fact: Fact, own: Collection[str], left: Collection[str]) -> bool:
    """Whether ``fact`` says what a word of the question that is ``left`` makes of the answer: "Large costs three euros more." """
    return not fact.guides and _COMPARES.search(fact.text) is not None and not set(left).isdisjoint(own)


def is_guidance(prompt: str, text: str) -> bool:
    """Whether the prompt has ``text`` said in a case: the agent then waits for what comes of it."""
    return any(fact.guides and fact.text == text for fact in facts_in(prompt))


def coverage(prompt: str, question: str) -> float:
    """How much of the question's own words the best fact of ``prompt`` covers, 0 to 1."""
    found = fitting(prompt, question)
    known, groups = set(stems_in(found, question)), stem_groups(question, found)
    return sum(not known.isdisjoint(group) for group in groups) / len(groups) if groups else 0.0


def _weights(groups: Groups, spread: Mapping[str, int]) -> dict[str, float]:
    """What each word of the question counts; its kind counts less."""
    weights: dict[str, float] = {}
    for own, *kinds in groups:
        weights[own] = 1 / spread[own] if own in spread else _UNMENTIONED
        for kind in kinds:
            weights[kind] = max(weights.get(kind, 0.0), _OF_KIND if kind in spread else 0.0)
    return weights


def _covered(known: Collection[str], groups: Groups, wanted: Mapping[str, float]) -> float:
    """The weight of the words that are known; of a word and its kind the heavier one."""
    return sum(max((wanted[stem] for stem in group if stem in known), default=0.0) for group in groups)


def _first_facts(prompt: str) -> str:
    """The prompt's first facts, for "What do you have?", as many as ``_AT_ONCE_CHARS`` hold."""
    said = ""
    for text in (fact.text for fact in facts_in(prompt) if not fact.guides):
        if said and sentences_in(said)[0].rstrip(".") in text:  # the same once more, as a list
            continue
        longer = f"{said} {text.rstrip('.')}.".strip()
        if said and len(longer) > _AT_ONCE_CHARS:
            break
        said = longer
    return said


def is_forbidden(prompt: str, question: str, answer: str) -> bool:
    """Whether the prompt forbids a subject of ``question`` that ``answer`` isn't about, as "Do not discuss salaries." """
    subjects = {group[0] for found in _FORBIDS.finditer(prompt) for group in stem_groups(found[1])}
    return not subjects.isdisjoint(set(stems_in(question)) - set(stems_in(answer)))


def facts_of(prompt: str) -> list[str]:
    """The texts of the facts in ``prompt``, without instructions to the agent."""
    return [fact.text for fact in facts_in(prompt)]


def introduction(prompt: str) -> str:
    """ "You are Ava, the front desk." → "I am Ava, the front desk." """
    for sentence in (sentence for line in prompt.splitlines() for sentence in sentences_in(line)):
        if found := _YOU_ARE.match(sentence.strip("*_ ")):
            return f"I am {found['who'].replace('**', '')}"
    return ""


def _follows_up(asked: Sequence[str]) -> bool:
    """ "And on Sunday?" continues the question before it."""
    return len(asked) > 1 and len(stems_in(asked[-1])) <= 2 and _FOLLOWS_UP.match(asked[-1]) is not None
