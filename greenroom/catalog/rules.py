"""What the catalogue means: which settings are active, what is wrong with a draft, and the JSON it becomes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.catalog.asr import ASR
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.llm import LLM
from greenroom.catalog.spec import Effect, Group, Role, Setting, Vendor
from greenroom.catalog.tts import TTS
from greenroom.errors import Problem

Values = Mapping[str, Any]

VENDORS: Mapping[Role, tuple[Vendor, ...]] = {"asr": ASR, "llm": LLM, "tts": TTS}

#: Parts of every body that no setting changes; a setting at the same path wins.
ALWAYS: Mapping[str, Any] = {
    "turn_detection.mode": "default",
    "turn_detection.config.start_of_speech.mode": "vad",
    "turn_detection.config.end_of_speech.mode": "vad",
    "parameters.data_channel": "datastream",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A setting in its place: ``key`` is what values are stored under (``prompt.system``, ``tts.openai.voice``)."""

    key: str
    setting: Setting
    group: Group


def vendor_key(role: Role) -> str:
    """The key under which the chosen vendor of a role is stored."""
    return f"{role}.vendor"


def vendor_of(role: Role, values: Values) -> Vendor:
    """The chosen vendor of a role; the first of the catalogue when none or an unknown one is named."""
    chosen = values.get(vendor_key(role))
    return next((v for v in VENDORS[role] if v.id == chosen), VENDORS[role][0])


def fields(values: Values) -> Iterator[Field]:
    """The active settings in the order of the Studio. Settings of vendors that are not chosen are not active."""
    for group in GROUPS:
        if group.role:
            vendor = vendor_of(group.role, values)
            for setting in vendor.settings:
                yield Field(f"{group.role}.{vendor.id}.{setting.name}", setting, group)
        for setting in group.settings:
            yield Field(f"{group.id}.{setting.name}", setting, group)


def value_of(field: Field, values: Values) -> Any:
    """What applies: what was said, else the default. ``None`` = nothing."""
    said = values.get(field.key)
    return field.setting.default if said is None else said


def check(values: Values) -> tuple[Problem, ...]:
    """Everything wrong with a draft, in the order of the Studio; empty when it can be launched. Never raises."""
    found: list[Problem] = []
    for role in VENDORS:
        chosen = values.get(vendor_key(role))
        if chosen is not None and all(v.id != chosen for v in VENDORS[role]):
            message = f"There is no {role} vendor called {str(chosen)[:40]!r}."
            found.append(Problem(vendor_key(role), message, "Choose one of the list."))
    for field in fields(values):
        message = _fault(field.setting, value_of(field, values))
        if message:
            found.append(Problem(field.key, f"{field.setting.label}: {message}"))
    return tuple(found) + tuple(_nudge_needs_words(values))


def _nudge_needs_words(values: Values) -> Iterator[Problem]:
    """Agora: silence_config.content is required as soon as timeout_ms is above 0."""
    after = values.get("turns.nudge_after")
    if isinstance(after, int | float) and after > 0 and not str(values.get("turns.nudge") or "").strip():
        yield Problem("turns.nudge", "What it says after silence: say what to ask.", "Or set the time above it to 0.")


def _fault(setting: Setting, value: Any) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        return "must not be empty." if setting.required else ""
    return _FAULTS[setting.kind](setting, value)


def _text_fault(setting: Setting, value: Any) -> str:
    if not isinstance(value, str):
        return "must be text."
    if "\x00" in value:
        return "contains a NUL character, which cannot be stored or spoken."
    if setting.high is not None and len(value) > setting.high:
        return f"is {len(value):,} characters long; at most {int(setting.high):,} are possible."
    return _address_fault(value) if setting.path.endswith(".url") else ""


def _address_fault(value: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(value.strip())
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    return "" if valid else "must be a full address that starts with http:// or https://."


def _number_fault(setting: Setting, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or (isinstance(value, float) and not math.isfinite(value)):
        return "must be a number."
    if setting.kind == "whole" and value != int(value):
        return "must be a whole number."
    low, high = setting.low, setting.high
    if (low is not None and value < low) or (high is not None and value > high):
        return f"must be between {low:g} and {high:g} {setting.unit}".rstrip() + "."
    return ""


def _choice_fault(setting: Setting, value: Any) -> str:
    return "" if any(c.value == value for c in setting.choices) else f"has no option {str(value)[:40]!r}."


def _switch_fault(setting: Setting, value: Any) -> str:
    return "" if isinstance(value, bool) else "must be on or off."


_FAULTS: Mapping[str, Callable[[Setting, Any], str]] = {
    "line": _text_fault,
    "prose": _text_fault,
    "secret": _text_fault,
    "number": _number_fault,
    "whole": _number_fault,
    "choice": _choice_fault,
    "switch": _switch_fault,
}


def payload(values: Values, credentials: Mapping[str, str]) -> dict[str, Any]:
    """Agora's ``properties`` for these values, without what belongs to one call (channel, token, uids).

    ``credentials`` maps names (``OPENAI_API_KEY``) to values; a secret setting takes its value from there only.
    """
    body: dict[str, Any] = {}
    for path, constant in ALWAYS.items():
        _put(body, path, constant)
    for role in VENDORS:
        for path, constant in vendor_of(role, values).fixed.items():
            _put(body, path, constant)
    for field in fields(values):
        setting = field.setting
        value = credentials.get(setting.env, "") if setting.kind == "secret" else value_of(field, values)
        if value is None or value == "":
            continue
        _put(body, setting.path, _encode(setting, value))
    if body.get("parameters", {}).get("silence_config", {}).get("timeout_ms") == 0:
        del body["parameters"]["silence_config"]
    return body


def _encode(setting: Setting, value: Any) -> Any:
    if setting.shape == "system_message":
        return [{"role": "system", "content": value}]
    if setting.kind == "whole":
        return int(value)
    return value.strip() if setting.kind == "line" else value


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        body = body.setdefault(name, {})
    body[last] = value


def changed(old: Values, new: Values) -> dict[str, Effect]:
    """The keys whose effective value differs, with what each change means for a running call."""
    effects: dict[str, Effect] = {}
    for role in VENDORS:
        if vendor_of(role, old).id != vendor_of(role, new).id:
            effects[vendor_key(role)] = "restart"
    before = {f.key: value_of(f, old) for f in fields(old)}
    for field in fields(new):
        if field.setting.kind != "secret" and before.get(field.key) != value_of(field, new):
            effects[field.key] = field.setting.effect
    return effects


def label_of(key: str) -> str:
    """The label of a key, also of a vendor's that is not chosen; the key itself when the catalogue does not know it."""
    for role, vendors in VENDORS.items():
        if key == vendor_key(role):
            return {"asr": "Hearing vendor", "llm": "Brain vendor", "tts": "Voice vendor"}[role]
        for vendor in vendors:
            for setting in vendor.settings:
                if key == f"{role}.{vendor.id}.{setting.name}":
                    return setting.label
    for group in GROUPS:
        for setting in group.settings:
            if key == f"{group.id}.{setting.name}":
                return setting.label
    return key
