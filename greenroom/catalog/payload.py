"""Build Agora's request JSON from setting values."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from greenroom.catalog.active import ActiveSetting, Values, fields, realtime, renames, roles, value_at, value_of, vendor_of
from greenroom.catalog.model_hosts import credential_at
from greenroom.catalog.spec import Setting, Vendor
from greenroom.paths import at, nest, put

#: ``${NAME}`` in a header or another free value refers to a credential, so that drafts hold no keys.
CREDENTIAL = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_NAMED = re.compile(r"(\$\{[A-Z][A-Z0-9_]*\})")
_PART = re.compile(r"\{([a-z_0-9]+)\}")
#: Kinds whose values may name credentials.
FREE = frozenset({"map", "rows", "json", "line", "choice"})
#: The setting of a vendor that lists fixed parts which are not sent.
UNSENT = "unsent"


class CredentialMarks(Mapping[str, str]):
    """Every credential as ``${NAME}``: a body for showing, exporting and comparing."""

    def __getitem__(self, name: str) -> str:
        return f"${{{name}}}"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def payload(values: Values, credentials: Mapping[str, str]) -> dict[str, Any]:
    """Agora's ``properties`` for these values, without what belongs to one call (channel, token, uids).

    ``credentials`` maps names (``OPENAI_API_KEY``) to values; a secret setting takes its value from there only. Never raises.
    """
    body: dict[str, Any] = {}
    direct = realtime(values)
    active = list(fields(values))
    for role in roles(values):
        vendor = vendor_of(role, values)
        unsent = unsent_parts(vendor, values)
        for path, constant in vendor.fixed.items():
            if path not in unsent:
                put(body, path, constant)
        for path, template in vendor.templates.items():
            if path not in unsent:
                put(body, path, _filled(template, vendor, active, values, credentials))
    extras: list[dict[str, Any]] = []
    for field in active:
        value, path = sent_value(field, values, credentials), _place(field, values, direct)
        if is_empty(value) or path.startswith("^"):
            continue
        if field.setting.shape == "merge":
            extras += [nest(path, value)] if isinstance(value, Mapping) else []
        elif field.setting.shape == "more_messages":
            put(body, path, [*(at(body, path) or []), *(value if isinstance(value, list | tuple) else ())])
        elif path:
            put(body, path, encode(field.setting, value, vendor_of("llm", values), direct), add=field.setting.kind == "map")
    for extra in extras:
        merge(body, extra)
    return body


def unsent_parts(vendor: Vendor, values: Values) -> tuple[str, ...]:
    """The paths of a vendor's fixed parts that are not sent. Whatever else JSON holds there counts as none."""
    listed = value_at(f"{vendor.role}.{vendor.id}.{UNSENT}", values)
    return tuple(path for path in listed if isinstance(path, str)) if isinstance(listed, list | tuple) else ()


def top_level(values: Values) -> dict[str, Any]:
    """The fields beside ``properties`` in a join body."""
    active = ((field.setting.path, value_of(field, values)) for field in fields(values))
    return {path[1:]: value for path, value in active if path.startswith("^") and not is_empty(value)}


def sent_value(field: ActiveSetting, values: Values, credentials: Mapping[str, str]) -> Any:
    """The value to send, with credentials filled in."""
    setting = field.setting
    if setting.kind == "secret":
        name = credential_of(field, values)
        return credentials.get(name, "") if name else ""
    value = value_of(field, values)
    return _with_credentials(value, credentials) if setting.kind in FREE else value


def credential_of(field: ActiveSetting, values: Values) -> str:
    """The name of the credential that a secret setting sends; "" = none: it is not set."""
    chosen = values.get(field.key, "")
    named = CREDENTIAL.fullmatch(chosen) if isinstance(chosen, str) else None
    if named is None and chosen is not None:
        at_host = credential_at(values.get("llm.compatible.url")) if field.key == "llm.compatible.api_key" else ""
        return at_host or field.setting.env
    return named[1] if named else ""


def is_empty(value: Any) -> bool:
    """Whether a value is unset: None or an empty text, list or object. ``False`` and 0 are values."""
    return value is None or (isinstance(value, str | list | tuple | Mapping) and not value)


def merge(body: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Merge in missing fields. Values set by the catalog always win."""
    for name, value in extra.items():
        if name not in body:
            body[name] = value
        elif isinstance(body[name], dict) and isinstance(value, Mapping):
            merge(body[name], value)


def _place(field: ActiveSetting, values: Values, direct: bool) -> str:
    if direct:
        return vendor_of("mllm", values).prompt_path if field.setting.shape == "system_message" else field.path(direct)
    return renames(values).get(field.setting.path, field.setting.path)


def encode(setting: Setting, value: Any, llm: Vendor, direct: bool) -> Any:
    """The value as JSON at the setting's path."""
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
    columns = {column.name: column for column in setting.columns}
    sent = {name: value for name, value in row.items() if name not in columns}
    for name, column in columns.items():
        value = row.get(name, column.default)
        if name in row and value is not None or not is_empty(value):
            put(sent, column.path, value)
    return sent


def _system_message(text: str, llm: Vendor) -> list[dict[str, Any]]:
    if llm.messages == "gemini":  # a message of another shape is dropped silently
        return [{"role": "user", "parts": [{"text": text}]}]
    return [{"role": "system", "content": text}]


def _filled(template: str, vendor: Vendor, active: list[ActiveSetting], values: Values, credentials: Mapping[str, str]) -> str:
    parts = {f.setting.name: sent_value(f, values, credentials) for f in active if f.vendor is vendor}
    return _PART.sub(lambda part: _quoted(template, part, parts.get(part.group(1))), template)


def _quoted(template: str, part: re.Match[str], value: Any) -> str:
    """A placeholder at the start is a whole URL and is not quoted; credential names stay readable."""
    text = "" if value is None else str(value).strip()
    if part.start() == 0 and "://" not in template[: part.end()]:
        return text.rstrip("/")
    return "".join(piece if CREDENTIAL.fullmatch(piece) else quote(piece, safe=":") for piece in _NAMED.split(text))


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
