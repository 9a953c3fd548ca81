"""Values of mock rules: texts with ``{{args.name}}`` and ``{{world.path}}`` filled in, and changes of the mocks' data by path."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from greenroom import paths
from greenroom.tools.definitions import Json

_PLACE = re.compile(r"\{\{\s*(args|world)((?:\.[A-Za-z0-9_-]+)*)\s*\}\}")


def filled(value: Any, arguments: Json, world: Json | None = None) -> Any:
    """``value`` with its placeholders replaced. A text that is one placeholder becomes the value itself, else its text."""
    if isinstance(value, str):
        return _text(value, {"args": arguments, "world": world or {}})
    if isinstance(value, Mapping):
        return {name: filled(inner, arguments, world) for name, inner in value.items()}
    return [filled(inner, arguments, world) for inner in value] if isinstance(value, list | tuple) else value


def value_at(path: str, document: Any) -> Any:
    """The value at ``a.0.b``; ``length`` counts a list. MISSING if it isn't there."""
    if not path:
        return document
    value = paths.at(document, path, paths.MISSING)
    if value is paths.MISSING and paths.last(path) == "length":
        listed = value_at(path.removesuffix("length").removesuffix("."), document)
        return len(listed) if isinstance(listed, list) else value
    return value


def change(world: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at ``a.b``. ``a.b+`` appends to a list, or adds to a number. A path through a text or number does nothing."""
    adds, path = path.endswith("+"), path.removesuffix("+")
    if not path:
        return
    parents, name = paths.split(path)
    holder: Any = world
    for parent in parents:
        inner = paths.at(holder, parent, paths.MISSING)
        if inner is paths.MISSING and isinstance(holder, dict):
            inner = holder[parent] = {}
        holder = inner
    before = paths.at(holder, name, paths.MISSING)
    after = _added(before, value) if adds else value
    if isinstance(holder, dict):
        holder[name] = after
    elif isinstance(holder, list) and before is not paths.MISSING:
        holder[int(name)] = after


def _added(before: Any, value: Any) -> Any:
    if _is_number(before) and _is_number(value):
        return before + value
    return [*(before if isinstance(before, list) else []), value]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(text: str, values: Mapping[str, Any]) -> Any:
    def at(match: re.Match[str]) -> Any:
        return value_at(match[2].removeprefix("."), values[match[1]])

    whole = _PLACE.fullmatch(text.strip())
    if whole and (value := at(whole)) is not paths.MISSING:
        return value
    return _PLACE.sub(lambda match: "" if (value := at(match)) is paths.MISSING else _shown(value), text)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
