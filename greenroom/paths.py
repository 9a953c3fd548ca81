"""Dotted paths into JSON ("tts.params.voice"): get, set, remove and list. No other module parses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: For :func:`at` and :func:`take`: a default that no JSON value equals.
MISSING: Any = object()


def split(path: str) -> tuple[list[str], str]:
    """The parent names and the last name."""
    *parents, last = path.split(".")
    return parents, last


def parents(path: str) -> list[str]:
    """The paths of the objects that contain a path, outermost first."""
    names = path.split(".")
    return [".".join(names[:end]) for end in range(1, len(names))]


def last(path: str) -> str:
    """The last name."""
    return path.rpartition(".")[2]


def below(path: str) -> str:
    """The path without its first name."""
    return path.partition(".")[2]


def at(body: Any, path: str, default: Any = None) -> Any:
    """The value at a path, or ``default``. A number is a list index."""
    for name in path.split("."):
        if isinstance(body, Mapping) and name in body:
            body = body[name]
        elif isinstance(body, list) and name.isdecimal() and len(name) < 10 and int(name) < len(body):
            body = body[int(name)]
        else:
            return default
    return body


def put(body: dict[str, Any], path: str, value: Any, *, add: bool = False) -> None:
    """Set the value at a path; an existing value is replaced, or merged with ``add`` if both are objects."""
    way, name = split(path)
    for parent in way:
        inner = body.get(parent)
        body[parent] = inner if isinstance(inner, dict) else {}
        body = body[parent]
    before = body.get(name)
    body[name] = {**before, **value} if add and isinstance(before, dict) and isinstance(value, Mapping) else value


def take(body: dict[str, Any], path: str, default: Any = None) -> Any:
    """Remove and return the value at a path, and objects that are empty without it."""
    name, _, rest = path.partition(".")
    if not rest:
        return body.pop(name, default)
    inner = body.get(name)
    if not isinstance(inner, dict):
        return default
    value = take(inner, rest, default)
    if not inner:
        del body[name]
    return value


def nest(path: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """An object with the value at a path; for "" the value itself."""
    for name in reversed(path.split(".") if path else []):
        value = {name: value}
    return dict(value)


def leaves(body: Any, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value that isn't an object, with its path as names, which may contain dots."""
    if isinstance(body, Mapping):
        for name, inner in body.items():
            yield from leaves(inner, (*way, str(name)))
    elif way:
        yield way, body
