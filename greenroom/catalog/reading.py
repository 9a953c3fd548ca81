"""Import Agora's JSON as settings, classifying each field: mapped, kept as JSON, specific to one call, or secret."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote

from greenroom.catalog.active import ActiveSetting, fields, realtime, setting_of, vendor_key, vendor_of
from greenroom.catalog.faults import fault
from greenroom.catalog.payload import ALWAYS, ALWAYS_CASCADE, CREDENTIAL, is_empty
from greenroom.catalog.secrecy import is_secret
from greenroom.catalog.spec import Role, Setting, Vendor
from greenroom.catalog.vendors import NONE, VENDORS
from greenroom.paths import MISSING, at, leaves, put, take

Fate = Literal["understood", "kept", "call", "secret"]

#: What belongs to one call and is made anew for each.
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
_PART = re.compile(r"\\\{([a-z_0-9]+)\\\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """The import result for one JSON path. ``key`` is the setting it maps to, if any; never contains a secret's value."""

    path: str
    fate: Fate
    key: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Settings by key, and the import result for every JSON path."""

    values: dict[str, Any]
    entries: tuple[Entry, ...]


def read_properties(properties: Mapping[str, Any], top: Mapping[str, Any] | None = None) -> Reading:
    """Read settings from Agora's ``properties`` (``top``: the fields beside it). Never raises for valid JSON."""
    reader = _BodyReader(copy.deepcopy(dict(properties)))
    return reader.read(top or {})


class _BodyReader:
    """Removes what it maps from ``rest``; the remainder is kept or dropped at the end."""

    def __init__(self, rest: dict[str, Any]) -> None:
        self.rest = rest
        self.values: dict[str, Any] = {}
        self.entries: list[Entry] = []

    def read(self, top: Mapping[str, Any]) -> Reading:
        for path in CALL:
            if (value := take(self.rest, path, MISSING)) is not MISSING and not is_empty(value):
                self.entries.append(Entry(path, "call"))
        for role in VENDORS:
            self._vendor(role)
        for path, constant in {**ALWAYS, **ALWAYS_CASCADE}.items():
            if at(self.rest, path, MISSING) == constant:
                take(self.rest, path)
        self._settings()
        self._beside(top)
        self._rest()
        return Reading(self.values, tuple(self.entries))

    def _vendor(self, role: Role) -> None:
        """The vendor whose fixed parts match best. A block of an unknown vendor stays in ``rest``."""
        block = self.rest.get(role)
        if not isinstance(block, dict) or (role in ("mllm", "avatar") and block.get("enable") is not True):
            return
        vendor = max(VENDORS[role], key=lambda known: _fit(known, self.rest))
        if vendor.id == NONE or _fit(vendor, self.rest)[0] < 0:
            return
        self.values[vendor_key(role)] = vendor.id
        self.entries.append(Entry(role, "understood", vendor_key(role), vendor.id))
        for path, constant in vendor.fixed.items():
            if at(self.rest, path, MISSING) == constant:
                take(self.rest, path)
        for path, template in vendor.templates.items():
            self._template(vendor, path, template)

    def _template(self, vendor: Vendor, path: str, template: str) -> None:
        found = at(self.rest, path)
        parts = _matched(template, found) if isinstance(found, str) else None
        if parts is None:
            return
        take(self.rest, path)
        for name, text in parts.items():
            setting = next((s for s in vendor.settings if s.name == name), None)
            if setting is not None and text:
                self._keep(f"{vendor.role}.{vendor.id}.{name}", setting, f"{path}#{name}", text)

    def _settings(self) -> None:
        """Some settings depend on the values of others: repeat until no new setting becomes active."""
        seen: set[str] = set()
        while True:
            fresh = [field for field in fields(self.values) if field.key not in seen and field.setting.shape != "merge"]
            if not fresh:
                return
            for field in fresh:
                seen.add(field.key)
                self._field(field)

    def _field(self, field: ActiveSetting) -> None:
        setting, direct = field.setting, realtime(self.values)
        prompt = vendor_of("mllm", self.values).prompt_path if direct and setting.shape == "system_message" else ""
        path = prompt or field.path(direct)
        if not path or path.startswith("^"):
            return
        found = at(self.rest, path, MISSING)
        if found is MISSING:
            if setting.kind in ("line", "prose") and setting.default and field.key not in self.values:
                self.values[field.key] = ""  # not mentioned there, so that it is not sent from here either
            return
        value = decoded(setting, found)
        if value is not MISSING and (setting.kind == "secret" or not fault(setting, value)):
            take(self.rest, path)
            self._keep(field.key, setting, path, value)

    def _keep(self, key: str, setting: Setting, path: str, value: Any) -> None:
        if setting.kind == "secret":
            self.entries += [] if is_empty(value) else [Entry(path, "secret", key)]
            return
        self.values[key] = value
        self.entries.append(Entry(path, "understood", key, value))

    def _beside(self, top: Mapping[str, Any]) -> None:
        setting = setting_of("advanced.pipeline")
        if setting is not None and isinstance(top.get(setting.path[1:]), str) and top[setting.path[1:]]:
            self._keep("advanced.pipeline", setting, setting.path[1:], top[setting.path[1:]])

    def _rest(self) -> None:
        kept: dict[str, Any] = {}
        for path, value in leaves(self.rest):
            name = path[-1]
            if is_secret(name) and not _only_names_one(value):
                self.entries.append(Entry(".".join(path), "secret"))
            elif value is not None and all("." not in part for part in path):
                put(kept, ".".join(path), value)
                self.entries.append(Entry(".".join(path), "kept", EXTRA, value))
        if kept:
            self.values[EXTRA] = kept


