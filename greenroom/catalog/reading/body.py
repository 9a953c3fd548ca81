"""Read a whole body: the order of the steps, and the report with a line for each leaf."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.catalog.active import CASCADE, setting_of, vendor_key
from greenroom.catalog.matching import vendor_for
from greenroom.catalog.migrations import migrate
from greenroom.catalog.payload import CREDENTIAL, CredentialMarks, payload, top_level
from greenroom.catalog.reading.fields import read_settings
from greenroom.catalog.reading.keys import drop_nulls, drop_open_blocks, mend_values, name_keys
from greenroom.catalog.reading.places import leaves, place_path, value_at_place, written
from greenroom.catalog.reading.state import BodyState, Entry, Fate
from greenroom.catalog.reading.vendor import read_vendor
from greenroom.catalog.spec import Role, Vendor
from greenroom.catalog.vendors import NONE, OTHER, UNSET, VENDORS
from greenroom.paths import MISSING, at, take

#: Fields that belong to one call and are created for each call.
CALL = (
    "channel",
    "token",
    "agent_rtc_uid",
    "remote_rtc_uids",
    "enable_string_uid",
    "agent_rtm_uid",
    "avatar.params.agora_uid",
    "avatar.params.agora_token",
    "avatar.params.agora_appid",
    "avatar.params.agora_channel",
)
EXTRA = "advanced.extra"
_TOP = ("name", "properties")
_PER_CALL = "Belongs to one call: Greenroom sets it at each launch."


@dataclass(frozen=True, slots=True)
class Reading:
    """Settings by key, and the import result for every JSON path."""

    values: dict[str, Any]
    entries: tuple[Entry, ...]


def read_properties(properties: Mapping[str, Any], top: Mapping[str, Any] | None = None) -> Reading:
    """Read settings from Agora's ``properties`` (``top``: the fields beside it). Never raises for valid JSON."""
    return _read(BodyState(copy.deepcopy(dict(properties)), copy.deepcopy(dict(top or {}))))


def _read(state: BodyState) -> Reading:
    mend_values(state)
    _call_parts(state)
    _migrate(state)
    drop_open_blocks(state)
    vendors: dict[Role, Vendor] = {role: vendor_for(role, state.rest) for role in VENDORS}
    name_keys(state, vendors)
    drop_nulls(state)
    whole = copy.deepcopy(state.rest)
    direct = vendors["mllm"].id != NONE
    for role, vendor in vendors.items():
        if direct and role in CASCADE:
            state.values[vendor_key(role)] = UNSET  # Agora ignores the block beside a realtime model: kept as JSON
        else:
            read_vendor(state, role, vendor)
    read_settings(state)
    _beside(state)
    _keep_rest(state)
    return Reading(state.values, tuple(_entries(state, whole)))


def _migrate(state: BodyState) -> None:
    """Old spellings move to their new places, each with a line. What stood at such a place and was no object gets one, too."""
    before = [(place, copy.copy(value)) for place, value in leaves(state.rest)]
    for migration in migrate(state.rest, state.top):
        fate: Fate = "migrated" if migration.new else "left_out"
        for path in {migration.old, migration.new} - {""}:
            state.notes.setdefault(written(path), Entry(written(path), fate, "", migration.note))
    for place, value in before:
        path = place_path(place)
        if value_at_place(state.rest, place) != value and not any(f"{written(path)}.".startswith(f"{n}.") for n in state.notes):
            state.note(path, "replaced", "The value of an older field was moved here.")


def _call_parts(state: BodyState) -> None:
    for path in CALL:
        if at(state.rest, path, MISSING) is not MISSING:
            take(state.rest, path)
            state.note(path, "left_out", _PER_CALL)
    avatar = state.rest.get("avatar")
    params = avatar.get("params") if isinstance(avatar, dict) and avatar.get("enable") is True else None
    if params is not None and not (isinstance(params, dict) and params):
        take(state.rest, "avatar.params")
        state.note("avatar.params", "replaced", "Each launch puts an object with the avatar's uid and token here.")


def _beside(state: BodyState) -> None:
    setting = setting_of("advanced.pipeline")
    pipeline = state.top.get("pipeline_id")
    if setting is not None and isinstance(pipeline, str) and pipeline:
        state.values["advanced.pipeline"] = pipeline
        state.keys["^pipeline_id"] = "advanced.pipeline"
    for name, value in state.top.items():
        if name in _TOP or name == "pipeline_id" and state.keys.get("^pipeline_id"):
            continue
        state.note(f"^{name}", "left_out", _left_beside(name, value))


def _left_beside(name: str, value: Any) -> str:
    """Why a field beside ``properties`` is left out."""
    if value is None:
        return "null: not set."
    if name not in ("preset", "pipeline_id"):
        return "Not a field of an Agora join body."
    if isinstance(value, str) and CREDENTIAL.fullmatch(value):
        return f"{value} is a variable in the program: set the {'vendors' if name == 'preset' else 'pipeline'} here."
    return "Not an Agora preset." if name == "preset" else "Not a pipeline ID."


def _keep_rest(state: BodyState) -> None:
    """What has no setting is sent as it came: with its vendor when that has no form, else as other properties."""
    for role in VENDORS:
        if state.values.get(vendor_key(role)) == OTHER and role in state.rest:
            state.values[f"{role}.{OTHER}.block"] = state.rest.pop(role)
    if state.rest:
        state.values[EXTRA] = state.rest


def _entries(state: BodyState, whole: Mapping[str, Any]) -> Iterator[Entry]:
    """A line for each leaf, checked against the body that would be sent."""
    sent = payload(state.values, CredentialMarks())
    for place, value in leaves(whole):
        path = place_path(place)
        noted = state.notes.pop(written(path), None)
        if noted is not None:
            yield noted
        elif value_at_place(sent, place) == value:
            key = _key_of(state, path)
            yield Entry(
                written(path),
                "understood",
                key,
                "" if key != EXTRA else "Kept as JSON, because there is no setting for it.",
                value,
            )
        else:
            yield Entry(written(path), "replaced", _key_of(state, path), "Another setting uses this field.")
    for name, value in top_level(state.values).items():
        yield Entry(name, "understood", state.keys.get(f"^{name}", ""), "", value)
    yield from state.notes.values()


def _key_of(state: BodyState, path: str) -> str:
    best = max((each for each in state.keys if f"{path}.".startswith((f"{each}.", f"{each}["))), key=len, default="")
    if best:
        return state.keys[best]
    role = next((role for role in VENDORS if path.startswith(f"{role}.") and f"{role}.{OTHER}.block" in state.values), "")
    return f"{role}.{OTHER}.block" if role else EXTRA
