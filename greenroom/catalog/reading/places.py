"""Places in a JSON body: paths as tuples of names and numbers, as text, and the values there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from greenroom.catalog.named_secrets import Path
from greenroom.paths import MISSING, split

#: The report's note on lone surrogates.
HALF = "An incomplete character became �."
_LONE = re.compile("[\ud800-\udfff]")


def written(path: str) -> str:
    """A path as the report shows it: from the top of the join body."""
    return path[1:] if path.startswith("^") else path if path.startswith("properties.") else f"properties.{path}"


def place_of(path: str) -> Path:
    """``llm.api_key`` → ``("llm", "api_key")``."""
    way, name = split(path)
    return (*way, name)


def place_path(place: Path) -> str:
    """``("llm", "mcp_servers", 0, "name")`` → ``llm.mcp_servers[0].name``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def leaves(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that holds no other, with its path; an empty object or list is one too."""
    items = node.items() if isinstance(node, Mapping) else enumerate(node) if isinstance(node, list) else ()
    if items and node:
        for name, inner in items:
            yield from leaves(inner, (*path, name if isinstance(name, int) else str(name)))
    elif path:
        yield path, node


def sound(node: Any, broken: list[Path], path: Path = ()) -> Any:
    """The value without lone surrogates, which no text on the wire can hold; ``broken`` collects their places."""
    if isinstance(node, Mapping):
        return {(name := _sound_text(str(key))): sound(inner, broken, (*path, name)) for key, inner in node.items()}
    if isinstance(node, list):
        return [sound(inner, broken, (*path, number)) for number, inner in enumerate(node)]
    if isinstance(node, str) and (text := _sound_text(node)) != node:
        broken.append(path)
        return text
    return node


def _sound_text(text: str) -> str:
    return text if text.isascii() else _LONE.sub("\ufffd", text)


def nulls(node: Any, path: Path = ()) -> Iterator[Path]:
    """The places of null in objects, the deepest first."""
    for name, inner in node.items() if isinstance(node, Mapping) else ():
        if inner is None:
            yield (*path, str(name))
        else:
            yield from nulls(inner, (*path, str(name)))


def value_at_place(body: Any, place: Path) -> Any:
    """The value at a path of names and numbers; ``MISSING`` when there is none."""
    for name in place:
        try:
            inner: Any = body if isinstance(body, Mapping | list) else {}
            body = inner[name]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return body


def remove(body: Any, place: Path) -> None:
    """Take away the value at a path, and objects that are empty without it."""
    owner = value_at_place(body, place[:-1])
    if isinstance(owner, dict):
        owner.pop(place[-1], None)
        if not owner and len(place) > 1 and isinstance(value_at_place(body, place[:-2]), dict):
            remove(body, place[:-1])
    elif isinstance(owner, list) and isinstance(place[-1], int):
        owner[place[-1]] = ""
