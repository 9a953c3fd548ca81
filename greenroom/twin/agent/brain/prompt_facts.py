"""The facts of a prompt, one by one: sentences, list items, rows of a table, answers to its own questions. English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from greenroom.twin.agent.brain.guidance import guidance_in
from greenroom.twin.agent.brain.instructions import is_instruction
from greenroom.twin.agent.brain.sections import Sections, labels_agent, labels_manner

#: Not after "Dr. " and its like.
_SENTENCE = re.compile(
    r"(?<=[.!?])(?<!\b[DMS][rst]\.)(?<!\bMrs\.)(?<!\bProf\.)(?<!\bNo\.)(?<!\bapprox\.)(?<!\be\.g\.)(?<!\bi\.e\.)\s+"
)
BULLET = re.compile(r"^(?:[-*•+–>]|\d{1,2}[.)])\s+")
_LETTER = re.compile(r"[^\W\d_]")
#: Marks of emphasis and of sections, which aren't read out.
_MARKS = re.compile(r"\*\*|__|`|</?[A-Za-z][\w-]*>|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_ROW, _RULE = re.compile(r"^\|(.*[^\s|].*)\|$"), re.compile(r"^\|[\s|:-]+$")
#: "Growth: $49 per agent", "What you know: breakfast is …".
_LABEL = re.compile(r"^([A-Z][^:.!?,]{0,40}):\s+(?=\S)")
_FIELD = re.compile(r"^([A-Za-z][\w' &-]{0,40}):\s")
#: A label in front of a whole sentence isn't read out, nor one for the agent; one in front of a list or a price is.
_FINITE = re.compile(
    r"\b(?:is|are|was|were|can|may|has|have|costs?|opens?|closes?|starts?|ends?|takes?|means?|includes?)\b", re.IGNORECASE
)
_FOR_AGENT = re.compile(r"\b(?:you|your|facts?|info(?:rmation)?|knowledge|notes?|context|background)\b", re.IGNORECASE)
#: What goes on with the agent: "We rent kayaks, and you are our voice on the phone."
_TAIL = re.compile(
    r"[,;] (?:and|so|but) (?:you are (?:the|an?|our) |"
    r"(?:please |always |never )?(?:be|do not|don't|offer|tell|ask|say|answer|explain)\b).*$",
    re.IGNORECASE | re.DOTALL,
)
_ASKED, _ANSWERED = re.compile(r"^(?:q|question)\s*:\s*", re.IGNORECASE), re.compile(r"^(?:a|answer)\s*:\s*", re.IGNORECASE)
#: In an answer to a question, this speaks to the caller.
_TO_CALLER = re.compile(r"^you(?:'ll|'re| can| may| need| have| will| could| get| must| should| pay| find)\b", re.IGNORECASE)
#: A phrase to use, or a tool: "- "One moment, please."", "- `end_call`: …".
_SAMPLE = re.compile(r"^\s*(?:[-*•+–]\s+|\d{1,2}[.)]\s+)?(?:[\"“].*[\"”]|`[\w.-]+`\s*[:(–-].*)\s*$")
#: How much of a list is read out at once.
_LIST_CHARS = 240


@dataclass(frozen=True, slots=True)
class Fact:
    """``text`` is read out; it is found by ``words``: its own, its label's and those of the question that it answers; and then by
    those of its heading, ``about``. ``guides``: it is for a case that the caller is in, rather than for a question."""

    text: str
    words: str
    about: str = ""
    guides: bool = False


def facts_in(prompt: str) -> list[Fact]:
    """What the prompt states; leaves out instructions to the agent, headings and questions."""
    found: list[Fact] = []
    sections, listed, question = Sections(), list[str](), ""
    written = prompt.splitlines()
    lines = [without_marks(line) for line in written]
    for raw, line, following in zip(written, lines, [*lines[1:], ""], strict=False):
        title = sections.title
        if sections.begins(raw, line):
            found += _whole_list(title, listed)
            listed, question = [], ""
            continue
        if _RULE.match(line) or (_ROW.match(line) and _RULE.match(following)):  # a table's line, or the names of its columns
            continue
        named = _FIELD.match(BULLET.sub("", line))
        if _SAMPLE.match(raw) or (named is not None and labels_manner(named[1])):
            continue
        if sections.on_manner and guidance_in(BULLET.sub("", line)) is None:
            continue
        is_listed = BULLET.match(line) is not None or _ROW.match(line) is not None
        stated, question = _stated(line, question, title)
        found += stated
        listed += [fact.text for fact in stated if is_listed]
    return [*found, *_whole_list(sections.title, listed)]


def without_marks(line: str) -> str:
    """A line without the marks of emphasis and the spaces around it."""
    return _MARKS.sub("", line.strip()).strip()


def sentences_in(text: str) -> list[str]:
    """The sentences of a line, without bullets and numbers."""
    bare = [BULLET.sub("", sentence.strip()) for sentence in _SENTENCE.split(BULLET.sub("", text))]
    return [sentence for sentence in bare if sentence]


def _stated(line: str, question: str, heading: str) -> tuple[list[Fact], str]:
    """The facts of a line, and the question that the next line answers. ``question``: what this one answers."""
    if row := _ROW.match(line):
        first, *others = filter(None, (cell.strip() for cell in row[1].split("|")))
        if first.endswith("?") and others:
            question, line = _ASKED.sub("", first), ", ".join(others)
        else:  # a labeled list: "| Growth | $49 |" → "Growth: $49"
            line = f"{first}: {', '.join(others)}" if others else first
        sentences = [line] if not question else sentences_in(line)
    else:
        sentences = sentences_in(line)
    if question and len(sentences) > 1 and not any(sentence.endswith("?") for sentence in sentences):
        sentences = _joined([sentence for sentence in sentences if not _is_order(_ANSWERED.sub("", sentence), question)])
    found: list[Fact] = []
    for sentence in sentences:
        if sentence.endswith("?"):
            question = _ASKED.sub("", sentence)
            continue
        fact, question = _fact(sentence, question, heading), ""
        found += [fact] if fact is not None else []
    return found, question if sentences else ""


def _joined(sentences: list[str]) -> list[str]:
    """An answer in several sentences is read out whole, unless it is too long."""
    whole = " ".join(sentences)
    return [whole] if whole and len(whole) <= _LIST_CHARS else sentences


def _fact(sentence: str, question: str, heading: str) -> Fact | None:
    """None for an instruction, and for what holds no word."""
    stated = _ANSWERED.sub("", sentence) if question else sentence
    if (given := guidance_in(stated)) and _LETTER.search(given[1]):
        return Fact(given[1], " ".join(given), heading, guides=True)
    stated = _TAIL.sub(".", stated)
    if not question and (named := _FIELD.match(stated)) and labels_agent(named[1]):
        return None
    label = _LABEL.match(stated)
    if label is not None and not _FINITE.search(label[1]):
        inner = stated[label.end() :]
        if is_instruction(inner):
            return None
        if _FOR_AGENT.search(label[1]) or _FINITE.search(inner):
            question, stated = f"{label[1]} {question}", inner
    elif _is_order(stated, question):
        return None
    if not _LETTER.search(stated):
        return None
    return Fact(stated[0].upper() + stated[1:], f"{question} {stated}", heading)


def _is_order(sentence: str, question: str) -> bool:
    """Whether it is for the agent. ``question``: what it answers."""
    return is_instruction(sentence) and not (question and _TO_CALLER.match(sentence))


def _whole_list(heading: str, listed: list[str]) -> Iterator[Fact]:
    """The list under a heading as one fact, which answers a question for all of it. None without a heading or if it is too
    long to read out."""
    whole = "; ".join(text.rstrip(".;") for text in listed)
    if heading and len(listed) > 1 and len(whole) <= _LIST_CHARS:
        yield Fact(f"{whole}.", heading)
