"""Build Agora's request JSON from setting values."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from greenroom.catalog.active import ActiveSetting, Values, fields, realtime, roles, value_of, vendor_of
from greenroom.catalog.spec import Setting, Vendor
from greenroom.paths import nest, put

#: Parts of every body that no setting changes; a setting at the same path wins.
ALWAYS: Mapping[str, Any] = {"parameters.data_channel": "datastream"}
#: And those of a body with ears, brain and voice of their own.
ALWAYS_CASCADE: Mapping[str, Any] = {"turn_detection.mode": "default"}
#: ``${NAME}`` in a header or another free value: the credential of that name, so that no key stands in a draft.
CREDENTIAL = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_PART = re.compile(r"\{([a-z_0-9]+)\}")


def payload(values: Values, credentials: Mapping[str, str]) -> dict[str, Any]:
    """Agora's ``properties`` for these values, without what belongs to one call (channel, token, uids).

    ``credentials`` maps names (``OPENAI_API_KEY``) to values; a secret setting takes its value from there only. Never raises.
    """
    body: dict[str, Any] = {}
    direct = realtime(values)
    for path, constant in (ALWAYS if direct else {**ALWAYS, **ALWAYS_CASCADE}).items():
        put(body, path, constant)
    active = list(fields(values))
    for role in roles(values):
        vendor = vendor_of(role, values)
        for path, constant in vendor.fixed.items():
            put(body, path, constant)
        for path, template in vendor.templates.items():
            put(body, path, _filled(template, vendor, active, values, credentials))
    extras: list[dict[str, Any]] = []
    for field in active:
        value, path = sent_value(field, values, credentials), _place(field, values, direct)
        if is_empty(value) or path.startswith("^"):
            continue
        if field.setting.shape == "merge":
            extras += [nest(path, value)] if isinstance(value, Mapping) else []
        elif path:
            put(body, path, _encode(field.setting, value, vendor_of("llm", values), direct), add=field.setting.kind == "map")
    for extra in extras:
        merge(body, extra)
    _drop_switched_off(body)
    return body


def top_level(values: Values) -> dict[str, Any]:
    """The fields beside ``properties`` in a join body."""
    active = ((field.setting.path, value_of(field, values)) for field in fields(values))
    return {path[1:]: value for path, value in active if path.startswith("^") and not is_empty(value)}


def sent_value(field: ActiveSetting, values: Values, credentials: Mapping[str, str]) -> Any:
    """The value to send, with credentials filled in."""
    setting = field.setting
    if setting.kind == "secret":
        return credentials.get(setting.env, "")
    value = value_of(field, values)
    return _with_credentials(value, credentials) if setting.kind in ("map", "rows", "json") else value


def is_empty(value: Any) -> bool:
    """Whether a value is unset: None or an empty text, list or object. ``False`` and 0 are values."""
    return value is None or (isinstance(value, str | list | tuple | Mapping) and not value)


def merge(body: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Merge in missing fields only. Values set by the catalogue always win."""
    for name, value in extra.items():
        if name not in body:
            body[name] = value
        elif isinstance(body[name], dict) and isinstance(value, Mapping):
            merge(body[name], value)


def _place(field: ActiveSetting, values: Values, direct: bool) -> str:
    if direct:
        return vendor_of("mllm", values).prompt_path if field.setting.shape == "system_message" else field.path(direct)
    return vendor_of("llm", values).renames.get(field.setting.path, field.setting.path)


def _encode(setting: Setting, value: Any, llm: Vendor, direct: bool) -> Any:
    if setting.shape == "system_message":
        return value if direct else _system_message(value, llm)
    if setting.shape == "switch_text":
        return "true" if value else "false"
    if setting.shape == "json_text":
        return json.dumps(value, ensure_ascii=False)
    if setting.shape == "first":
        return [value]
    if setting.kind == "rows" and isinstance(value, list | tuple):
        return [_row(setting, row) for row in value]
    if setting.kind == "whole" and isinstance(value, float) and math.isfinite(value):
        return int(value)
    return value.strip() if setting.kind == "line" and isinstance(value, str) else value


def _row(setting: Setting, row: Any) -> Any:
    """The columns under their API names, plus any other fields of the row."""
    if not isinstance(row, Mapping):
        return row
    known = {column.name: column for column in setting.columns}
    sent = {name: value for name, value in row.items() if name not in known}
    for name, column in known.items():
        if not is_empty(value := row.get(name, column.default)):
            put(sent, column.path, value)
    return sent


def _system_message(text: str, llm: Vendor) -> list[dict[str, Any]]:
    if llm.messages == "gemini":  # a message of another shape is dropped without a word
        return [{"role": "user", "parts": [{"text": text}]}]
    return [{"role": "system", "content": text}]


def _filled(template: str, vendor: Vendor, active: list[ActiveSetting], values: Values, credentials: Mapping[str, str]) -> str:
    own = {f.setting.name: sent_value(f, values, credentials) for f in active if f.vendor is vendor}
    return _PART.sub(lambda part: _quoted(template, part, own.get(part.group(1))), template)


def _quoted(template: str, part: re.Match[str], value: Any) -> str:
    """A placeholder at the start is a whole URL and is not quoted; credential names stay readable."""
    text = "" if value is None else str(value).strip()
    if CREDENTIAL.fullmatch(text):
        return text
    return text.rstrip("/") if part.start() == 0 and "://" not in template[: part.end()] else quote(text, safe=":")


def _with_credentials(value: Any, credentials: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return CREDENTIAL.sub(lambda name: credentials.get(name.group(1), ""), value)
    if isinstance(value, Mapping):
        return {key: _with_credentials(inner, credentials) for key, inner in value.items()}
    return [_with_credentials(inner, credentials) for inner in value] if isinstance(value, list | tuple) else value


def credentials_named(value: Any) -> Iterator[str]:
    """The names of all credentials that a value refers to."""
    if isinstance(value, str):
        yield from CREDENTIAL.findall(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from credentials_named(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from credentials_named(inner)


def _drop_switched_off(body: dict[str, Any]) -> None:
    """Agora requires the text whenever the block is present, so a reminder after 0 ms is left out."""
    parameters = body.get("parameters", {})
    silence = parameters.get("silence_config", {})
    if isinstance(silence, dict) and silence.get("timeout_ms") == 0:
        del parameters["silence_config"]
