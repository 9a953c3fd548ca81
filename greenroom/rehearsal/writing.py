"""Simple tests as a form shows them, written into the text of a scenario file without touching the rest of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from greenroom.rehearsal.reading import ReadFile, read
from greenroom.rehearsal.scenario import CallerLine, CheckSpec, Gate, PriorTurn, Provenance, Scenario, SimulatedCaller

_EMPTY = re.compile(r"^scenarios:[ \t]*\[[ \t]*\][ \t]*$", re.MULTILINE)
#: The keys of a scenario that the form writes; one with another key is edited as YAML, or it would be lost.
_FORM = {"id", "title", "gate", "repeat", "from", "variables", "start", "caller", "expect"}
_NOT_ID = re.compile(r"[^a-z0-9]+")


class UnwritableFile(Exception):
    """The file can't take this change; edit it as YAML."""


@dataclass(frozen=True, slots=True)
class SimpleStep:
    """What the caller says, and phrases of which the reply must have one."""

    say: str
    must_say: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SimpleTest:
    """A scripted test. ``never``: phrases that no reply may have; 0 words or -1 questions = no limit. ``must_call``: tools."""

    id: str
    title: str
    steps: tuple[SimpleStep, ...]
    never: tuple[str, ...] = ()
    max_words: int = 0
    max_questions: int = -1
    gate: Gate = "block"
    repeat: int = 1
    start: tuple[PriorTurn, ...] = ()
    variables: Mapping[str, str] | None = None
    origin: Provenance | None = None
    must_call: tuple[str, ...] = ()


def id_for(title: str, taken: Mapping[str, Any]) -> str:
    """An unused id made of the title's words."""
    stem = _NOT_ID.sub("-", title.lower()).strip("-")[:48] or "test"
    identity, number = stem, 2
    while identity in taken:
        identity, number = f"{stem}-{number}", number + 1
    return identity


def simple_of(scenario: Scenario) -> SimpleTest | None:
    """The scenario as the form shows it; None if it has parts that the form doesn't have."""
    caller = scenario.caller
    if scenario.own - _FORM or caller != SimulatedCaller(lines=caller.lines) or scenario.mocks or scenario.clock:
        return None
    plain = scenario.passing.sure is None and bool(caller.lines)
    if not plain or any(line != CallerLine(line.say, expect=line.expect) or not line.say for line in caller.lines):
        return None
    steps = []
    for line in caller.lines:
        if any(check.kind != "says" or check.turn is not None or check.name for check in line.expect) or len(line.expect) > 1:
            return None
        steps.append(SimpleStep(line.say, line.expect[0].value if line.expect else ()))
    called = tuple(check.value["tool"] for check in scenario.expect if _plain_call(check))
    limits = _limits(tuple(check for check in scenario.expect if not _plain_call(check)))
    if limits is None:
        return None
    never, words, questions = limits
    return SimpleTest(
        id=scenario.id,
        title=scenario.title,
        steps=tuple(steps),
        never=never,
        max_words=words,
        max_questions=questions,
        gate=scenario.gate,
        repeat=scenario.repeat,
        start=scenario.start,
        variables=scenario.variables or None,
        origin=scenario.origin,
        must_call=called,
    )


def put(text: str, test: SimpleTest, replaces: str = "") -> str:
    """The file's text with the test, in the place of the scenario ``replaces``. Raises UnwritableFile."""
    before = read(text)
    block = yaml.safe_dump(_as_json(test), sort_keys=False, allow_unicode=True, width=120).rstrip("\n")
    changed = _spliced(text, before, block, replaces)
    after = read(changed)
    if after.content is None or test.id not in after.spans or set(before.spans) - {replaces} - set(after.spans):
        raise UnwritableFile(
            "; ".join(fault.message for fault in after.faults if fault.blocking) or "the list isn't one per line"
        )
    return changed


