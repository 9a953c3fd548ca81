"""Reads the mocked tools of a scenario, and the data that they keep."""

from __future__ import annotations

from typing import Any

from greenroom.rehearsal.field_reading import whole
from greenroom.rehearsal.yaml_nodes import FaultList, YamlValue, entries_of

_RULE = ("when", "give", "error", "hang", "delay_ms", "set", "times")


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
        for rule in rules.entries():
            _mock_rule(name, rule, faults)
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
    if "set" in entries and "give" not in entries:
        faults.add(entries["set"].line, "A call that fails changes nothing. Use set with give.")
    whole(entries.get("times"), "times", faults, 1, 1, 1000)
    whole(entries.get("delay_ms"), "delay_ms", faults, 0, 0, 100_000)


def read_world(value: YamlValue | None, faults: FaultList) -> dict[str, Any]:
    """The mocks' data at the start."""
    raw = value.plain() if value is not None else {}
    if value is not None and not isinstance(raw, dict):
        faults.add(value.line, "world must be a mapping.")
        return {}
    return raw
