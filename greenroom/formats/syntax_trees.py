"""Syntax trees of other languages by tree-sitter, within a bounded amount of work."""

from __future__ import annotations

import time

from tree_sitter import Language, Node, Parser

from greenroom.formats.document import UnreadableText, refuse_deep_brackets
from greenroom.formats.reading_time import time_left

#: How many steps the parser may take. On sound code it reports one about every 40 characters; recovering from errors takes
#: far more, and each step far longer.
_SPARE, _CHARACTERS_A_STEP = 4_000, 15
#: How long it may take at most, in seconds of computing; sound code of a million characters takes half of it.
_LONGEST_S = 0.4
_CHUNK = 4_096


def text_of(node: Node) -> str:
    """The source of a node."""
    return (node.text or b"").decode("utf8", "replace")


def syntax_tree(language: Language, text: str) -> Node:
    """The root of the tree; it may hold errors. Raises UnreadableText when the text is nothing like the language."""
    refuse_deep_brackets(text)
    parser = Parser(language)  # of its own: two threads at one parser overwrite each other's memory
    source = text.encode("utf8", "replace")
    left = _SPARE + len(source) // _CHARACTERS_A_STEP
    end = time.thread_time() + min(_LONGEST_S, time_left() / 4)  # it is parsed twice, and other readers need time, too

    def spent(*_: object) -> bool:
        nonlocal left
        left -= 1
        return left < 0 or time.thread_time() > end

    try:
        tree = parser.parse(lambda offset, _: source[offset : offset + _CHUNK], progress_callback=spent)
    except ValueError:
        raise UnreadableText("This doesn't parse.") from None
    # Once more as bytes, which takes over the whole tree: the nodes of the first one get their text by calling back into Python,
    # and an error in there, as of a recursion that is too deep, ends the process.
    return parser.parse(source, tree).root_node