def decoded(setting: Setting, value: Any) -> Any:
    """The setting's value from its JSON; ``MISSING`` if the shape does not match."""
    match setting.shape:
        case "system_message":
            return value if isinstance(value, str) else _system_text(value)
        case "switch_text":
            return {"true": True, "false": False}.get(value, MISSING) if isinstance(value, str) else MISSING
        case "json_text":
            return _json(value)
        case "first":
            return value[0] if isinstance(value, list) and len(value) == 1 else MISSING
    if setting.kind == "rows":
        return [_row(setting, row) for row in value] if isinstance(value, list) else MISSING
    return value


def _fit(vendor: Vendor, body: Mapping[str, Any]) -> tuple[int, int, int]:
    """How well a block matches a vendor: the name must match, then each matching fixed part or URL adds to the score."""
    named = vendor.fixed.get(f"{vendor.role}.vendor", MISSING)
    if named is not MISSING and at(body, f"{vendor.role}.vendor", MISSING) != named:
        return (-1, 0, 0)
    same = sum(at(body, path, MISSING) == value for path, value in vendor.fixed.items())
    templates = sum(
        _matched(template, found) is not None
        for path, template in vendor.templates.items()
        if isinstance(found := at(body, path), str)
    )
    return (same - len(vendor.fixed) if vendor.id != NONE else -9, templates - len(vendor.templates), same)


def _matched(template: str, text: str) -> dict[str, str] | None:
    seen: set[str] = set()

    def group(part: re.Match[str]) -> str:
        """A placeholder that appears twice must have the same value both times."""
        name = part.group(1)
        again, _ = name in seen, seen.add(name)
        return f"(?P={name})" if again else f"(?P<{name}>.*?)"

    found = re.fullmatch(_PART.sub(group, re.escape(template)), text)
    return None if found is None else {name: unquote(value) for name, value in found.groupdict().items()}


def _system_text(value: Any) -> Any:
    if not isinstance(value, list) or not value or not all(isinstance(message, Mapping) for message in value):
        return MISSING
    texts = [_message_text(message) for message in value]
    return "\n\n".join(texts) if all(isinstance(text, str) for text in texts) else MISSING


def _message_text(message: Mapping[str, Any]) -> Any:
    parts = message.get("parts")
    if isinstance(parts, list):
        if message.get("role") != "user":
            return None
        return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, Mapping))
    return message.get("content") if message.get("role") == "system" else None


def _json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else MISSING
    except ValueError:
        return MISSING


def _row(setting: Setting, row: Any) -> Any:
    if not isinstance(row, Mapping):
        return row
    names = {column.path: column.name for column in setting.columns}
    return {names.get(name, name): value for name, value in row.items()}


def _only_names_one(value: Any) -> bool:
    return isinstance(value, str) and (not value or CREDENTIAL.search(value) is not None)
