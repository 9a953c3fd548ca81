"""Python programs by ``ast``: the dictionaries they build and send, and the agents they build with ``agora-agents``."""

from __future__ import annotations

import ast
import contextlib
import re
import warnings
from dataclasses import replace
from typing import Any

from greenroom.formats.agora_sdk import is_agent, is_vendor
from greenroom.formats.document import FoundDocument, UnreadableText
from greenroom.formats.elisions import marked_elisions
from greenroom.formats.expressions import Budget, CallNode, TooLong, keep_as_default, known_default, placeholder
from greenroom.formats.open_parts import note_choice
from greenroom.formats.programs import Program, is_useful
from greenroom.formats.python_expressions import PythonExpressions, Scope

_DEEPEST_CALL = 12


def read_python(text: str) -> tuple[FoundDocument, ...]:
    """The agents a program starts, the likeliest first. Raises UnreadableText."""
    try:
        tree = _parsed(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        place = f" (line {line})" if line else ""
        raise UnreadableText(f"This looks like Python, but it doesn't parse{place}.") from None
    run = _PythonRun(tree)
    with contextlib.suppress(TooLong, RecursionError):  # what was found until then is offered
        run.walk()
    return run.program().documents("python")


def _parsed(text: str) -> ast.Module:
    """The program's syntax tree. Dots for left-out parts are replaced if it doesn't parse with them. Raises SyntaxError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in a string of the program
        try:
            return ast.parse(text)
        except SyntaxError:
            marked = marked_elisions(text)
            if marked == text:
                raise
            return ast.parse(marked)


class _PythonReturn(Exception):
    """A ``return`` statement was reached; ``value`` is what it returns."""

    def __init__(self, value: Any) -> None:
        self.value = value


class _PythonRun:
    """Evaluates the statements in order. If a condition isn't known, the first branch that doesn't fail is taken."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
        self._called: set[str] = set()
        self._depth = 0
        self._expressions = PythonExpressions(Budget(), self._call)
        self._scope: Scope = {}
        #: The conditions around the current statement whose truth isn't known, the outermost first.
        self._unsure: list[str] = []

    def walk(self) -> None:
        """Evaluate the module, then the functions that nothing in it called."""
        for statement in self._tree.body:
            with contextlib.suppress(_PythonReturn):  # the body of a function, pasted without its head
                self._statement(statement, self._scope)
        for name, function in self._functions.items():
            if name not in self._called:
                self._run(function, {**self._scope}, ())

    def program(self) -> Program:
        """The objects and calls that were found."""
        return Program(self._expressions.objects, self._expressions.calls)

    def _block(self, statements: list[ast.stmt], scope: Scope) -> None:
        for statement in statements:
            self._statement(statement, scope)

    def _statement(self, node: ast.stmt, scope: Scope) -> None:
        match node:
            case ast.Assign():
                value = self._expressions.value(node.value, scope)
                for target in node.targets:
                    self._assign(target, value, scope)
            case ast.AnnAssign() if node.value is not None:
                self._assign(node.target, self._expressions.value(node.value, scope), scope)
            case ast.AugAssign():
                self._assign(node.target, self._expressions.value(ast.BinOp(node.target, node.op, node.value), scope), scope)
            case ast.Expr():
                self._expressions.value(node.value, scope)
            case ast.Return():
                raise _PythonReturn(self._expressions.value(node.value, scope))
            case ast.If():
                self._condition(node, scope)
            case ast.Match():
                self._match(node, scope)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self._expressions.value(item.context_expr, scope)
                self._block(node.body, scope)
            case ast.Try():
                self._block([*node.body, *node.orelse, *node.finalbody], scope)
            case ast.For() | ast.AsyncFor() | ast.While():
                self._block(node.body, scope)
            case ast.ClassDef():
                self._class(node, scope)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        """Keep a class's constants under its name, and what ``__init__`` sets under ``self``."""
        inner: Scope = dict(scope)
        self._block([s for s in node.body if isinstance(s, ast.Assign | ast.AnnAssign)], inner)
        attributes = {name: value for name, value in inner.items() if name not in scope}
        scope[node.name] = attributes
        scope["self"] = dict(attributes)
        marks = " ".join(ast.unparse(mark) for mark in (*node.decorator_list, *node.bases))
        if re.search(r"dataclass|BaseModel|define|Struct", marks):
            self._expressions.records[node.name] = attributes
        for function in node.body:
            if isinstance(function, ast.FunctionDef) and function.name == "__init__":
                self._run(function, dict(scope), ())

    def _condition(self, node: ast.If, scope: Scope) -> None:
        truth = self._expressions.truth(node.test, scope)
        branches = [node.body, node.orelse] if truth is None else [node.body if truth else node.orelse]
        usable = [branch for branch in branches if branch and not isinstance(branch[-1], ast.Raise)]
        if not usable:
            return
        before, around = dict(scope), len(self._unsure)
        self._unsure += [ast.unparse(node.test)] if truth is None and not _is_main(node.test) else []
        try:
            self._block(usable[0], scope)
        except _PythonReturn as returned:
            # A branch that may not be taken and returns nothing useful is a guard.
            if truth or is_useful(returned.value) or _is_agent(returned.value):
                raise
        finally:
            del self._unsure[around:]
        if truth is None:
            keep_as_default(before, scope)

    def _match(self, node: ast.Match, scope: Scope) -> None:
        """Evaluate the case that fits; the first one if the subject isn't known."""
        subject = known_default(self._expressions.value(node.subject, scope))
        usable = [case for case in node.cases if case.body and not isinstance(case.body[-1], ast.Raise)]
        fitting = [case for case in node.cases if subject is not None and self._fits(case.pattern, subject, scope)]
        for case in (fitting or usable)[:1]:
            self._block(case.body, scope)

    def _fits(self, pattern: ast.pattern, subject: Any, scope: Scope) -> bool:
        match pattern:
            case ast.MatchValue():
                return known_default(self._expressions.value(pattern.value, scope)) == subject
            case ast.MatchOr():
                return any(self._fits(one, subject, scope) for one in pattern.patterns)
        return isinstance(pattern, ast.MatchAs) and pattern.pattern is None

    def _assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        match target:
            case ast.Name():
                scope[target.id] = value
            case ast.Tuple() | ast.List() if isinstance(value, list) and len(value) == len(target.elts):
                for inner, part in zip(target.elts, value, strict=True):
                    self._assign(inner, part, scope)
            case ast.Subscript() | ast.Attribute():
                owner = self._expressions.value(target.value, scope)
                key = target.attr if isinstance(target, ast.Attribute) else self._expressions.value(target.slice, scope)
                if isinstance(owner, dict) and isinstance(key, str):
                    owner[key] = value
                    if self._unsure and isinstance(target, ast.Subscript):
                        note_choice(owner, self._unsure[0], key)

    def _call(self, name: str, node: ast.Call, scope: Scope) -> Any:
        function = self._functions.get(name)
        if function is None or self._depth >= _DEEPEST_CALL:
            return NotImplemented
        args = [self._expressions.value(arg, scope) for arg in node.args if not isinstance(arg, ast.Starred)]
        named = {pair.arg: self._expressions.value(pair.value, scope) for pair in node.keywords if pair.arg}
        bound = {**self._scope, **({"self": scope["self"]} if "self" in scope else {})}
        return self._run(function, bound, args, named)

    def _run(
        self,
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        scope: Scope,
        args: Any,
        named: dict[str, Any] | None = None,
    ) -> Any:
        self._called.add(function.name)
        self._depth += 1
        around, self._unsure = self._unsure, []
        try:
            self._bind(function.args, scope, list(args), named or {})
            self._block(function.body, scope)
        except _PythonReturn as returned:
            return returned.value
        finally:
            self._depth -= 1
            self._unsure = around
        return None

    def _bind(self, wanted: ast.arguments, scope: Scope, args: list[Any], named: dict[str, Any]) -> None:
        names = [a.arg for a in (*wanted.posonlyargs, *wanted.args) if a.arg not in ("self", "cls")]
        defaults = dict(zip(reversed(names), reversed(wanted.defaults), strict=False))
        defaults |= {a.arg: d for a, d in zip(wanted.kwonlyargs, wanted.kw_defaults, strict=True) if d is not None}
        for number, name in enumerate([*names, *(a.arg for a in wanted.kwonlyargs)]):
            if number < len(args) and number < len(names):
                scope[name] = args[number]
            elif name in named:
                scope[name] = named[name]
            else:
                default = self._expressions.value(defaults[name], scope) if name in defaults else None
                open_value = replace(placeholder(name, default), optional=default is None and name in defaults)
                scope[name] = default if isinstance(default, dict | list) else open_value


def _is_agent(value: Any) -> bool:
    return is_vendor(value) or (isinstance(value, CallNode) and is_agent(value))


def _is_main(test: ast.expr) -> bool:
    """Whether a condition is ``__name__ == "__main__"``, which is taken to hold."""
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))
