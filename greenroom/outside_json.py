"""Reads untrusted JSON into typed values: unknown fields are ignored, null counts as absent.

The shapes are ``msgspec.Struct`` classes beside their readers (docs/decisions/0006-outside-json-with-msgspec.md).
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")


class UnreadableJson(ValueError):
    """The JSON has another shape than expected. The message names the field and the expected type."""


class NotJson(UnreadableJson):
    """Not JSON at all, or nested too deeply."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the shapes. A field without a default is required."""


_S = TypeVar("_S", bound=Shape)


def read(raw: bytes | str, shape: type[_T], *, most_values: int | None = None) -> _T:
    """Raises :class:`UnreadableJson`. ``most_values`` bounds the memory: a few bytes of JSON can become 100-byte objects."""
    if most_values is not None and _values_at_most(raw) > most_values:
        raise UnreadableJson("too many values")
    return fit(parse(raw), shape)


def parse(raw: bytes | str) -> Any:
    """JSON of any shape, with its nulls. Raises :class:`NotJson`."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.MsgspecError as error:
        raise NotJson(str(error).removeprefix("JSON is malformed: ")) from None
    except UnicodeError:
        raise NotJson("not UTF-8") from None
    except RecursionError:
        raise NotJson("nested too deeply") from None


def fit(document: Any, shape: type[_T]) -> _T:
    """Like :func:`read`, for decoded JSON."""
    try:
        return msgspec.convert(_tidy(document), shape)
    except msgspec.ValidationError as error:
        raise UnreadableJson(_in_words(str(error))) from None
    except RecursionError:
        raise NotJson("nested too deeply") from None


def fit_or_default(document: Any, shape: type[_S]) -> _S:
    """Like :func:`fit`, but a field that is missing or does not fit takes its default. Never raises.

    Each field of ``shape`` must have a default.
    """
    given = document if isinstance(document, Mapping) else {}
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(shape):
        value = given.get(field.encode_name)
        if isinstance(field.type, type) and issubclass(field.type, Shape):
            values[field.name] = fit_or_default(value, field.type)
        elif value is not None:
            with contextlib.suppress(UnreadableJson):
                values[field.name] = fit(value, field.type)
    return shape(**values)


def fitting(rows: Any, shape: type[_T]) -> list[_T]:
    """The rows that have this shape, in order; empty if ``rows`` isn't a list."""
    fitted = []
    for row in rows if isinstance(rows, list) else ():
        try:
            fitted.append(fit(row, shape))
        except UnreadableJson:
            continue
    return fitted


def _values_at_most(raw: bytes | str) -> int:
    """An upper bound: each value but the first follows a bracket or a comma."""
    signs = (b"[", b"{", b",") if isinstance(raw, bytes) else ("[", "{", ",")
    return sum(raw.count(sign) for sign in signs)  # type: ignore[arg-type]


def _tidy(value: Any) -> Any:
    """Drop nulls, and turn 3.0 into 3."""
    if isinstance(value, Mapping):
        return {name: _tidy(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_tidy(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _in_words(message: str) -> str:
    """From "Expected `int`, got `str` - at `$.a`" to "a: expected int, got str"."""
    what, _, path = message.replace("`", "").partition(" - at ")
    where = path.removeprefix("$").removeprefix(".")
    return f"{where}: {what[0].lower()}{what[1:]}" if where else what[0].lower() + what[1:]
