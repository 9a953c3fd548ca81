"""Checks for the fields of a join body that the catalog describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.spec import Condition, Role, Setting, Vendor
from greenroom.catalog.vendors import VENDORS
from greenroom.paths import at, parents
from greenroom.twin.rest.checks import BodyField, Kind
from greenroom.twin.rest.coverage import is_realtime
from greenroom.twin.rest.reasons import InvalidFieldValue

Body = Mapping[str, Any]

ROOT = "properties"
#: Roles whose block names its vendor. A language model is identified by its URL and style instead.
NAMED: tuple[Role, ...] = ("asr", "tts", "mllm", "avatar")
#: Vendors in Agora's samples that the catalog has no form for: accepted, their parameters unchecked.
_WITHOUT_FORM: Mapping[str, frozenset[str]] = {"asr": frozenset({"soniox"})}
_KINDS: Mapping[str, Kind] = {
    "line": "text",
    "prose": "text",
    "secret": "text",
    "number": "number",
    "whole": "whole",
    "switch": "switch",
    "texts": "texts",
    "map": "text_map",
    "rows": "objects",
}
#: The kind of a value as it is sent, where it differs from the kind it is edited as.
_SHAPES: Mapping[str, Kind] = {
    "system_message": "objects",
    "more_messages": "objects",
    "switch_text": "text",
    "json_text": "text",
    "first": "anything",
    "merge": "object",
}


def described_fields(body: Body) -> Iterator[BodyField]:
    """The checks for this body: every setting without a vendor, and those of the vendors it names.

    Raises InvalidFieldValue for a vendor that the catalog does not know.
    """
    yield from _general()
    for role in NAMED:
        vendor = None if role in ("asr", "tts") and is_realtime(body) else _vendor(role, body)
        if vendor is not None:
            yield from _with_parents(_field(s, _required(s, vendor, body)) for s in vendor.settings if s.path)


@cache
def _general() -> tuple[BodyField, ...]:
    settings = [s for group in GROUPS for s in group.settings]
    places = [(s, path) for s in settings for path in (s.path, s.realtime) if path and not path.startswith("^")]
    return tuple(_with_parents(_field(s, False, path) for s, path in places))


def _vendor(role: Role, body: Body) -> Vendor | None:
    """The vendor that the body names. Several entries may share a name: the one whose fixed parts fit best."""
    name = at(body, f"{ROOT}.{role}.vendor")
    if name is None or name in _WITHOUT_FORM.get(role, ()):
        return None
    named = [v for v in VENDORS[role] if v.fixed.get(f"{role}.vendor") == name]
    if not named:
        known = sorted({str(v.fixed[f"{role}.vendor"]) for v in VENDORS[role] if f"{role}.vendor" in v.fixed})
        raise InvalidFieldValue(f"{ROOT}.{role}.vendor", f"must be one of {', '.join(known)}")
    return max(named, key=lambda vendor: _fit(vendor, body))


def _fit(vendor: Vendor, body: Body) -> tuple[int, int]:
    """Fewest differing fixed parts first, then most equal ones: a general entry wins over a special one that differs."""
    same = sum(at(body, f"{ROOT}.{path}") == value for path, value in vendor.fixed.items())
    return (same - len(vendor.fixed), same)


def _field(setting: Setting, required: bool, path: str = "") -> BodyField:
    place = f"{ROOT}.{path or setting.path}"
    if setting.shape != "value":
        return BodyField(
            place, _SHAPES[setting.shape], required, choices=("true", "false") if setting.shape == "switch_text" else ()
        )
    if setting.kind in ("choice", "many"):
        return _choices(setting, place, required)
    if setting.kind in ("number", "whole"):
        return BodyField(place, _KINDS[setting.kind], required, setting.low, setting.high)
    listed = setting.kind in ("texts", "rows")
    return BodyField(place, _KINDS.get(setting.kind, "anything"), required, high=setting.high if listed else None)


def _choices(setting: Setting, place: str, required: bool) -> BodyField:
    values = tuple(choice.value for choice in setting.choices)
    numbers = all(isinstance(value, int) for value in values) and bool(values)
    if setting.kind == "many":
        return BodyField(place, "wholes" if numbers else "texts", required, high=setting.high, choices=values)
    return BodyField(place, "whole" if numbers else "text", required, choices=() if setting.open else values)


def _required(setting: Setting, vendor: Vendor, body: Body) -> bool:
    """Missing keys are no reason to refuse: as at Agora, the vendor's error comes later, from the running agent."""
    if not setting.required or setting.kind == "secret":
        return False
    return all(_holds(condition, vendor, body) for condition in setting.when)


def _holds(condition: Condition, vendor: Vendor, body: Body) -> bool:
    name, allowed = condition
    other = next((s for s in vendor.settings if s.name == name), None)
    found = at(body, f"{ROOT}.{other.path}") if other is not None and other.path else None
    if found is None and other is not None and other.path.endswith("credential_mode"):
        found = "byok"  # Agora's default
    return found in allowed


def _with_parents(fields: Iterable[BodyField]) -> Iterator[BodyField]:
    """Each field preceded by the objects that contain it."""
    seen: set[str] = set()
    for field in fields:
        for parent in parents(field.path)[1:]:
            if parent not in seen:
                seen.add(parent)
                yield BodyField(parent, "object")
        yield field
