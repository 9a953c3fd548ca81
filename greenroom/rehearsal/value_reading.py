"""Reads the values that arguments of a tool call, or the mocks' data, must have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from greenroom.rehearsal import text_match
from greenroom.rehearsal.field_reading import number
from greenroom.rehearsal.yaml_nodes import FaultList, YamlValue, entries_of

#: Any two texts are alike to some degree.
LEAST_LIKE = 50
_PART = re.compile(r"[^.\[\]\s]")


def read_values(value: YamlValue, what: str, faults: FaultList) -> Mapping[str, Any]:
    """Name → a value, ``/re/``, ``{any: [values]}`` or ``{like: text, min: 85}``."""
    raw = value.plain()
    if not isinstance(raw, dict) or not raw:
        faults.add(value.line, f"{what} must map names to values.")
        return {}
    for name, line, inner in value.items():
        if not _PART.search(name):
            faults.add(line, f"“{name}” isn't a name or a path in {what}.")
        _check_value(inner, name, faults)
    return raw


def _check_value(value: YamlValue, name: str, faults: FaultList) -> None:
    if value.is_mapping:
        given = {key: inner for key, _, inner in value.items()}
        if not given:
            faults.add(value.line, f"{name} is empty, so any object would do. Write what must be in it.")
        elif "like" in given:
            _check_likeness(value, name, faults)
        elif set(given) == {"any"}:
            _check_any(given["any"], name, faults)
        elif set(given) == {"judge"}:
            faults.add(value.line, f"A judge rules on what the agent says, not on {name}. Write a value, /re/, any or like.")
        else:
            for key, inner in given.items():
                _check_value(inner, f"{name}.{key}", faults)
    elif value.is_list:
        for inner in value.entries():
            _check_value(inner, name, faults)
    elif isinstance(raw := value.plain(), str) and (fault := faults.pattern(value.line, lambda: text_match.regex_fault(raw))):
        faults.add(value.line, f"“{raw}” in {name} {fault}.")


def _check_any(value: YamlValue, name: str, faults: FaultList) -> None:
    entries = value.entries() if value.is_list else []
    if not entries:
        faults.add(value.line, f"any needs a list of values for {name}. Any value at all is /.*/.")
    for inner in entries:
        _check_value(inner, name, faults)


def _check_likeness(value: YamlValue, name: str, faults: FaultList) -> None:
    entries = entries_of(value, ("like", "min"), name, faults)
    raw = entries["like"].plain()
    if isinstance(raw, dict | list) or not text_match.words(str(raw)):
        faults.add(entries["like"].line, f"like needs a text for {name}.")
    elif text_match.is_regex(str(raw)):
        faults.add(entries["like"].line, f"like compares texts as written. Write {name}: {raw} for a pattern.")
    number(entries.get("min"), "min", faults, 85, LEAST_LIKE, 100)
