"""Python expressions by their syntax tree: literals, names, environment variables, f-strings, calls that convert."""

from __future__ import annotations

import ast
import json
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from greenroom.formats.agora_sdk import typed_object
from greenroom.formats.document import Placeholder
from greenroom.formats.elisions import ELIDED
from greenroom.formats.expressions import (
    Budget,
    CallNode,
    as_json_text,
    bounded,
    converted,
    either,
    is_known,
    joined,
    known_default,
    placeholder,
)
from greenroom.formats.open_parts import note_choice, note_spread, put_entry
from greenroom.formats.python_containers import container_method, key_text
from greenroom.formats.python_operators import arithmetic, dotted_name, truth_of
from greenroom.formats.python_texts import number_text, text_method

Scope = dict[str, Any]
#: How programs read an environment variable, by the end of the call's name.
_ENVIRONMENT = (
    "os.getenv",
    "os.environ.get",
    "environ.get",
    "getenv",
    "env",
    "env.get",
    "env.str",
    "get_env",
    "require_env",
    "config",
)
_CASTS: Mapping[str, Callable[[Any], Any]] = {"int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": list}
_TEXT_METHODS = ("strip", "lower", "upper", "rstrip", "lstrip", "title")
_COPIES = ("copy", "deepcopy", "copy.deepcopy", "copy.copy", "OrderedDict", "MappingProxyType")


