"""PowerShell scripts by their syntax tree (tree-sitter): here-strings with JSON, and hash tables for ``ConvertTo-Json``."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import tree_sitter_powershell
from tree_sitter import Language, Node

from greenroom.formats.document import FoundDocument, UnreadableText
from greenroom.formats.expressions import Budget, CallNode, TooLong, converted, joined, placeholder
from greenroom.formats.json_text import parse_json
from greenroom.formats.programs import Program
from greenroom.formats.syntax_trees import syntax_tree, text_of

_MARKS = re.compile(r"(?im)^[ \t]*\$[\w:]+\s*=|Invoke-(RestMethod|WebRequest)|ConvertTo-Json|@['\"]\s*$")
_GAP = re.compile(r"\$\(([^)\n]*)(?:\)|\n|\Z)|\$\{?((?:env:)?\w+(?:\.\w+)*)\}?")
_CASTS: Mapping[str, Callable[[Any], Any]] = {
    "int": int,
    "int32": int,
    "int64": int,
    "long": int,
    "double": float,
    "float": float,
    "decimal": float,
    "string": str,
}
_CONSTANTS = {"$true": True, "$false": False, "$null": None}


def is_powershell(text: str) -> bool:
    """Whether the text has the marks of a PowerShell script."""
    return len(_MARKS.findall(text)) >= 1 and re.search(r"(?m)^[ \t]*(import|const|let|var|def|curl)\b", text) is None


def read_powershell(text: str) -> tuple[FoundDocument, ...]:
    """The bodies in a script, the likeliest first. Raises UnreadableText."""
    run = _PowerShellRun()
    with contextlib.suppress(TooLong, RecursionError):  # what was found until then is offered
        run.walk(syntax_tree(_grammar(), text))
    documents = Program(run.objects, run.calls).documents("powershell")
    if not documents:
        raise UnreadableText("This looks like PowerShell, but it contains no Agora join body.")
    return documents


@cache
def _grammar() -> Language:
    return Language(tree_sitter_powershell.language())


class _PowerShellRun:
    """Collects the hash tables and JSON texts of a script, and the ``-Body`` of its requests."""

    def __init__(self) -> None:
        self.objects: list[dict[str, Any]] = []
        self.calls: list[CallNode] = []
        self._scope: dict[str, Any] = {}
        self._budget = Budget()

    def walk(self, node: Node) -> None:
        """Evaluate assignments and commands, at any depth."""
        self._budget.spend()
        if node.type == "assignment_expression":
            parts = [n for n in node.named_children if n.type != "assignement_operator"]
            if len(parts) == 2:
                self._scope[text_of(parts[0]).lower()] = self._value(parts[1])
                return
        if node.type == "command":
            self._command(node)
        for inner in node.named_children:
            self.walk(inner)

    def _command(self, node: Node) -> None:
        words = list(_words(node))
        options = {text_of(word).lower(): following for word, following in zip(words, words[1:], strict=False)}
        body, address = options.get("-body"), options.get("-uri")
        if body is not None:
            payload = self._value(body)
            sent = CallNode("send", None, [self._value(address) if address is not None else "", payload])
            self.calls.append(sent)

    def _value(self, node: Node) -> Any:
        self._budget.spend()
        if node.type == "hash_literal_expression":
            return self._table(node)
        if (
            node.type in ("array_expression", "sub_expression")
            or node.type == "array_literal_expression"
            and node.named_child_count > 1
        ):
            return self._list(node)
        if node.type in ("verbatim_here_string_characters", "expandable_here_string_literal", "string_literal"):
            return self._string(node)
        if node.type == "variable":
            return self._variable(text_of(node))
        if node.type in ("decimal_integer_literal", "integer_literal", "real_literal"):
            return _number(text_of(node))
        if node.type == "cast_expression":
            return self._cast(node)
        if node.type == "expression_with_unary_operator":
            operand = self._value(node.named_children[-1])
            return -operand if isinstance(operand, int | float) and text_of(node).startswith("-") else operand
        inner = [n for n in node.named_children if n.type not in ("comment", "command_argument_sep")]
        return self._value(inner[0]) if inner else text_of(node)

    def _cast(self, node: Node) -> Any:
        """The value of ``[ordered]@{…}`` or ``[int]"5"``, converted if JSON has the type."""
        cast = _CASTS.get(text_of(node.named_children[0]).strip("[] ").lower())
        value = self._value(node.named_children[-1])
        return converted(value, cast) if cast else value

    def _table(self, node: Node) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for entry in _all(node, "hash_entry"):
            key, *rest = entry.named_children
            made[text_of(key).strip("'\" ")] = self._value(rest[-1]) if rest else None
        self.objects.append(made)
        return made

    def _list(self, node: Node) -> list[Any]:
        statements = next((n for n in node.named_children if n.type == "statement_list"), node)
        made: list[Any] = []
        for inner in statements.named_children:
            parts = _literal_parts(inner)
            made += [self._value(part) for part in parts] if len(parts) > 1 else [self._value(inner)]
        return made

    def _string(self, node: Node) -> Any:
        source = text_of(node)
        here = re.match(r"@(['\"])[ \t]*\r?\n", source)
        quote = here[1] if here else source[:1]
        body = source[here.end() : source.rfind("\n")].rstrip("\r") if here else source[1:-1]
        if quote == '"':
            value = self._expanded(body if here else body.replace('""', '"'))
        else:
            value = body if here else body.replace("''", "'")
        if isinstance(value, str) and value.lstrip().startswith("{"):
            self._json(value)
        return value

    def _json(self, text: str) -> None:
        try:
            value = parse_json(text)
        except UnreadableText:
            return
        if isinstance(value, dict):
            self.objects.append(value)

    def _expanded(self, body: str) -> Any:
        text = re.sub(r"`(.)", lambda sign: {"n": "\n", "t": "\t", "$": "\0"}.get(sign[1], sign[1]), body)
        parts: list[Any] = []
        at = 0
        for gap in _GAP.finditer(text):
            parts += [text[at : gap.start()].replace("\0", "$"), self._variable(f"${gap[1] or gap[2]}".replace("$$", "$"))]
            at = gap.end()
        value = joined([*parts, text[at:].replace("\0", "$")])
        if not isinstance(value, str):
            shown = "".join(part if isinstance(part, str) else f"${{{part.name}}}" for part in value.parts)
            return shown if shown.lstrip().startswith("{") else value
        return value

    def _variable(self, name: str) -> Any:
        lower = name.lower()
        if lower in _CONSTANTS:
            return _CONSTANTS[lower]
        return self._scope[lower] if lower in self._scope else placeholder(re.sub(r"(?i)^\$(env:)?", "", name))


def _words(node: Node) -> Iterator[Node]:
    for inner in node.named_children:
        if inner.type == "command_elements":
            yield from (n for n in inner.named_children if n.type != "command_argument_sep")


def _all(node: Node, kind: str) -> Iterator[Node]:
    for inner in node.named_children:
        if inner.type == kind:
            yield inner
        elif inner.type in ("hash_literal_body",):
            yield from _all(inner, kind)


def _literal_parts(node: Node) -> list[Node]:
    """The members of ``1, 2``, which the grammar nests deeply."""
    while node.named_child_count == 1 and node.type != "hash_literal_expression":
        node = node.named_children[0]
    return list(node.named_children) if node.type == "array_literal_expression" else [node]


def _number(text: str) -> Any:
    try:
        return int(text, 0)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text
