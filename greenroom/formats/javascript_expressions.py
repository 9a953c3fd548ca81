"""JavaScript and TypeScript expressions by their syntax tree: literals, names, ``process.env``, template strings, spreads."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from tree_sitter import Node

from greenroom.formats.agora_sdk import typed_object
from greenroom.formats.document import Placeholder
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
from greenroom.formats.javascript_literals import compared, is_null, number_of, piece_of, truth_of
from greenroom.formats.open_parts import note_choice, note_spread, put_entry
from greenroom.formats.syntax_trees import text_of

Scope = dict[str, Any]
_TRANSPARENT = frozenset(
    [
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "parenthesized_expression",
        "await_expression",
        "type_assertion",
        "expression_statement",
    ]
)
_CASTS: Mapping[str, Callable[[Any], Any]] = {
    "String": str,
    "Number": float,
    "parseInt": int,
    "parseFloat": float,
    "Number.parseInt": int,
    "Number.parseFloat": float,
    "Boolean": bool,
}
#: Names of functions that read an environment variable, in lower case.
_READ_ENV = frozenset({"requireenv", "getenv", "env", "mustenv"})
_ENVIRONMENT = re.compile(r"(process\.env|import\.meta\.env|Deno\.env|Bun\.env|env)\.?")
_DEDENT = ("dedent", "outdent", "stripIndent")
_TEXT_METHODS = ("trim", "toLowerCase", "toUpperCase", "toString")


class JavaScriptExpressions:
    """Evaluates expressions in a scope. ``call_function`` runs a function of the same file, when there is one of that name."""

    def __init__(self, budget: Budget, call_function: Callable[[str, list[Any]], Any]) -> None:
        self.objects: list[dict[str, Any]] = []
        self.calls: list[CallNode] = []
        self._budget = budget
        self._call_function = call_function
        #: Conditions in the current expression whose truth isn't known.
        self._open: list[str] = []
        #: Conditions around the current statement whose truth isn't known, the outermost first.
        self.unsure: list[str] = []

    def value(self, node: Node | None, scope: Scope) -> Any:
        """The value of an expression, or a placeholder for it."""
        self._budget.spend()
        if node is None or node.type in ("null", "undefined"):
            return None
        if node.type in _TRANSPARENT:
            return self.value(next((n for n in node.named_children if n.type != "comment"), None), scope)
        work = getattr(self, f"_{node.type}", None)
        return placeholder(text_of(node)[:80]) if work is None else self._budget.spend_on(work(node, scope))

    def _string(self, node: Node, scope: Scope) -> Any:
        return joined([piece_of(n) for n in node.named_children])

    def _template_string(self, node: Node, scope: Scope) -> Any:
        parts: list[Any] = []
        for inner in node.named_children:
            substituted = inner.type == "template_substitution"
            parts.append(self.value(next(iter(inner.named_children), None), scope) if substituted else piece_of(inner))
        return joined(parts)

    def _number(self, node: Node, scope: Scope) -> Any:
        return number_of(text_of(node))

    def _true(self, node: Node, scope: Scope) -> bool:
        return True

    def _false(self, node: Node, scope: Scope) -> bool:
        return False

    def _identifier(self, node: Node, scope: Scope) -> Any:
        name = text_of(node)
        return None if name == "undefined" else scope[name] if name in scope else placeholder(name)

    def _object(self, node: Node, scope: Scope) -> dict[str, Any]:
        made: dict[str, Any] = {}
        written: set[str] = set()
        for inner in node.named_children:
            if inner.type == "pair":
                self._member_of(inner, made, written, scope)
            elif inner.type == "shorthand_property_identifier":
                made[text_of(inner)] = self._identifier(inner, scope)
            elif inner.type == "spread_element" and inner.named_children:
                value = self.value(inner.named_children[0], scope)
                if isinstance(value, Placeholder | CallNode):
                    note_spread(made, text_of(inner))
                made |= value if isinstance(value, dict) else {}
        self.objects.append(made)
        return made

    def _member_of(self, node: Node, made: dict[str, Any], written: set[str], scope: Scope) -> None:
        name, given = self._key(node.child_by_field_name("key"), scope), node.child_by_field_name("value")
        before = len(self._open)
        value = self.value(given, scope)
        conditions = self._open[before:]
        del self._open[before:]
        if value is None and not is_null(given):
            return
        put_entry(made, written, name, value, conditions)

    def _key(self, node: Node | None, scope: Scope) -> str:
        if node is None:
            return ""
        if node.type == "computed_property_name":
            key = known_default(self.value(node.named_children[0], scope)) if node.named_children else None
            return str(key) if key is not None else text_of(node)
        return str(self.value(node, scope)) if node.type in ("string", "number") else text_of(node)

    def _array(self, node: Node, scope: Scope) -> list[Any]:
        made: list[Any] = []
        for inner in node.named_children:
            if inner.type == "spread_element":
                spread = self.value(inner.named_children[0], scope) if inner.named_children else None
                made = bounded(made + spread) if isinstance(spread, list) else made
            elif inner.type != "comment":
                made.append(self.value(inner, scope))
        return made

    def _unary_expression(self, node: Node, scope: Scope) -> Any:
        operand = self.value(node.child_by_field_name("argument"), scope)
        sign = text_of(node)[:1]
        if isinstance(operand, int | float) and not isinstance(operand, bool) and sign in "-+":
            return -operand if sign == "-" else operand
        truth = truth_of(operand)
        return (not truth) if sign == "!" and truth is not None else placeholder(text_of(node)[:80])

    def _binary_expression(self, node: Node, scope: Scope) -> Any:
        sign = text_of(node.child_by_field_name("operator") or node)
        left = self.value(node.child_by_field_name("left"), scope)
        right = self.value(node.child_by_field_name("right"), scope)
        if sign in ("??", "||"):
            return either(left, right)
        if sign == "&&":
            return left if truth_of(left) is False else self._chosen(right, truth_of(left), node.child_by_field_name("left"))
        if sign == "+":
            numbers = all(isinstance(side, int | float) for side in (left, right))
            return left + right if numbers else joined([left, right])
        if sign in ("*", "-") and all(isinstance(side, int | float) and abs(side) < 1e12 for side in (left, right)):
            return left * right if sign == "*" else left - right
        result = compared(sign, left, right)
        return placeholder(text_of(node)[:80]) if result is None else result

    def _ternary_expression(self, node: Node, scope: Scope) -> Any:
        condition = node.child_by_field_name("condition")
        truth = truth_of(self.value(condition, scope))
        value = self.value(node.child_by_field_name("alternative" if truth is False else "consequence"), scope)
        return self._chosen(value, truth, condition)

    def _chosen(self, value: Any, truth: bool | None, condition: Node | None) -> Any:
        """The chosen value, with a note of the condition if that isn't known. ``truth``: None = not known."""
        if truth is None and condition is not None:
            if isinstance(value, dict):
                value = {**value}
                note_choice(value, text_of(condition))
            else:
                self._open.append(text_of(condition))
        return value

    def _member_expression(self, node: Node, scope: Scope) -> Any:
        source = text_of(node)
        environment = _ENVIRONMENT.match(source)
        if environment and re.fullmatch(r"[A-Za-z_]\w*", source[environment.end() :]):
            return placeholder(source[environment.end() :])
        owner = self.value(node.child_by_field_name("object"), scope)
        name = text_of(node.child_by_field_name("property") or node)
        return owner[name] if isinstance(owner, dict) and name in owner else placeholder(source.removeprefix("this."))

    def _subscript_expression(self, node: Node, scope: Scope) -> Any:
        owner = self.value(node.child_by_field_name("object"), scope)
        index = known_default(self.value(node.child_by_field_name("index"), scope))
        if isinstance(owner, dict) and isinstance(index, str) and index in owner:
            return owner[index]
        if isinstance(owner, list) and isinstance(index, int) and 0 <= index < len(owner):
            return owner[index]
        return placeholder(index if isinstance(index, str) and index else text_of(node)[:80])

    def _assignment_expression(self, node: Node, scope: Scope) -> Any:
        value = self.value(node.child_by_field_name("right"), scope)
        target = node.child_by_field_name("left")
        if target is not None and target.type == "identifier":
            scope[text_of(target)] = value
        elif target is not None and target.type in ("member_expression", "subscript_expression"):
            owner = self.value(target.child_by_field_name("object"), scope)
            place = target.child_by_field_name("property")
            name = text_of(place) if place is not None else known_default(self.value(target.child_by_field_name("index"), scope))
            if isinstance(owner, dict) and isinstance(name, str):
                owner[name] = value
                if self.unsure:
                    note_choice(owner, self.unsure[0], name)
        return value

    def _new_expression(self, node: Node, scope: Scope) -> Any:
        name = text_of(node.child_by_field_name("constructor") or node).rpartition(".")[2]
        made = CallNode(name, None, self._arguments(node, scope))
        self.calls.append(made)
        return made

    def _call_expression(self, node: Node, scope: Scope) -> Any:
        function = node.child_by_field_name("function")
        if function is None:
            return None
        inside = function.child_by_field_name("object") if function.type == "member_expression" else None
        receiver = self.value(inside, scope) if inside is not None else None
        given = node.child_by_field_name("arguments")
        if given is not None and given.type == "template_string":
            return self._tagged(text_of(function), self._template_string(given, scope))
        args = self._arguments(node, scope)
        name = text_of(function) if len(text_of(function)) < 80 else ""
        last = text_of(function.child_by_field_name("property") or function).rpartition(".")[2]
        before = len(self._open)
        returned = self._call_function(last if function.type == "identifier" or name.startswith("this.") else "", args)
        del self._open[before:]
        return self._called(name, last, receiver, args) if returned is NotImplemented else returned

    def _tagged(self, tag: str, text: Any) -> Any:
        """The value of a template with a tag: without indentation for ``dedent``, a placeholder for other tags."""
        dedents = isinstance(text, str) and tag.rpartition(".")[2] in _DEDENT
        return textwrap.dedent(text).strip() if dedents else placeholder(tag)

    def _called(self, name: str, last: str, receiver: Any, args: list[Any]) -> Any:
        first = args[0] if args else None
        if name == "JSON.stringify":
            self.calls.append(CallNode("stringify", None, [first]))
            return as_json_text(first, (",", ":"))
        if name in _CASTS and args:
            cast = converted(first, _CASTS[name])
            return int(cast) if isinstance(cast, float) and cast.is_integer() else cast
        if name == "Object.assign":
            made = {key: value for arg in args if isinstance(arg, dict) for key, value in arg.items()}
            self.objects.append(made)
            return made
        if (last.lower() in _READ_ENV or name in ("Deno.env.get", "Bun.env.get")) and isinstance(first, str):
            return Placeholder(placeholder(first).name, known_default(args[1] if len(args) > 1 else None), first)
        if isinstance(receiver, str | Placeholder) and last in _TEXT_METHODS:
            changed = {"toLowerCase": str.lower, "toUpperCase": str.upper}.get(last, str.strip)
            return changed(receiver) if isinstance(receiver, str) and is_known(receiver) else receiver
        if isinstance(receiver, list) and last == "join":
            return joined([part for element in receiver for part in (element, first if isinstance(first, str) else ",")][:-1])
        if isinstance(receiver, list) and last == "push":
            receiver.extend(args)
            return None
        built = typed_object(last, args, {})
        made: Any = built or CallNode(last, receiver, args)
        self.calls.append(made)
        return made

    def _arguments(self, node: Node, scope: Scope) -> list[Any]:
        given = node.child_by_field_name("arguments")
        return [self.value(n, scope) for n in given.named_children if n.type != "comment"] if given is not None else []