def removed(text: str, identity: str) -> str:
    """The file's text without a scenario. Raises UnwritableFile."""
    file = read(text)
    if identity not in file.spans:
        raise UnwritableFile(f"there is no scenario {identity}")
    begin, end = file.spans[identity]
    dash = text.rfind("-", 0, begin)
    changed = text[: text.rfind("\n", 0, dash) + 1] + text[end:]
    if len(file.spans) == 1:
        changed = re.sub(r"^scenarios:[ \t]*$", "scenarios: []", changed, flags=re.MULTILINE)
    elif read(changed).content is None:
        raise UnwritableFile("the list isn't one per line")
    return changed


def _spliced(text: str, file: ReadFile, block: str, replaces: str) -> str:
    if replaces in file.spans:
        begin, end = file.spans[replaces]
        column = begin - (text.rfind("\n", 0, begin) + 1)
        return f"{text[:begin]}{_indented(block, column)}\n{text[end:]}"
    if _EMPTY.search(text):
        return _EMPTY.sub(lambda _: f"scenarios:\n- {_indented(block, 2)}", text, count=1)
    if not file.spans:
        raise UnwritableFile("there is no list of scenarios")
    begin, end = max(file.spans.values())
    column = begin - (text.rfind("\n", 0, begin) + 1)
    before = text[:end].rstrip("\n")
    return f"{before}\n{' ' * (column - 2)}- {_indented(block, column)}\n{text[end:]}"


def _indented(block: str, column: int) -> str:
    return f"\n{' ' * column}".join(block.split("\n"))


def _plain_call(check: CheckSpec) -> bool:
    """A tool that must be called, and nothing else about it."""
    plain = check.turn is None and not check.name and check.untested == "unknown"
    return check.kind == "calls" and bool(check.value) and set(check.value) == {"tool"} and plain


def _limits(checks: tuple[CheckSpec, ...]) -> tuple[tuple[str, ...], int, int] | None:
    """Forbidden phrases, most words, most questions; None if there is any other check."""
    never: tuple[str, ...] = ()
    words, questions = 0, -1
    for check in checks:
        if check.turn is not None or check.name:
            return None
        if check.kind == "not_says":
            never += check.value
        elif check.kind == "talk" and set(check.value) <= {"words", "questions"}:
            words = int(check.value.get("words", words))
            questions = int(check.value.get("questions", questions))
        else:
            return None
    return never, words, questions


def _as_json(test: SimpleTest) -> dict[str, Any]:
    """The scenario as the file has it, without what is at its default."""
    written: dict[str, Any] = {"id": test.id}
    if test.title and test.title != test.id:
        written["title"] = test.title
    if test.gate != "block":
        written["gate"] = test.gate
    if test.repeat != 1:
        written["repeat"] = test.repeat
    if test.origin is not None:
        origin = {"session": test.origin.session, "turn": test.origin.turn, "version": test.origin.version}
        written["from"] = {name: value for name, value in origin.items() if value is not None}
        written["from"] |= {"failed": True} if test.origin.failed else {}
    if test.variables:
        written["variables"] = dict(test.variables)
    if test.start:
        written["start"] = [{turn.speaker: turn.text} for turn in test.start]
    lines = [
        {"say": step.say, **({"expect": [{"says": _phrases(step.must_say)}]} if step.must_say else {})} for step in test.steps
    ]
    written["caller"] = {"lines": lines}
    talk = {"words": test.max_words} if test.max_words else {}
    talk |= {"questions": test.max_questions} if test.max_questions >= 0 else {}
    expect: list[dict[str, Any]] = [{"not_says": _phrases(test.never)}] if test.never else []
    expect += [{"talk": talk}] if talk else []
    expect += [{"calls": {"tool": tool}} for tool in test.must_call]
    return {**written, "expect": expect} if expect else written


def _phrases(phrases: tuple[str, ...]) -> Any:
    return phrases[0] if len(phrases) == 1 else list(phrases)
