"""Reads the mocked tools of a scenario, and the data that they keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from greenroom.rehearsal import text_match
from greenroom.rehearsal.field_reading import speech, whole
from greenroom.rehearsal.yaml_nodes import FaultList, YamlValue, entries_of, nearest

_RULE = ("when", "give", "error", "hang", "delay_ms", "set", "times")
_BRACES = re.compile(r"\{\{([^{}\n]*)\}\}")
_PLACE = re.compile(r"\s*(args|world)((?:\.[A-Za-z0-9_-]+)*)\s*")


def read_mocks(value: YamlValue | None, faults: FaultList) -> dict[str, Any]:
    """Tool → its rules as written; {} if it is missing."""
    if value is None:
        return {}
    if not value.is_mapping:
        faults.add(value.line, "tools must map the name of each tool to its rules.")
        return {}
    mocks: dict[str, Any] = {}
    for name, _, rules in value.items():
        if not rules.entries():
            faults.add(rules.line, f"{name} has no rule. Write give, error or hang.")
        every = 0
        for rule in rules.entries():
            if every:
                faults.add(rule.line, f"The rule of {name} in line {every} answers every call, so this one is never used.")
            _mock_rule(name, rule, faults)
            if rule.is_mapping and not {"when", "times"} & {key for key, _, _ in rule.items()}:
                every = every or rule.line
        mocks[name] = [rule.plain() for rule in rules.entries()]
    return mocks


def _mock_rule(name: str, rule: YamlValue, faults: FaultList) -> None:
    entries = entries_of(rule, _RULE, f"A rule of {name}", faults)
    answers = [one for one in ("give", "error", "hang") if one in entries]
    if rule.is_mapping and len(answers) != 1:
        given = f"; this one has {' and '.join(answers)}" if answers else ""
        faults.add(rule.line, f"A rule of {name} needs give, error or hang{given}.")
    for inner in ("when", "set"):
        if inner in entries and not entries[inner].is_mapping:
            faults.add(entries[inner].line, f"{inner} must map names to values.")
    for name, line, _ in entries["set"].items() if "set" in entries and entries["set"].is_mapping else ():
        if not re.search(r"[^.+\s]", name):
            faults.add(line, f"“{name}” in set isn't a path.")
    if "when" in entries and entries["when"].is_mapping:
        _conditions(entries["when"], faults)
    if "error" in entries:  # an empty one would be a success
        speech(entries["error"], "error", faults)
        if entries["error"].plain() is None:
            faults.add(entries["error"].line, "error must be text.")
    if "hang" in entries and entries["hang"].plain() is not True:
        faults.add(entries["hang"].line, f"hang must be true, not {entries['hang'].plain()}.")
    if "set" in entries and "give" not in entries:
        faults.add(entries["set"].line, "A call that fails changes nothing. Use set with give.")
    for inner in ("give", "error", "set"):
        for line, braces in _places(entries[inner]) if inner in entries else ():
            if not _PLACE.fullmatch(braces):
                known = nearest(braces.strip().partition(".")[0], ("args", "world"))
                faults.add(line, f"“{{{{{braces}}}}}” in {inner} isn't args or world. It would stay in the text.{known}")
    whole(entries.get("times"), "times", faults, 1, 1, 1000)
    whole(entries.get("delay_ms"), "delay_ms", faults, 0, 0, 100_000)


def _conditions(value: YamlValue, faults: FaultList) -> None:
    """``when`` compares values; it has none of the ways in which checks compare."""
    for name, line, inner in value.items():
        raw = inner.plain()
        if isinstance(raw, str) and text_match.is_regex(raw):
            faults.add(line, f"when compares {name} as written, so {raw} matches nothing else. Write * for any part of a text.")
        elif isinstance(raw, dict) and len(raw) == 1 and set(raw) <= {"any", "like"}:
            faults.add(line, f"when compares {name} as written. Write one rule for each value, or * for any part of a text.")


def _places(value: YamlValue) -> Iterator[tuple[int, str]]:
    """What stands in double braces in all texts of a value, with its line."""
    if value.is_mapping:
        for _, _, inner in value.items():
            yield from _places(inner)
    elif value.is_list:
        for inner in value.entries():
            yield from _places(inner)
    else:
        yield from ((value.line, braces[1]) for braces in _BRACES.finditer(str(value.plain())))


def read_world(value: YamlValue | None, faults: FaultList) -> dict[str, Any]:
    """The mocks' data at the start."""
    raw = value.plain() if value is not None else {}
    if value is not None and not isinstance(raw, dict):
        faults.add(value.line, "world must be a mapping.")
        return {}
    return raw
