"""Evaluates methods of the dictionaries and lists in a Python program."""

from __future__ import annotations

from typing import Any

from greenroom.formats.document import Placeholder
from greenroom.formats.expressions import bounded, is_known, placeholder


def key_text(key: Any) -> str:
    """A dictionary's key as text."""
    if isinstance(key, Placeholder):
        return f"${{{key.name}}}"
    return str(key) if is_known(key) else f"${{{placeholder(str(key)).name}}}"


def container_method(name: str, owner: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Apply a method to a dictionary or list of the program. Returns its result; None for unknown methods."""
    first = args[0] if args else None
    if name == "get" and isinstance(owner, dict):
        return owner.get(key_text(first), args[1] if len(args) > 1 else None)
    if name == "update" and isinstance(owner, dict):
        owner.update(first if isinstance(first, dict) else {}, **kwargs)
    elif name == "setdefault" and isinstance(owner, dict):
        return owner.setdefault(key_text(first), args[1] if len(args) > 1 else None)
    elif name == "append" and isinstance(owner, list):
        owner.append(first)
    elif name == "extend" and isinstance(owner, list):
        owner.extend(first if isinstance(first, list) else [])
        bounded(owner)
    elif name in ("copy", "model_dump", "dict"):
        return dict(owner) if isinstance(owner, dict) else list(owner)
    return None
