"""Typed values from YAML: each reports its fault with the line and returns a default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from greenroom.rehearsal import text_match
from greenroom.rehearsal.yaml_nodes import FaultList, YamlValue, nearest

Word = TypeVar("Word", bound=str)


def text(value: YamlValue | None, what: str, faults: FaultList, default: str = "") -> str:
    """A text; numbers and yes/no are taken as they are written."""
    if value is None:
        return default
    raw = value.plain()
    if isinstance(raw, dict | list) or raw is None:
        faults.add(value.line, f"{what} must be text.")
        return default
    return value.written().strip()


def speech(value: YamlValue | None, what: str, faults: FaultList) -> str:
    """A text that has something to say or to look for; "" if it is missing."""
    given = text(value, what, faults)
    if value is not None and not text_match.words(given) and value.plain() is not None:
        faults.add(value.line, f"{what} contains no word.")
    return given


def texts(value: YamlValue | None, what: str, faults: FaultList) -> tuple[str, ...]:
    """A list of texts, or a single one; () if it is missing."""
    if value is None:
        return ()
    return tuple(text(entry, what, faults) for entry in value.entries())


def text_map(value: YamlValue | None, what: str, faults: FaultList) -> Mapping[str, str]:
    """Name → text; {} if it is missing."""
    if value is None:
        return {}
    if not value.is_mapping:
        faults.add(value.line, f"{what} must map names to text.")
        return {}
    return {name: text(inner, f"{what}: {name}", faults) for name, _, inner in value.items()}


def number(value: YamlValue | None, what: str, faults: FaultList, default: float, low: float, high: float) -> float:
    """From ``low`` to ``high``, both included; yes/no and quoted numbers are faults."""
    if value is None:
        return default
    raw = value.plain()
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not low <= raw <= high:
        faults.add(value.line, f"{what} must be a number from {low:g} to {high:g}, not “{raw}”.")
        return default
    return float(raw)


def whole(value: YamlValue | None, what: str, faults: FaultList, default: int, low: int, high: int) -> int:
    """Like :func:`number`; a fraction is a fault, and cut off."""
    given = number(value, what, faults, default, low, high)
    if given != int(given) and value is not None:
        faults.add(value.line, f"{what} must be a whole number.")
    return int(given)


def one_of(value: YamlValue | None, what: str, allowed: Sequence[Word], faults: FaultList, default: Word) -> Word:
    """One of the ``allowed`` words, spelled exactly; otherwise a fault that suggests the nearest."""
    if value is None:
        return default
    given = text(value, what, faults)
    word = next((one for one in allowed if one == given), None)
    if word is None:
        faults.add(value.line, f"{what} can't be “{given}”.{nearest(given, allowed)}")
        return default
    return word
