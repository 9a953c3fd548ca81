"""Literals and plain comparisons of JavaScript and TypeScript, by their nodes."""

from __future__ import annotations

from typing import Any

from tree_sitter import Node

from greenroom.formats.document import Placeholder
from greenroom.formats.expressions import is_known, known_default

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def text_of(node: Node) -> str:
    """The source of a node."""
    return (node.text or b"").decode("utf8", "replace")


def compared(sign: str, left: Any, right: Any) -> bool | None:
    """``left === right`` and ``!==``; None when one of them isn't known."""
    one, other = known_default(left), known_default(right)
    if sign not in ("===", "==", "!==", "!=") or one is None or other is None:
        return None
    return (one == other) is sign.startswith("=")


def truth_of(value: Any) -> bool | None:
    """Whether a condition holds; None when that isn't known."""
    if isinstance(value, Placeholder):
        return True if value.default else None
    return bool(value) if is_known(value) else None


def number_of(text: str) -> int | float | str:
    """A numeric literal."""
    clean = text.replace("_", "").removesuffix("n")
    try:
        return int(clean, 0)
    except ValueError:
        pass
    try:
        return float(clean)
    except ValueError:
        return text


def piece_of(node: Node) -> str:
    source = text_of(node)
    if node.type != "escape_sequence":
        return source
    body = source[1:]
    if body[:1] in ("x", "u"):
        try:
            return chr(int(body.strip("xu{}"), 16))
        except (ValueError, OverflowError):
            return source
    return "" if body in ("\n", "\r\n") else _ESCAPES.get(body, body)


def is_null(node: Node | None) -> bool:
    return node is not None and node.type == "null"
