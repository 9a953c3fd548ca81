"""Evaluates literals and simple comparisons of JavaScript and TypeScript."""

from __future__ import annotations

from typing import Any

from tree_sitter import Node

from greenroom.formats.document import Placeholder
from greenroom.formats.expressions import is_known, known_default
from greenroom.formats.syntax_trees import text_of

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def compared(sign: str, left: Any, right: Any) -> bool | None:
    """The value of ``left === right``, ``==``, ``!==`` or ``!=``; None if a side isn't known, and for other operators."""
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
    """The value of a numeric literal; its text if it can't be parsed."""
    clean = text.replace("_", "").removesuffix("n")
    try:
        return int(clean, 0)
    except ValueError:
        pass  # not an integer
    try:
        return float(clean)
    except ValueError:
        return text


def piece_of(node: Node) -> str:
    """The text of a part of a string literal: its source, or the character of an escape sequence."""
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
    """Whether a node is the literal ``null``."""
    return node is not None and node.type == "null"
