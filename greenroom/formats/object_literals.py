"""The JavaScript parser, and object literals: JSON with comments, trailing commas, single quotes or bare names."""

from __future__ import annotations

import contextlib
import re
from functools import cache
from typing import Any

import tree_sitter_typescript
from tree_sitter import Language, Node

from greenroom.formats.document import UnreadableText
from greenroom.formats.elisions import marked_elisions
from greenroom.formats.expressions import Budget, TooLong, plain
from greenroom.formats.javascript_expressions import JavaScriptExpressions
from greenroom.formats.open_parts import without_notes
from greenroom.formats.syntax_trees import syntax_tree

# A surrogate pair is one character.
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def read_object(text: str, *, notes: bool = False) -> Any:
    """One object literal: JSON with comments, trailing commas, single quotes or bare names. Raises UnreadableText.

    With ``notes`` an object that has a name twice says so (formats/open_parts.py).
    """
    tree = parsed(f"({text}\n)")
    if tree.has_error or len([n for n in tree.named_children if n.type != "comment"]) != 1:
        raise UnreadableText("This isn't an object literal.")
    expressions = JavaScriptExpressions(Budget(), lambda name, args: NotImplemented)
    try:
        value = plain(expressions.value(next(n for n in tree.named_children if n.type != "comment"), {}), {})
        return value if notes else without_notes(value)
    except (TooLong, RecursionError):
        raise UnreadableText("This object is too large or too deeply nested.") from None


@cache
def _grammars() -> tuple[Language, Language]:
    return Language(tree_sitter_typescript.language_tsx()), Language(tree_sitter_typescript.language_typescript())


def parsed(text: str) -> Node:
    """The syntax tree of JavaScript or TypeScript: by the first grammar that parses the text without errors, else by TSX.

    Raises UnreadableText if the text is nothing like the language.
    """
    source = _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    first, second = _grammars()
    tree = syntax_tree(first, source)
    if not tree.has_error:
        return tree
    for grammar, attempt in ((second, source), (first, marked_elisions(source))):
        if attempt is not source or grammar is second:
            with contextlib.suppress(UnreadableText):
                other = syntax_tree(grammar, attempt)
                if not other.has_error:
                    return other
    return tree
