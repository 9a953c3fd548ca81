"""The conditions of a mock rule as one line of text: ``arrival = *saturday*, nights = 2``."""

from __future__ import annotations

import json
from typing import Any

from greenroom.tools.definitions import Json


def condition_text(when: Json) -> str:
    """:func:`conditions_in` reads it back. Text that would read as JSON is quoted."""
    return ", ".join(f"{name} = {_value_text(value)}" for name, value in when.items())


def conditions_in(text: str) -> dict[str, Any]:
    """Numbers, true, false and quoted texts as in JSON; everything else is text. Raises ValueError for a part without "="."""
    conditions: dict[str, Any] = {}
    for part in _parts(text):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise ValueError(f"“{part.strip()[:40]}” needs the form argument = value")
        conditions[name.strip()] = _value_in(value.strip())
    return conditions


def result_text(result: Any) -> str:
    """A result as it is edited: text as it is, everything else as JSON."""
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, indent=2)


def result_in(text: str) -> Any:
    """JSON where it is JSON, else text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _parts(text: str) -> list[str]:
    """Split at commas outside of quotes and brackets."""
    parts, quoted, depth, current = [], False, 0, ""
    for letter in text:
        quoted ^= letter == '"'
        depth += 0 if quoted else (letter in "[{") - (letter in "]}")
        if letter in ",\n" and not quoted and depth <= 0:
            parts.append(current)
            current = ""
        else:
            current += letter
    return [part for part in (*parts, current) if part.strip()]


def _value_text(value: Any) -> str:
    plain = isinstance(value, str) and not set(value) & set(',"[]{}\n') and _value_in(value) == value
    return value if plain else json.dumps(value, ensure_ascii=False)


def _value_in(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
