"""Reads fields of untrusted JSON. Missing or mistyped fields raise :class:`BadField`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


class BadField(ValueError):
    """A field is missing or of the wrong type. The message names it and quotes no value."""


def text(source: Json, key: str, default: str | None = None) -> str:
    value = source.get(key, default)
    if not isinstance(value, str):
        raise BadField(f"{key} must be text")
    return value


def whole(source: Json, key: str, default: int | None = None) -> int:
    """A whole number in 0..2^32-1: uids, SSRCs, ids."""
    value = source.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**32:
        raise BadField(f"{key} must be a whole number")
    return value


def mapping(source: Json, key: str, *, optional: bool = False) -> Json:
    value = source.get(key)
    if value is None and optional:
        return {}
    if not isinstance(value, Mapping):
        raise BadField(f"{key} must be an object")
    return value


def mappings(source: Json, key: str, *, optional: bool = False) -> list[Json]:
    """A list of objects."""
    value = source.get(key)
    if value is None and optional:
        return []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise BadField(f"{key} must be a list of objects")
    return value
