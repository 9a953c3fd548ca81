"""Keys, masks, nulls and open variables of a body: no key's value gets any further than this."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from greenroom.catalog.active import setting_of
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.decoding import SWITCH_WORDS, json_in
from greenroom.catalog.model_hosts import host_of, owns
from greenroom.catalog.named_secrets import Path, SecretNames, name_secrets, string_leaves
from greenroom.catalog.payload import CREDENTIAL
from greenroom.catalog.reading.places import HALF, leaves, nulls, place_of, place_path, remove, sound
from greenroom.catalog.reading.state import BodyState
from greenroom.catalog.secrecy import MASK
from greenroom.catalog.spec import Role, Vendor
from greenroom.catalog.vendors import VENDORS
from greenroom.paths import at, parents, put, take

#: Where a join body has objects, the outer ones first.
_BLOCKS = sorted(
    {path for vendors in VENDORS.values() for vendor in vendors for s in vendor.settings for path in parents(s.path)}
    | {path for group in GROUPS for s in group.settings for path in parents(s.path) if not s.path.startswith("^")},
    key=len,
)

#: Agora's objects of HTTP headers.
_HEADERS = ("llm.headers", "tts.headers")


def name_keys(state: BodyState, vendors: Mapping[Role, Vendor]) -> None:
    """Keys become the credentials of their vendors, or new ones named after their place."""
    env_names: dict[Path, str] = {}
    for vendor in vendors.values():
        on_own_host = not vendor.hosts or _owned(vendor, state.rest)
        for setting in vendor.settings:
            if setting.kind == "secret" and setting.path and on_own_host:
                env_names.setdefault(place_of(setting.path), setting.env)
        envs = {s.env for s in vendor.settings if s.kind == "secret"}
        for place in ((vendor.role, "api_key"), (vendor.role, "params", "api_key"), (vendor.role, "params", "key")):
            if on_own_host and len(envs) == 1:
                env_names.setdefault(place, *envs)
    for group_key in ("advanced.encryption_key", "turns.filler_key"):
        setting = setting_of(group_key)
        if setting is not None:
            env_names[place_of(setting.path)] = setting.env
    labels: dict[Path, str] = {(role,): str(block["vendor"]) for role, block in state.rest.items() if _names_vendor(block)}
    names = SecretNames({place: name for place, name in env_names.items() if name}, labels=labels)
    state.rest = name_secrets(state.rest, names)
    for place, name in names.places:
        note = f"The key became the credential {name}: set it in Settings."
        state.note(place_path(place), "replaced", note)
    for place, text in list(string_leaves(state.rest)):
        if MASK in text:
            remove(state.rest, place)
            state.note(place_path(place), "left_out", "A masked value, not the real one.")


def mend_values(state: BodyState) -> None:
    """What Agora doesn't take: numbers such as infinity are left out, "yes" for a switch becomes true, headers written as a
    JSON text become the object, half a character (a lone surrogate) becomes �."""
    for place, value in list(leaves(state.rest)):
        if isinstance(value, float) and not math.isfinite(value):
            remove(state.rest, place)
            state.note(place_path(place), "left_out", "JSON doesn't support this number.")
    for place, value in list(leaves(state.rest)):
        switch = SWITCH_WORDS.get(value.strip().lower()) if isinstance(value, str) and _is_switch(place) else None
        if switch is not None:
            put(state.rest, ".".join(map(str, place)), switch)
            state.note(place_path(place), "migrated", f'Text "{value}" became {str(switch).lower()}.')
    for path in _HEADERS:
        _open_headers(state, path)
    mended: list[Path] = []
    state.rest = sound(state.rest, mended)
    for place in mended:
        state.note(place_path(place), "replaced", HALF)


def _open_headers(state: BodyState, path: str) -> None:
    """Agora's page on Anthropic writes the headers as a JSON text; its reference and its engine have an object."""
    headers = json_in(at(state.rest, path))
    if isinstance(headers, dict) and all(isinstance(value, str) for value in headers.values()):
        put(state.rest, path, headers)
        state.note(path, "migrated", "A JSON text became an object.")


def _is_switch(place: Path) -> bool:
    """Whether Agora has a switch there, outside of what a vendor calls so."""
    return place[-1] == "enable" and "params" not in place or place[0] == "advanced_features" and len(place) == 2


def drop_nulls(state: BodyState) -> None:
    """null is how JSON says that something is not set."""
    for place in list(nulls(state.rest)):
        remove(state.rest, place)
        state.note(place_path(place), "left_out", "null: not set.")


def drop_open_blocks(state: BodyState) -> None:
    """A variable of the program in place of a whole object: nothing in the form can hold it."""
    for path in _BLOCKS:
        block = at(state.rest, path)
        if isinstance(block, str) and CREDENTIAL.fullmatch(block):
            take(state.rest, path)
            state.note(path, "left_out", f"{block} is a variable in the program: set these values here.")


def _names_vendor(block: Any) -> bool:
    return isinstance(block, Mapping) and isinstance(block.get("vendor"), str)


def _owned(vendor: Vendor, body: Mapping[str, Any]) -> bool:
    """Whether the address in the body is one of the vendor's own servers, or there is none."""
    address = at(body, f"{vendor.role}.url")
    return not host_of(address) or owns(vendor, address)