class PythonExpressions:
    """Evaluates expressions in a scope. ``call_function`` runs a function of the same file, when there is one of that name."""

    def __init__(self, budget: Budget, call_function: Callable[[str, ast.Call, Scope], Any]) -> None:
        self.objects: list[dict[str, Any]] = []
        self.calls: list[CallNode] = []
        #: Data classes and models of the program, with the defaults of their fields.
        self.records: dict[str, dict[str, Any]] = {}
        self._budget = budget
        self._call_function = call_function
        #: Conditions in the current expression whose truth isn't known.
        self._open: list[str] = []

    def value(self, node: ast.expr | None, scope: Scope) -> Any:
        """The value of an expression, or a placeholder for it."""
        self._budget.spend()
        if node is None:
            return None
        work = getattr(self, f"_{type(node).__name__.lower()}", None)
        return placeholder(ast.unparse(node)[:80]) if work is None else self._budget.spend_on(work(node, scope))

    def _constant(self, node: ast.Constant, scope: Scope) -> Any:
        if node.value is Ellipsis:
            return placeholder(ELIDED)
        return node.value if node.value is None or isinstance(node.value, str | int | float | bool) else str(node.value)

    def _name(self, node: ast.Name, scope: Scope) -> Any:
        return scope[node.id] if node.id in scope else placeholder(node.id)

    def _dict(self, node: ast.Dict, scope: Scope) -> dict[str, Any]:
        made: dict[str, Any] = {}
        written: set[str] = set()
        for key, inner in zip(node.keys, node.values, strict=True):
            before = len(self._open)
            value = self.value(inner, scope)
            conditions = self._open[before:]
            del self._open[before:]
            if key is None:
                made.update(self._fields(value, inner))
                continue
            name = key_text(self.value(key, scope))
            put_entry(made, written, name, value, conditions)
        self.objects.append(made)
        return made

    def _list(self, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> list[Any]:
        made: list[Any] = []
        for inner in node.elts:
            value = self.value(inner.value if isinstance(inner, ast.Starred) else inner, scope)
            made += (value if isinstance(value, list) else []) if isinstance(inner, ast.Starred) else [value]
            bounded(made)
        return made

    _tuple = _list

    def _set(self, node: ast.Set, scope: Scope) -> Any:
        """A set as a list. ``{...}`` is a placeholder: a dictionary that the text leaves out."""
        left_out = all(isinstance(inner, ast.Constant) and inner.value is Ellipsis for inner in node.elts)
        return placeholder(ELIDED) if left_out else self._list(node, scope)

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Any:
        return joined([self._piece(part, scope) for part in node.values])

    def _piece(self, part: ast.expr, scope: Scope) -> Any:
        """The value of a part of an f-string. With a format it is known for numbers alone."""
        if not isinstance(part, ast.FormattedValue):
            return self.value(part, scope)
        value = self.value(part.value, scope)
        if part.format_spec is None and part.conversion in (-1, ord("s")) or not is_known(value):
            return value
        spec = self.value(part.format_spec, scope) if part.format_spec else ""
        plain_format = isinstance(spec, str) and part.conversion == -1
        return number_text(value, spec) if plain_format else placeholder(ast.unparse(part)[:80])

    def _binop(self, node: ast.BinOp, scope: Scope) -> Any:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        if isinstance(node.op, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
            made = {**left, **right}
            self.objects.append(made)
            return made
        if isinstance(node.op, ast.Add):
            if isinstance(left, list) and isinstance(right, list):
                return bounded(left + right)
            if not is_known(left) or not is_known(right) or isinstance(left, str):
                return joined([left, right])
        return arithmetic(node, left, right)

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> Any:
        values = [self.value(inner, scope) for inner in node.values]
        value = values[0]
        for following in values[1:]:
            if isinstance(node.op, ast.Or):
                value = either(value, following)
            elif truth_of(value) is not False:
                value = following
        return value

    def _unaryop(self, node: ast.UnaryOp, scope: Scope) -> Any:
        operand = self.value(node.operand, scope)
        if isinstance(node.op, ast.USub) and isinstance(operand, int | float):
            return -operand
        truth = truth_of(operand)
        return (not truth) if isinstance(node.op, ast.Not) and truth is not None else placeholder(ast.unparse(node))

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> Any:
        truth = self.truth(node.test, scope)
        value = self.value(node.orelse if truth is False else node.body, scope)
        if truth is None and isinstance(value, dict):
            value = {**value}
            note_choice(value, ast.unparse(node.test))
        elif truth is None:
            self._open.append(ast.unparse(node.test))
        return value

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        owner = self.value(node.value, scope)
        if isinstance(owner, dict) and node.attr in owner:
            return owner[node.attr]
        return placeholder(ast.unparse(node).removeprefix("self."))

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        owner, index = self.value(node.value, scope), self.value(node.slice, scope)
        if isinstance(owner, dict) and isinstance(index, str) and index in owner:
            return owner[index]
        if isinstance(owner, list) and isinstance(index, int) and -len(owner) <= index < len(owner):
            return owner[index]
        return placeholder(index if isinstance(index, str) and index else ast.unparse(node)[:80])

    def _await(self, node: ast.Await, scope: Scope) -> Any:
        return self.value(node.value, scope)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Any:
        scope[node.target.id] = value = self.value(node.value, scope)
        return value

    def _call(self, node: ast.Call, scope: Scope) -> Any:
        name = dotted_name(node.func)
        before = len(self._open)
        returned = self._call_function(name.removeprefix("self."), node, scope)
        del self._open[before:]
        if returned is not NotImplemented:
            return returned
        receiver = self.value(node.func.value, scope) if isinstance(node.func, ast.Attribute) else None
        args = self._list(ast.List(elts=node.args), scope)
        kwargs = {pair.arg: self.value(pair.value, scope) for pair in node.keywords if pair.arg}
        for pair in node.keywords:
            kwargs |= self._spread(pair, scope)
        if name in self.records and not args:
            return self._copied(self.records[name], kwargs)
        return self._called(name, receiver, args, kwargs)

    def _spread(self, pair: ast.keyword, scope: Scope) -> dict[str, Any]:
        return self._fields(self.value(pair.value, scope), pair.value) if pair.arg is None else {}

    def _fields(self, value: Any, node: ast.expr) -> dict[str, Any]:
        """The fields that ``**value`` adds, with a note if they aren't known."""
        made = {**value} if isinstance(value, dict) else {}
        if isinstance(value, Placeholder | CallNode):
            note_spread(made, f"**{ast.unparse(node)}")
        return made

    def _called(self, name: str, receiver: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        last = name.rpartition(".")[2]
        first = args[0] if args else None
        if name in _ENVIRONMENT and isinstance(first, str):
            return Placeholder(
                placeholder(first).name, known_default(kwargs.get("default", args[1] if len(args) > 1 else None)), first
            )
        if name in _CASTS and args:
            return converted(first, _CASTS[name])
        if name in ("json.dumps", "dumps"):
            return as_json_text(first)
        if name in ("json.loads", "loads") and isinstance(first, str):
            return self._loaded(first)
        if last == "copy" and isinstance(receiver, list):
            return list(receiver)
        if name == "dict" or name in _COPIES:
            return self._copied(receiver if last == "copy" and receiver is not None and not args else first, kwargs)
        if last == "dedent" and isinstance(first, str):
            return textwrap.dedent(first)
        if isinstance(receiver, str):
            text = text_method(last, receiver, args, kwargs)
            return placeholder(f"{receiver[:60]}.{last}") if text is NotImplemented else text
        if isinstance(receiver, dict | list):
            return container_method(last, receiver, args, kwargs)
        if isinstance(receiver, Placeholder) and last in _TEXT_METHODS:
            return receiver
        if last == "get" and isinstance(first, str):
            return Placeholder(placeholder(first).name, known_default(args[1] if len(args) > 1 else None), first)
        typed = typed_object(name, args, kwargs)
        made = typed if typed is not None else CallNode(last, receiver, args, kwargs)
        if isinstance(made, dict):
            self.objects.append(made)
        else:
            self.calls.append(made)
        return made

    def _loaded(self, text: str) -> Any:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        if isinstance(value, dict):
            self.objects.append(value)
        return value

    def _copied(self, source: Any, kwargs: dict[str, Any]) -> dict[str, Any]:
        if isinstance(source, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in source):
            source = {key_text(name): inner for name, inner in source}
        made = {**(source if isinstance(source, dict) else {}), **kwargs}
        self.objects.append(made)
        return made

    def truth(self, node: ast.expr, scope: Scope) -> bool | None:
        """Whether a condition holds; None when that depends on what is not known."""
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self._compared(node, scope)
        return truth_of(self.value(node, scope))

    def _compare(self, node: ast.Compare, scope: Scope) -> Any:
        result = self._compared(node, scope) if len(node.ops) == 1 else None
        return placeholder(ast.unparse(node)[:80]) if result is None else result

    def _compared(self, node: ast.Compare, scope: Scope) -> bool | None:
        left, right = (known_default(self.value(one, scope)) for one in (node.left, node.comparators[0]))
        unknown = left is None or (right is None and not isinstance(node.comparators[0], ast.Constant))
        match node.ops[0]:
            case ast.Eq() | ast.Is():
                return None if unknown else left == right
            case ast.NotEq() | ast.IsNot():
                return None if unknown else left != right
            case ast.In() if isinstance(right, list | dict | str) and isinstance(left, str):
                return left in right
        return None
