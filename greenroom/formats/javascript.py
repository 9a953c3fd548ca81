"""JavaScript and TypeScript programs by their syntax tree (tree-sitter): the objects they build and send, the SDK's agents."""

from __future__ import annotations

import contextlib
from typing import Any

from tree_sitter import Node

from greenroom.formats.agora_sdk import is_vendor
from greenroom.formats.document import FoundDocument
from greenroom.formats.expressions import Budget, TooLong, is_known, keep_as_default, known_default, placeholder
from greenroom.formats.javascript_expressions import JavaScriptExpressions, Scope
from greenroom.formats.javascript_literals import truth_of
from greenroom.formats.object_literals import parsed
from greenroom.formats.programs import Program, is_useful
from greenroom.formats.syntax_trees import text_of

_FUNCTIONS = frozenset(
    {"function_declaration", "arrow_function", "function_expression", "method_definition", "generator_function"}
)
_BLOCKS = frozenset(
    [
        "program",
        "statement_block",
        "export_statement",
        "try_statement",
        "catch_clause",
        "finally_clause",
        "for_statement",
        "for_in_statement",
        "while_statement",
        "else_clause",
        "labeled_statement",
    ]
)
_DEEPEST_CALL, _DEEPEST_NODE = 12, 200


def read_javascript(text: str) -> tuple[FoundDocument, ...]:
    """The agents a program starts, the likeliest first. Raises UnreadableText."""
    run = _JavaScriptRun(parsed(text))
    with contextlib.suppress(TooLong, RecursionError):  # what was found until then is offered
        run.walk()
    return run.program().documents("javascript")


class _JavaScriptReturn(Exception):
    """A ``return`` statement was reached; ``value`` is what it returns."""

    def __init__(self, value: Any) -> None:
        self.value = value


