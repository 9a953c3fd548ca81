"""Evaluates names, conditions and arithmetic of a Python program."""

from __future__ import annotations

import ast
from typing import Any

from greenroom.formats.document import Placeholder
from greenroom.formats.expressions import is_known, known_default, placeholder
from greenroom.formats.python_texts import percent


def dotted_name(function: ast.expr) -> str:
    """The name of what is called; its last part alone when it is called on more than names."""
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        return ".".join(reversed([*parts, function.id]))
    return parts[0] if parts else ""


def truth_of(value: Any) -> bool | None:
    """Whether a condition holds; None if that isn't known."""
    default = known_default(value)
    if isinstance(value, Placeholder):
        return bool(default) if default else None
    return bool(default) if is_known(value) else None


def arithmetic(node: ast.BinOp, left: Any, right: Any) -> Any:
    """The result of +, -, * and text formatting with %; a placeholder if it isn't known."""
    if isinstance(node.op, ast.Mod) and isinstance(left, str):
        text = percent(left, right)
        return placeholder(ast.unparse(node)[:80]) if text is NotImplemented else text
    numbers = all(isinstance(side, int | float) and not isinstance(side, bool) for side in (left, right))
    if numbers and isinstance(node.op, ast.Add | ast.Sub | ast.Mult) and abs(left) < 1e12 and abs(right) < 1e12:
        return {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}[type(node.op)]
    return placeholder(ast.unparse(node)[:80])
