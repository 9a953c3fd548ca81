"""Validation messages for one setting's value, phrased to follow the setting's label ("Temperature must be a number.")."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from greenroom import paths
from greenroom.catalog.payload import CREDENTIAL, is_empty
from greenroom.catalog.spec import Setting
from greenroom.redaction import MASK

_DEEPEST = 40
_TEXTUAL = frozenset({"line", "prose", "secret"})
#: How a message that continues the label begins, after a label in the singular and in the plural.
_VERBS: Mapping[str, str] = {
    "is": "are",
    "has": "have",
    "contains": "contain",
    "doesn't": "don't",
    "isn't": "aren't",
    "must": "must",
}


def sentence(label: str, message: str) -> str:
    """A fault as a sentence about its setting: "Keywords have 200 entries; …", "URL: ${HOST} is a variable …"."""
    verb, space, rest = message.partition(" ")
    if verb not in _VERBS:
        return f"{label}: {message}"
    plural = label.endswith("s") and not label.endswith("ss")
    return f"{label} {_VERBS[verb] if plural else verb}{space}{rest}"


def fault(setting: Setting, value: Any) -> str:
    """ "" if the value is valid. Never raises."""
    if is_empty(value) or (isinstance(value, str) and not value.strip()):
        return "is required." if setting.required and setting.kind != "secret" else ""
    return _FAULTS[setting.kind](setting, value) or ("" if setting.kind in _TEXTUAL else _masked(value))


def _text(setting: Setting, value: Any) -> str:
    if not isinstance(value, str):
        return "must be text."
    if "\x00" in value:
        return "contains a NUL character, which can't be stored or spoken."
    if MASK in value:
        return "contains a masked value. Enter the real one, or ${NAME} for a credential."
    if setting.high is not None and len(value) > setting.high:
        return f"is too long: {len(value):,} characters; the limit is {int(setting.high):,}."
    last = paths.last(setting.path or setting.name)
    return _address(value) if last == "url" or last.endswith("_url") or last in ("endpoint", "uri") else ""


def _address(value: str) -> str:
    if CREDENTIAL.fullmatch(value.strip()):
        return f"{value.strip()} is a variable in the program it came from. Enter the URL."
    try:
        parts = urlsplit(value.strip())
        valid = parts.scheme in ("http", "https", "ws", "wss") and bool(parts.hostname)
    except ValueError:
        valid = False
    return "" if valid else "must be a full URL that starts with http://, https:// or wss://."


def _number(setting: Setting, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or (isinstance(value, float) and not math.isfinite(value)):
        return "must be a number."
    if setting.kind == "whole" and value != int(value):
        return "must be a whole number."
    low, high = setting.low, setting.high
    if (low is None or value >= low) and (high is None or value <= high):
        return ""
    if low is not None and high is not None:
        return f"must be between {low:g} and {high:g} {setting.unit}".rstrip() + "."
    return f"must be at least {low:g} {setting.unit}".rstrip() + "." if high is None else f"must be at most {high:g}."


def _choice(setting: Setting, value: Any) -> str:
    if any(c.value == value and isinstance(c.value, bool) == isinstance(value, bool) for c in setting.choices):
        return ""
    if isinstance(value, str) and CREDENTIAL.fullmatch(value) and not setting.open:
        return f"{value} is a variable in the program it came from. Choose one from the list."
    return _text(setting, value) if setting.open else f"doesn't have the option {str(value)[:40]!r}. Choose one from the list."


def _switch(setting: Setting, value: Any) -> str:
    return "" if isinstance(value, bool) else "must be on or off."


def _many(setting: Setting, value: Any) -> str:
    if not isinstance(value, list | tuple):
        return "must be a list."
    return _length(setting, value) or next(filter(None, (_choice(setting, element) for element in value)), "")


def _texts(setting: Setting, value: Any) -> str:
    if not isinstance(value, list | tuple) or not all(isinstance(element, str) for element in value):
        return "must be a list of text lines."
    return _length(setting, value)


def _length(setting: Setting, value: Any) -> str:
    if setting.high is not None and len(value) > setting.high:
        return f"has {len(value)} entries; the limit is {int(setting.high)}."
    return ""


def _map(setting: Setting, value: Any) -> str:
    if not isinstance(value, Mapping) or not all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        return "must map names to text."
    return "has an entry without a name. Name it or remove it." if any(not k.strip() for k in value) else _length(setting, value)


def _rows(setting: Setting, value: Any) -> str:
    if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
        return "must be a list of entries."
    for number, row in enumerate(value, 1):
        for column in setting.columns:
            if wrong := fault(column, row.get(column.name)):
                return f"entry {number}: {sentence(column.label, wrong)}"
    return _length(setting, value)


def _json(setting: Setting, value: Any) -> str:
    """Check a free JSON value, including its nesting depth."""
    level = [value]
    for _ in range(_DEEPEST):
        if any(isinstance(value, float) and not math.isfinite(value) for value in level):
            return "contains a number that JSON doesn't support, such as infinity."
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return "must be an object." if setting.shape == "merge" and not isinstance(value, Mapping) else ""
    return "is nested too deeply. Flatten the JSON."


def _masked(value: Any) -> str:
    level = [value]
    for _ in range(_DEEPEST):
        if any(isinstance(value, str) and MASK in value for value in level):
            return "contains a masked value. Enter the real one, or ${NAME} for a credential."
        level = [inner for value in level for inner in _inside(value)]
    return ""


def _inside(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []


_FAULTS: Mapping[str, Callable[[Setting, Any], str]] = {
    "line": _text,
    "prose": _text,
    "secret": _text,
    "number": _number,
    "whole": _number,
    "choice": _choice,
    "switch": _switch,
    "many": _many,
    "texts": _texts,
    "map": _map,
    "rows": _rows,
    "json": _json,
}
