"""Compare two sets of settings in readable form: in the Studio's order, with labels, options and units."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.catalog.active import ActiveSetting, every_field, fields, roles, setting_of, value_of, vendor_key, vendor_of
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.payload import is_empty
from greenroom.catalog.secrecy import MASK, is_secret, without_secrets
from greenroom.catalog.spec import Effect, Group, Setting
from greenroom.catalog.vendors import ROLE_LABELS, VENDORS
from greenroom.catalog.worddiff import Run, diff

Values = Mapping[str, Any]

#: Displayed for no value, and for a setting that doesn't apply.
NOT_SET, NOT_USED = "not set", "not used"
#: Kinds that are read as text, so that what changed inside them is shown.
_TEXTS = frozenset({"line", "prose", "texts", "map", "rows", "json"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that differs. ``place`` is where to find it ("Voice › ElevenLabs"), ``old`` and ``new`` are the displayed
    values, ``runs`` the word-level diff of a text (else empty). None of them contains a secret."""

    key: str
    place: str
    label: str
    old: str
    new: str
    effect: Effect
    runs: tuple[Run, ...] = ()


def compare(old: Values, new: Values) -> tuple[Difference, ...]:
    """The effective differences. A setting that appeared or disappeared with its vendor, at its default, is not a
    difference of its own. Keys outside the catalog are compared as JSON, at the end. Never raises."""
    used_old, used_new = ({f.key: f for f in fields(values)} for values in (old, new))
    differences: list[Difference] = []
    for group in GROUPS:
        differences.extend(_vendors(group, old, new))
        for field in _fields_of(group, old, new):
            pair = _value(field, used_old, old), _value(field, used_new, new)
            if not _alike(field.setting, *pair):
                differences.append(_difference(field, *pair))
    return (*differences, *_unknown(old, new))


class _NotUsed:
    """The value of a setting that does not apply."""


_UNUSED = _NotUsed()


def _vendors(group: Group, old: Values, new: Values) -> Iterator[Difference]:
    taking_part = {*roles(old), *roles(new)}
    for role in group.roles:
        before, after = vendor_of(role, old), vendor_of(role, new)
        if role in taking_part and before.id != after.id:
            yield Difference(vendor_key(role), group.label, ROLE_LABELS[role], before.label, after.label, "restart")


def _fields_of(group: Group, old: Values, new: Values) -> list[ActiveSetting]:
    """The settings of the group's vendors, those of the new vendor first, then the group's own."""
    by_key = {f.key: f for values in (new, old) for f in every_field(values) if f.group is group}
    return sorted(by_key.values(), key=lambda f: f.vendor is None)


def _value(field: ActiveSetting, used: Mapping[str, ActiveSetting], values: Values) -> Any:
    return value_of(field, values) if field.key in used else _UNUSED


def _alike(setting: Setting, old: Any, new: Any) -> bool:
    if isinstance(old, _NotUsed) or isinstance(new, _NotUsed):
        used = [value for value in (old, new) if not isinstance(value, _NotUsed)]
        return all(is_empty(value) or _same(value, setting.default) for value in used)
    return (is_empty(old) and is_empty(new)) or _same(old, new)


def _difference(field: ActiveSetting, old: Any, new: Any) -> Difference:
    setting = field.setting
    place = f"{field.group.label} › {field.vendor.label}" if field.vendor else field.group.label
    runs = diff(_text(setting, old), _text(setting, new)) if setting.kind in _TEXTS else ()
    return Difference(
        key=field.key,
        place=place,
        label=setting.label,
        old=_shown(setting, old),
        new=_shown(setting, new),
        effect=setting.effect,
        runs=runs,
    )


def _unknown(old: Values, new: Values) -> Iterator[Difference]:
    """Keys without a setting: from an import or an earlier catalog."""
    vendors = {vendor_key(role) for role in VENDORS}
    for key in sorted(str(key) for key in {*old, *new}):
        pair = old.get(key), new.get(key)
        if key in vendors or setting_of(key) is not None or _same(*pair):
            continue
        before, after = (_unknown_text(key, value) for value in pair)
        yield Difference(
            key=key,
            place="Not in the catalog",
            label=key,
            old=before or NOT_SET,
            new=after or NOT_SET,
            effect="restart",
            runs=diff(before, after),
        )


def _unknown_text(key: str, value: Any) -> str:
    secret = is_secret(key.rpartition(".")[2])
    try:
        return "" if value is None else _json(without_secrets(value, secret))
    except RecursionError:
        return "(nested too deeply to show)"


def _shown(setting: Setting, value: Any) -> str:
    if isinstance(value, _NotUsed):
        return NOT_USED
    return _text(setting, value) or NOT_SET


def _text(setting: Setting, value: Any) -> str:
    """ "" for no value."""
    if isinstance(value, _NotUsed) or is_empty(value):
        return ""
    if setting.kind == "secret":
        return MASK
    try:
        return _WRITTEN[setting.kind](setting, without_secrets(value))
    except RecursionError:
        return "(nested too deeply to show)"


def _plain(setting: Setting, value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _number(setting: Setting, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _plain(setting, value)
    return f"{value:,} {setting.unit}".strip()


def _switch(setting: Setting, value: Any) -> str:
    return {True: "On", False: "Off"}[value] if isinstance(value, bool) else _plain(setting, value)


def _choice(setting: Setting, value: Any) -> str:
    return next((c.label for c in setting.choices if _same(c.value, value)), "") or _plain(setting, value)


def _many(setting: Setting, value: Any) -> str:
    return (
        ", ".join(_choice(setting, element) for element in value) if isinstance(value, list | tuple) else _plain(setting, value)
    )


def _lines(setting: Setting, value: Any) -> str:
    return "\n".join(_plain(setting, element) for element in value) if isinstance(value, list | tuple) else _plain(setting, value)


def _pairs(setting: Setting, value: Any) -> str:
    if not isinstance(value, Mapping):
        return _plain(setting, value)
    return "\n".join(f"{name} = {_plain(setting, text)}" for name, text in value.items())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


_WRITTEN: Mapping[str, Callable[[Setting, Any], str]] = {
    "line": _plain,
    "prose": _plain,
    "number": _number,
    "whole": _number,
    "switch": _switch,
    "choice": _choice,
    "many": _many,
    "texts": _lines,
    "map": _pairs,
    "rows": lambda setting, value: _json(value),
    "json": lambda setting, value: _json(value),
}


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal as JSON: 1 differs from true, but 1 equals 1.0."""
    if isinstance(one, bool) or isinstance(other, bool) or isinstance(one, int | float) is not isinstance(other, int | float):
        return one is other
    if isinstance(one, int | float):
        return one == other
    try:
        return json.dumps(one, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str)
    except RecursionError:
        return one is other
