"""Which settings apply to a draft: those of the chosen vendors whose conditions hold and that the model type supports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.model_limits import model_renames
from greenroom.catalog.spec import Condition, Group, Role, Setting, Vendor
from greenroom.catalog.vendors import NONE, VENDORS

Values = Mapping[str, Any]

#: A realtime model replaces these.
CASCADE: tuple[Role, ...] = ("asr", "llm", "tts")


@dataclass(frozen=True, slots=True)
class ActiveSetting:
    """A setting in its place: ``key`` is what values are stored under (``prompt.system``, ``tts.openai.voice``)."""

    key: str
    setting: Setting
    group: Group
    vendor: Vendor | None = None

    def path(self, realtime: bool) -> str:
        """Where its value goes in the body."""
        other = self.setting.realtime
        return self.setting.path if not realtime or other is None else other


_INDEX: dict[Role, tuple[tuple[Vendor, ...], Mapping[str, Vendor]]] = {}
_PLACED: dict[tuple[Role, str], tuple[Vendor, tuple[ActiveSetting, ...]]] = {}
_OF_GROUPS = {g.id: tuple(ActiveSetting(f"{g.id}.{s.name}", s, g) for s in g.settings) for g in GROUPS}


def vendor_key(role: Role) -> str:
    """The key that stores the chosen vendor for a role."""
    return f"{role}.vendor"


def vendor_of(role: Role, values: Values) -> Vendor:
    """The chosen vendor of a role; the first of the catalog when none or an unknown one is named."""
    chosen = values.get(vendor_key(role))
    vendors = _by_id(role)
    return vendors[chosen] if isinstance(chosen, str) and chosen in vendors else VENDORS[role][0]


def _by_id(role: Role) -> Mapping[str, Vendor]:
    """The vendors of a role, indexed once: each rerun of the Studio asks some hundred times."""
    vendors = VENDORS[role]
    if role not in _INDEX or _INDEX[role][0] is not vendors:
        _INDEX[role] = vendors, {vendor.id: vendor for vendor in reversed(vendors)}
    return _INDEX[role][1]


def realtime(values: Values) -> bool:
    """Whether a realtime model replaces speech recognition, language model and voice."""
    return vendor_of("mllm", values).id != NONE


def roles(values: Values) -> Iterator[Role]:
    """The roles this agent uses."""
    replaced = CASCADE if realtime(values) else ()
    return (role for role in VENDORS if role not in replaced)


def fields(values: Values) -> Iterator[ActiveSetting]:
    """The active settings in the Studio's order. Inactive ones stay in the draft but are neither checked nor sent."""
    taking_part, direct = set(roles(values)), realtime(values)
    useless = set() if direct else {path for path, place in renames(values).items() if not place}
    for field in every_field(values):
        if field.vendor is not None and field.vendor.role not in taking_part:
            continue
        if (direct and field.setting.realtime == "") or (field.vendor is None and field.setting.path in useless):
            continue
        if applies(field, values):
            yield field


def applies(field: ActiveSetting, values: Values) -> bool:
    """Whether the conditions of a setting hold."""
    return all(_holds(condition, field, values) for condition in field.setting.when)


def renames(values: Values) -> Mapping[str, str]:
    """Other paths for settings of the language model: by its vendor, and by the limits of the model itself. "" = not used."""
    vendor = vendor_of("llm", values)
    model = next((s for s in vendor.settings if s.name == "model"), None)
    chosen = value_of(ActiveSetting(f"llm.{vendor.id}.model", model, GROUPS[0], vendor), values) if model else None
    return {**model_renames(vendor.id, chosen), **vendor.renames}


def every_field(values: Values) -> Iterator[ActiveSetting]:
    """The settings of the chosen vendors and of all groups, whether they apply or not."""
    for group in GROUPS:
        for role in group.roles:
            yield from _of_vendor(group, role, vendor_of(role, values))
        yield from _OF_GROUPS[group.id]


def _of_vendor(group: Group, role: Role, vendor: Vendor) -> tuple[ActiveSetting, ...]:
    placed = _PLACED.get((role, vendor.id))
    if placed is None or placed[0] is not vendor:
        listed = tuple(ActiveSetting(f"{role}.{vendor.id}.{s.name}", s, group, vendor) for s in vendor.settings)
        placed = _PLACED[(role, vendor.id)] = vendor, listed
    return placed[1]


def value_of(field: ActiveSetting, values: Values) -> Any:
    """The effective value: the one set, else the default. ``None`` = not set: nothing is sent."""
    return values.get(field.key, field.setting.default)


def setting_of(key: str) -> Setting | None:
    """The setting with this key, of any vendor; None if the catalog doesn't have it."""
    first, _, rest = key.partition(".")
    if first in _OF_GROUPS and "." not in rest:  # a group may have a role's name: "avatar"
        return next((f.setting for f in _OF_GROUPS[first] if f.setting.name == rest), None)
    vendor, _, name = rest.partition(".")
    named = next((_by_id(role).get(vendor) for role in VENDORS if role == first), None)
    return None if named is None else next((s for s in named.settings if s.name == name), None)


def value_at(key: str, values: Values) -> Any:
    """The effective value of a key: a setting's, or the chosen vendor's id for a role's key ("tts.vendor")."""
    role, _, rest = key.partition(".")
    if rest == "vendor" and role in VENDORS:
        return next(vendor_of(each, values).id for each in VENDORS if each == role)
    if key in values:
        return values[key]
    setting = setting_of(key)
    return setting.default if setting is not None else None


def _holds(condition: Condition, field: ActiveSetting, values: Values) -> bool:
    name, allowed = condition
    key = name if "." in name else f"{field.key.rpartition('.')[0]}.{name}"
    actual = value_at(key, values)
    return any(actual == value and isinstance(actual, bool) == isinstance(value, bool) for value in allowed)
