"""Checking a request body against a table of fields. Unknown fields pass and are kept, as with Agora."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from greenroom.paths import at, parents
from greenroom.twin.rest.reasons import InvalidFieldValue, MissingRequiredField

Kind = Literal["text", "whole", "number", "switch", "object", "texts", "objects", "wholes", "text_map", "anything"]


@dataclass(frozen=True, slots=True)
class BodyField:
    """One field of a body, by its dotted path; a parent stands before its children in a table.

    ``low`` and ``high`` are inclusive: the value of a number, the bytes of a text (UTF-8), the length of a list.
    ``choices`` is what the value, or each one of a list, may be.
    ``required`` applies when the parent is there.
    """

    path: str
    kind: Kind
    required: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()


def check(fields: Iterable[BodyField], body: Mapping[str, Any]) -> None:
    """Raise MissingRequiredField or InvalidFieldValue for the first fault, in the order of the table."""
    for field in fields:
        if not all(isinstance(at(body, parent), Mapping) for parent in parents(field.path)):
            continue
        value = at(body, field.path)
        if value is None:  # Agora takes null as "not mentioned"
            if field.required:
                raise MissingRequiredField(field.path)
            continue
        why = _KINDS[field.kind](value, field)
        if why:
            raise InvalidFieldValue(field.path, why)


def _text(value: Any, field: BodyField) -> str:
    if not isinstance(value, str):
        return "must be a string"
    if field.required and not value and field.low != 0:
        return "must not be empty"
    if field.choices and value not in field.choices:
        return f"must be one of {', '.join(field.choices)}"
    if field.high is not None and len(value.encode()) > field.high:
        return f"must be at most {field.high:g} bytes"
    return ""


def _number(value: Any, field: BodyField) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number"
    low, high = field.low, field.high
    if (low is not None and value < low) or (high is not None and value > high):
        return f"must be at least {low:g}" if high is None else f"must be between {low:g} and {high:g}"
    return ""


def _whole(value: Any, field: BodyField) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return "must be an integer"
    if field.choices and value not in field.choices:
        return f"must be one of {', '.join(map(str, field.choices))}"
    return _number(value, field)


def _switch(value: Any, field: BodyField) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _object(value: Any, field: BodyField) -> str:
    return "" if isinstance(value, Mapping) else "must be an object"


def _list_of(kind: type, what: str) -> Callable[[Any, BodyField], str]:
    def fault(value: Any, field: BodyField) -> str:
        if not isinstance(value, list) or not all(isinstance(v, kind) and not isinstance(v, bool) for v in value):
            return f"must be an array of {what}"
        if field.low is not None and len(value) < field.low:
            return "must not be empty"
        if field.high is not None and len(value) > field.high:
            return f"must have at most {field.high:g} items"
        if field.choices and not all(v in field.choices for v in value):
            return f"must be of {', '.join(map(str, field.choices))}"
        return ""

    return fault


def _text_map(value: Any, field: BodyField) -> str:
    fits = isinstance(value, Mapping) and all(isinstance(v, str) for v in value.values())
    return "" if fits else "must be an object of strings"


_KINDS: Mapping[Kind, Callable[[Any, BodyField], str]] = {
    "text": _text,
    "whole": _whole,
    "number": _number,
    "switch": _switch,
    "object": _object,
    "texts": _list_of(str, "strings"),
    "objects": _list_of(dict, "objects"),
    "wholes": _list_of(int, "integers"),
    "text_map": _text_map,
    "anything": lambda value, field: "",
}