class _JavaScriptRun:
    """Evaluates the statements in order. If a condition isn't known, the first branch that doesn't fail is taken."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree
        self._functions: dict[str, Node] = {}
        self._anonymous: list[Node] = []
        self._collect(tree)
        self._called: set[str] = set()
        self._depth = 0
        self._expressions = JavaScriptExpressions(Budget(), self._call)
        self._scope: Scope = {}

    def walk(self) -> None:
        """Evaluate the program, then the functions that nothing in it called."""
        for statement in self._tree.named_children:
            with contextlib.suppress(_JavaScriptReturn):  # the body of a function, pasted without its head
                self._statement(statement, self._scope)
        for name, function in self._functions.items():
            if name not in self._called:
                self._run(name, function, [])
        for function in self._anonymous:
            self._run("", function, [])

    def program(self) -> Program:
        """The objects and calls that were found."""
        return Program(self._expressions.objects, self._expressions.calls)

    def _collect(self, node: Node, depth: int = 0) -> None:
        """Collect the functions by name, at any depth."""
        if depth > _DEEPEST_NODE:
            return
        if node.type in _FUNCTIONS:
            named = node.child_by_field_name("name")
            outer = node.parent
            if named is None and outer is not None and outer.type in ("variable_declarator", "public_field_definition"):
                named = outer.child_by_field_name("name")
            if named is None:
                self._anonymous.append(node)
            else:
                self._functions.setdefault(text_of(named), node)
        for inner in node.named_children:
            self._collect(inner, depth + 1)

    def _statement(self, node: Node, scope: Scope) -> None:
        if node.type in _BLOCKS or node.type == "ERROR":
            for inner in node.named_children:
                self._statement(inner, scope)
        elif node.type in ("lexical_declaration", "variable_declaration"):
            for inner in node.named_children:
                if inner.type == "variable_declarator":
                    self._declare(inner, scope)
        elif node.type == "return_statement":
            raise _JavaScriptReturn(self._expressions.value(next(iter(node.named_children), None), scope))
        elif node.type == "if_statement":
            self._condition(node, scope)
        elif node.type == "switch_statement":
            self._switch(node, scope)
        elif node.type == "enum_declaration":
            self._enumeration(node, scope)
        elif node.type not in _FUNCTIONS and node.type not in ("comment", "import_statement", "class_declaration"):
            self._expressions.value(node, scope)

    def _declare(self, node: Node, scope: Scope) -> None:
        target, given = node.child_by_field_name("name"), node.child_by_field_name("value")
        if target is None or (given is not None and given.type in _FUNCTIONS):
            return
        value = self._expressions.value(given, scope)
        if target.type == "identifier":
            scope[text_of(target)] = value
        elif target.type == "object_pattern":
            for inner in target.named_children:
                self._destructure(inner, value, scope)

    def _destructure(self, node: Node, value: Any, scope: Scope) -> None:
        """Assign one name of ``const { a, b: c, d = 1 } = found``."""
        default = None
        if node.type == "object_assignment_pattern":
            default = self._expressions.value(node.child_by_field_name("right"), scope)
            node = node.child_by_field_name("left") or node
        key = node.child_by_field_name("key") if node.type == "pair_pattern" else node
        target = node.child_by_field_name("value") if node.type == "pair_pattern" else node
        if key is None or target is None or target.type not in ("identifier", "shorthand_property_identifier_pattern"):
            return
        part = value.get(text_of(key)) if isinstance(value, dict) else None
        scope[text_of(target)] = part if part is not None else placeholder(text_of(key), default if is_known(default) else None)

    def _enumeration(self, node: Node, scope: Scope) -> None:
        body, made = node.child_by_field_name("body"), {}
        for inner in body.named_children if body is not None else ():
            if inner.type == "enum_assignment":
                name = text_of(inner.child_by_field_name("name") or inner)
                made[name] = self._expressions.value(inner.child_by_field_name("value"), scope)
        scope[text_of(node.child_by_field_name("name") or node)] = made

    def _condition(self, node: Node, scope: Scope) -> None:
        truth = truth_of(self._expressions.value(node.child_by_field_name("condition"), scope))
        first, second = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        branches = [first, second] if truth is None else [first if truth else second]
        usable = [branch for branch in branches if branch is not None and not _only_fails(branch)]
        if not usable:
            return
        before, unsure = dict(scope), self._expressions.unsure
        around, condition = len(unsure), text_of(node.child_by_field_name("condition") or node)
        unsure += [condition.removeprefix("(").removesuffix(")")] if truth is None else []
        try:
            self._statement(usable[0], scope)
        except _JavaScriptReturn as returned:
            # A branch that may not be taken and returns nothing useful is a guard.
            if truth or is_useful(returned.value) or is_vendor(returned.value):
                raise
        finally:
            del unsure[around:]
        if truth is None:
            keep_as_default(before, scope)

    def _switch(self, node: Node, scope: Scope) -> None:
        """Evaluate the case that fits, up to its break; the first one if the value isn't known."""
        value = known_default(self._expressions.value(node.child_by_field_name("value"), scope))
        body = node.child_by_field_name("body")
        cases = [n for n in body.named_children if n.type in ("switch_case", "switch_default")] if body is not None else []
        fits = (number for number, case in enumerate(cases) if self._is_case(case, value, scope))
        other = next((number for number, case in enumerate(cases) if case.type == "switch_default"), len(cases))
        first = 0 if value is None else next(fits, other)
        for statement in (inner for case in cases[first:] for inner in _statements_of(case)):
            if statement.type == "break_statement":
                return
            self._statement(statement, scope)

    def _is_case(self, case: Node, value: Any, scope: Scope) -> bool:
        given = case.child_by_field_name("value")
        return given is not None and known_default(self._expressions.value(given, scope)) == value

    def _call(self, name: str, args: list[Any]) -> Any:
        function = self._functions.get(name) if name else None
        if function is None or self._depth >= _DEEPEST_CALL:
            return NotImplemented
        return self._run(name, function, args)

    def _run(self, name: str, function: Node, args: list[Any]) -> Any:
        self._called.add(name)
        self._depth += 1
        scope = dict(self._scope)
        around, self._expressions.unsure = self._expressions.unsure, []
        try:
            self._bind(function, args, scope)
            body = function.child_by_field_name("body")
            if body is not None and body.type != "statement_block":
                return self._expressions.value(body, scope)
            if body is not None:
                self._statement(body, scope)
        except _JavaScriptReturn as returned:
            return returned.value
        finally:
            self._depth -= 1
            self._expressions.unsure = around
        return None

    def _bind(self, function: Node, args: list[Any], scope: Scope) -> None:
        given = function.child_by_field_name("parameters")
        for number, parameter in enumerate(given.named_children if given is not None else ()):
            pattern = parameter.child_by_field_name("pattern") or parameter
            value = args[number] if number < len(args) else None
            if value is None:
                value = self._expressions.value(parameter.child_by_field_name("value"), scope)
            if pattern.type == "identifier":
                name = text_of(pattern)
                scope[name] = value if value is not None else placeholder(name)
            elif pattern.type == "object_pattern":
                for inner in pattern.named_children:
                    self._destructure(inner, value, scope)


def _statements_of(case: Node) -> list[Node]:
    given = case.child_by_field_name("value")
    inside = [n for n in case.named_children if n.type != "comment" and n != given]
    return [n for inner in inside for n in (inner.named_children if inner.type == "statement_block" else [inner])]


def _only_fails(branch: Node) -> bool:
    body = [n for n in branch.named_children if n.type != "comment"]
    if branch.type == "else_clause" and body:
        return body[0].type == "statement_block" and _only_fails(body[0])
    return branch.type == "throw_statement" or bool(body and body[-1].type == "throw_statement")
