"""Decodes a setting's value from JSON without loss: encoding it again gives the same JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from greenroom.catalog.payload import encode
from greenroom.catalog.spec import Setting, Vendor
from greenroom.paths import MISSING

#: How people write a switch, in YAML for instance.
SWITCH_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NUMBER = re.compile(r"\s*-?\d+(\.\d+)?\s*")


def decoded(setting: Setting, sent: Any, llm: Vendor, direct: bool) -> Any:
    """The value, or ``MISSING`` if the setting can't hold this JSON unchanged."""
    value = _decode(setting, sent, llm)
    if value is MISSING or not _holds(setting, value):
        return MISSING
    return value if _same(encode(setting, value, llm, direct), sent) else MISSING


def converted(setting: Setting, sent: Any) -> Any:
    """A number or switch that was written as text; ``MISSING`` for anything else."""
    if not isinstance(sent, str):
        return MISSING
    if setting.kind in ("number", "whole") and _NUMBER.fullmatch(sent):
        number = float(sent)
        return int(number) if setting.kind == "whole" and number.is_integer() else number
    if setting.kind == "switch" and setting.shape == "value":
        return SWITCH_WORDS.get(sent.strip().lower(), MISSING)
    return MISSING


def _decode(setting: Setting, sent: Any, llm: Vendor) -> Any:
    match setting.shape:
        case "system_message":
            return sent if isinstance(sent, str) else _system_text(sent, llm)
        case "switch_text":
            return {"true": True, "false": False}.get(sent, MISSING) if isinstance(sent, str) else MISSING
        case "json_text":
            return json_in(sent)
        case "first":
            return sent[0] if isinstance(sent, list) and len(sent) == 1 else MISSING
        case "more_messages":
            return sent if isinstance(sent, list) and sent else MISSING
    if setting.kind == "rows":
        return [_row(setting, row) for row in sent] if isinstance(sent, list) else MISSING
    return sent


def _holds(setting: Setting, value: Any) -> bool:
    """Whether the value is of the setting's kind; the checks decide whether it is allowed."""
    match setting.kind:
        case "line" | "prose":
            return isinstance(value, str) and bool(value)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "whole":
            return isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
        case "switch":
            return isinstance(value, bool)
        case "choice":
            return isinstance(value, str | int | float | bool) and value != ""
        case "many" | "texts":
            alike = all(isinstance(text, str) for text in value) if setting.kind == "texts" and isinstance(value, list) else True
            choices = {json.dumps(choice.value) for choice in setting.choices}
            listed = setting.kind == "texts" or (
                isinstance(value, list) and all(json.dumps(element) in choices for element in value)
            )
            return isinstance(value, list) and bool(value) and alike and listed
        case "map":
            return isinstance(value, dict) and bool(value) and all(isinstance(text, str) for text in value.values())
        case "rows":
            return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)
    return value is not None and value not in ("", [], {})


def _system_text(value: Any, llm: Vendor) -> Any:
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], Mapping):
        return MISSING
    return message_text(value[0], llm)


def message_text(message: Mapping[str, Any], llm: Vendor) -> Any:
    """The text of a system message that the model's form can write; ``MISSING`` for another message."""
    if llm.messages == "gemini":
        parts = message.get("parts")
        first = parts[0] if isinstance(parts, list) and len(parts) == 1 and isinstance(parts[0], Mapping) else {}
        plain = set(first) == {"text"} and message.get("role") == "user" and set(message) == {"role", "parts"}
        text = first["text"] if plain else MISSING
    else:
        text = message.get("content") if message.get("role") == "system" and set(message) == {"role", "content"} else MISSING
    return text if isinstance(text, str) and text else MISSING


def json_in(value: Any) -> Any:
    """What a text holds as JSON; ``MISSING`` for other values and other texts."""
    try:
        return json.loads(value) if isinstance(value, str) else MISSING
    except (ValueError, RecursionError):
        return MISSING


def _row(setting: Setting, row: Any) -> Any:
    """The columns by their names; a column with a default that the row lacks is not set."""
    if not isinstance(row, Mapping):
        return row
    names = {column.path: column.name for column in setting.columns}
    made = {names.get(name, name): value for name, value in row.items()}
    return made | {c.name: None for c in setting.columns if c.default is not None and c.name not in made}


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str) or (
        _is_number(one) and _is_number(other) and one == other
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
