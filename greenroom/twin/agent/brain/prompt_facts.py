"""The facts of a prompt, one by one: sentences, list items, rows of a table, answers to its own questions. English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from greenroom.twin.agent.brain.instructions import is_instruction

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_BULLET = re.compile(r"^(?:[-*•+–]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)[\s#:]*$|^([^.!?|]{1,50}):$|^([A-Z][A-Za-z]*|[A-Z][A-Z &/-]+)$")
_LETTER = re.compile(r"[^\W\d_]")
#: Marks of emphasis and of sections, which nobody wants to hear.
_MARKS = re.compile(r"\*\*|__|`|</?[A-Za-z][\w-]*>|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)")
_ROW, _RULE = re.compile(r"^\|(.*[^\s|].*)\|$"), re.compile(r"^\|[\s|:-]+$")
#: "Growth: $49 per agent", "What you know: breakfast is …".
_LABEL = re.compile(r"^([A-Z][^:.!?,]{0,40}):\s+(?=\S)")
#: A label in front of a whole sentence isn't read out, nor one for the agent; one in front of a list or a price is.
_FINITE = re.compile(
    r"\b(?:is|are|was|were|can|may|has|have|costs?|opens?|closes?|starts?|ends?|takes?|means?|includes?)\b", re.IGNORECASE
)
_FOR_AGENT = re.compile(r"\b(?:you|your|facts?|info(?:rmation)?|knowledge|notes?|context|background)\b", re.IGNORECASE)
_ASKED, _ANSWERED = re.compile(r"^(?:q|question)\s*:\s*", re.IGNORECASE), re.compile(r"^(?:a|answer)\s*:\s*", re.IGNORECASE)
#: "If they ask about a discount, say that paying yearly saves 20 %."
_IF_ASKED = re.compile(
    r"^(?:if|when|whenever)\b.{1,60}?\b(?:asks?|wants?|needs?|mentions?|inquires?|asked)\b(?P<subject>[^,]{1,80}),\s*"
    r"(?:please )?(?:say|explain|answer|reply|respond|mention|(?:tell|inform) (?:them|him|her|the \w+))\s+(?:that\s+|with\s+)?"
    r"(?P<said>.+)$",
    re.IGNORECASE,
)
_OF_AGENT = re.compile(r"\b(?:you|your|them|their|they)\b", re.IGNORECASE)
#: How much of a list is read out at once.
_LIST_CHARS = 240


@dataclass(frozen=True, slots=True)
class Fact:
    """``text`` is read out; it is found by ``words``: its own, its label's and those of the question that it answers."""

    text: str
    words: str


def facts_in(prompt: str) -> list[Fact]:
    """What the prompt states; leaves out instructions to the agent, headings and questions."""
    found: list[Fact] = []
    heading, listed, question = "", list[str](), ""
    lines = [_MARKS.sub("", line.strip()).strip() for line in prompt.splitlines()]
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        if title := _HEADING.match(line):
            found += _whole_list(heading, listed)
            heading, listed, question = next(filter(None, title.groups())), [], ""
            continue
        if _RULE.match(line) or (_ROW.match(line) and _RULE.match(following)):  # a table's line, or the names of its columns
            continue
        is_listed = _BULLET.match(line) is not None or _ROW.match(line) is not None
        for sentence in _sentences(line):
            if sentence.endswith("?"):
                question = _ASKED.sub("", sentence)
                continue
            fact = _fact(sentence, question)
            question = ""
            if fact is not None:
                found.append(fact)
                listed += [fact.text] if is_listed else []
    return [*found, *_whole_list(heading, listed)]


def _sentences(line: str) -> Iterator[str]:
    """Without bullets and numbers. A row of a table is one, as a labeled list: "| Growth | $49 |" → "Growth: $49"."""
    if row := _ROW.match(line):
        first, *others = filter(None, (cell.strip() for cell in row[1].split("|")))
        yield f"{first}: {', '.join(others)}" if others else first
        return
    for sentence in _SENTENCE.split(_BULLET.sub("", line)):
        if bare := _BULLET.sub("", sentence.strip()):
            yield bare


def _fact(sentence: str, question: str) -> Fact | None:
    """None for an instruction, and for what holds no word."""
    stated = _ANSWERED.sub("", sentence) if question else sentence
    if (given := _IF_ASKED.match(stated)) and not _OF_AGENT.search(given["said"]):
        said = given["said"].strip("\"'“”")
        return Fact(said[:1].upper() + said[1:], f"{given['subject']} {said}") if _LETTER.search(said) else None
    label = _LABEL.match(stated)
    if label is not None and not _FINITE.search(label[1]):
        inner = stated[label.end() :]
        if is_instruction(inner):
            return None
        if _FOR_AGENT.search(label[1]) or _FINITE.search(inner):
            question, stated = f"{label[1]} {question}", inner
    elif is_instruction(stated):
        return None
    if not _LETTER.search(stated):
        return None
    return Fact(stated[0].upper() + stated[1:], f"{question} {stated}")


def _whole_list(heading: str, listed: list[str]) -> Iterator[Fact]:
    """The list under a heading, for who asks for all of it; without a heading, or of one that is too long, nothing."""
    whole = "; ".join(text.rstrip(".;") for text in listed)
    if heading and len(listed) > 1 and len(whole) <= _LIST_CHARS:
        yield Fact(f"{whole}.", heading)
