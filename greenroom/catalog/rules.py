"""The catalog's public functions: active settings, problems of a draft, the request JSON, and differences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from greenroom.catalog.account_rules import preview_vendors_run_offline
from greenroom.catalog.active import (
    ActiveSetting,
    Values,
    every_field,
    fields,
    realtime,
    roles,
    setting_of,
    value_at,
    value_of,
    vendor_key,
    vendor_of,
)
from greenroom.catalog.avatar_rules import drawn_faces_run_offline
from greenroom.catalog.crossrules import HINTS, RULES, speech_rate
from greenroom.catalog.faults import fault, sentence
from greenroom.catalog.import_rules import left_to_agora, prompt_is_elsewhere
from greenroom.catalog.payload import FREE, credential_of, credentials_named, is_empty, payload, top_level
from greenroom.catalog.spec import Effect
from greenroom.catalog.vendors import NONE, ROLE_LABELS, VENDORS
from greenroom.errors import Problem

__all__ = [
    "NONE",
    "VENDORS",
    "Effect",
    "ActiveSetting",
    "Values",
    "changed",
    "check",
    "credentials_needed",
    "every_field",
    "fields",
    "face_in",
    "has_face",
    "hints",
    "label_of",
    "payload",
    "realtime",
    "roles",
    "setting_of",
    "speech_rate",
    "top_level",
    "value_at",
    "value_of",
    "vendor_key",
    "vendor_of",
]


def check(values: Values, credentials: Collection[str] | None = None) -> tuple[Problem, ...]:
    """All problems of a draft, in the Studio's order; empty when it can launch. Never raises.

    ``credentials`` are the names of the credentials that are set; None if none is needed (with the twin).
    """
    problems = list(_unknown_vendors(values))
    for field in fields(values):
        message = fault(field.setting, value_of(field, values))
        optional = field.key == "prompt.system" and is_empty(value_of(field, values)) and prompt_is_elsewhere(values)
        if message and not optional and not left_to_agora(field, values):
            problems.append(Problem(field.key, sentence(field.setting.label, message)))
    for rule in RULES:
        problems.extend(rule(values))
    if credentials is not None:
        problems.extend(drawn_faces_run_offline(values))
        problems.extend(preview_vendors_run_offline(values))
        problems.extend(_missing(values, credentials))
    return tuple(problems)


def hints(values: Values) -> tuple[Problem, ...]:
    """What is worth a look in a draft, although Agora accepts it. Never raises."""
    return tuple(problem for rule in HINTS for problem in rule(values))


def credentials_needed(values: Values) -> Iterator[tuple[str, str, bool]]:
    """The setting's key, the credential's name, and whether the agent requires it."""
    for field in fields(values):
        if field.setting.kind == "secret":
            if name := credential_of(field, values):
                yield field.key, name, field.setting.required
        elif field.setting.kind in FREE:
            for name in credentials_named(value_of(field, values)):
                yield field.key, name, True


def changed(old: Values, new: Values) -> dict[str, Effect]:
    """The keys whose effective value differs, each with its effect on a running call."""
    effects: dict[str, Effect] = {}
    for role in VENDORS:
        if vendor_of(role, old).id != vendor_of(role, new).id:
            effects[vendor_key(role)] = "restart"
    before = {f.key: value_of(f, old) for f in fields(old)}
    for field in fields(new):
        if field.setting.kind != "secret" and before.get(field.key) != value_of(field, new):
            effects[field.key] = field.setting.effect
    return effects


def has_face(values: Values) -> bool:
    """Whether the agent starts with an avatar."""
    return face_in(payload(values, {}))


def face_in(properties: Mapping[str, Any]) -> bool:
    """Whether Agora's ``properties`` start an avatar."""
    avatar = properties.get("avatar")
    return isinstance(avatar, dict) and avatar.get("enable") is True


def label_of(key: str) -> str:
    """The label of a key, including settings of other vendors; the key itself if it is not in the catalog."""
    role_label = next((label for role, label in ROLE_LABELS.items() if key == vendor_key(role)), None)
    setting = setting_of(key)
    return role_label or (setting.label if setting else key)


def _unknown_vendors(values: Values) -> Iterator[Problem]:
    for role, vendors in VENDORS.items():
        chosen: Any = values.get(vendor_key(role))
        if chosen is not None and all(v.id != chosen for v in vendors):
            message = f"There is no {role} vendor called {str(chosen)[:40]!r}."
            fix = ((vendor_key(role), vendors[0].id),)
            yield Problem(vendor_key(role), message, "Choose one from the list.", f"Use {vendors[0].label}", fix)


def _missing(values: Values, credentials: Collection[str]) -> Iterator[Problem]:
    for key, name, required in credentials_needed(values):
        if required and name not in credentials:
            yield Problem(key, f"{label_of(key)}: {name} isn't set.", "Add it in Settings → Credentials.")
