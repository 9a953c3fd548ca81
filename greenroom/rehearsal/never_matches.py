"""Proves of some regular expressions that they match no text at all, so that a check with one is refused. Pure.

It walks the syntax tree of Python's ``re`` and finds a start after a character, a character after an end, contradicting word
boundaries, and an empty set. Expressions that ``re`` can't parse, or reads differently from ``regex``, aren't judged.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

#: Braces that are no count: fuzzy matching, which may leave out what can't match.
_FUZZY = re.compile(r"\{(?!\d*,?\d*\})")
_STARTS = ("AT_BEGINNING", "AT_BEGINNING_STRING")
_WORD_EDGES = {"AT_BOUNDARY": "AT_NON_BOUNDARY", "AT_NON_BOUNDARY": "AT_BOUNDARY"}
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_NEWLINE = 10


@dataclass(frozen=True, slots=True)
class _MatchPlace:
    """What is known where an item is to match: that characters precede it, how many may still follow, the edges asserted here."""

    begun: bool = False
    left: float = float("inf")
    edges: frozenset[str] = frozenset()


@lru_cache(maxsize=1000)
def never_matches(expression: str) -> bool:
    """Whether it is proven that no text has a match. False says nothing."""
    if _FUZZY.search(expression):
        return False
    try:
        parser: Any = importlib.import_module("re._parser")
        with warnings.catch_warnings(action="ignore"):  # of what the regex module reads without one
            tree = parser.parse(expression)
    except (ImportError, re.error, RecursionError, OverflowError, ValueError):
        return False
    if tree.state.flags & (re.MULTILINE | re.VERBOSE):
        return False
    try:
        return _after(tree, _MatchPlace()) is None
    except RecursionError:
        return False


def _after(items: Iterable[tuple[Any, Any]], place: _MatchPlace) -> _MatchPlace | None:
    """Where a match of these items leads to; None if there can be none."""
    for kind, value in items:
        following = _after_item(str(kind), value, place)
        if following is None:
            return None
        place = following
    return place


def _after_item(kind: str, value: Any, place: _MatchPlace) -> _MatchPlace | None:
    if kind == "AT":
        return _at(str(value), place)
    if kind == "SUBPATTERN":
        _, on, _, inner = value
        return _MatchPlace(begun=place.begun) if on & re.MULTILINE else _after(inner, place)
    if kind == "ATOMIC_GROUP":
        return _after(value, place)
    if kind == "BRANCH":
        return _branches(value[1], place)
    if kind in _REPEATS:
        return _repeat(value, place)
    if kind in ("ASSERT", "ASSERT_NOT"):
        return None if kind == "ASSERT_NOT" and not list(value[1]) else place
    if kind in ("LITERAL", "NOT_LITERAL", "IN", "ANY"):
        return None if kind == "IN" and _empty(value) else _character(kind, value, place)
    return replace(place, edges=frozenset())  # backreferences and conditions: nothing is known


def _at(edge: str, place: _MatchPlace) -> _MatchPlace | None:
    if (edge in _STARTS and place.begun) or _WORD_EDGES.get(edge) in place.edges:
        return None
    left = {"AT_END": 1, "AT_END_STRING": 0}.get(edge, place.left)
    return replace(place, left=min(left, place.left), edges=place.edges | {edge})


def _character(kind: str, value: Any, place: _MatchPlace) -> _MatchPlace | None:
    """Behind ``$`` there may be a line break, and nothing else."""
    if place.left < 1 or (place.left == 1 and kind == "LITERAL" and value != _NEWLINE):
        return None
    return _MatchPlace(begun=True, left=place.left - 1)


def _branches(branches: Sequence[Any], place: _MatchPlace) -> _MatchPlace | None:
    ends = [end for branch in branches if (end := _after(branch, place)) is not None]
    if not ends:
        return None
    edges = frozenset[str].intersection(*(end.edges for end in ends))
    return _MatchPlace(all(end.begun for end in ends), max(end.left for end in ends), edges)


def _repeat(value: Any, place: _MatchPlace) -> _MatchPlace | None:
    """What must match once is followed once: more repeats leave less known, which proves less."""
    least, _, inner = value
    if not least:
        return replace(place, edges=frozenset())
    once = _after(inner, place)
    return None if once is None else replace(once, edges=frozenset())


def _empty(options: Sequence[tuple[Any, Any]]) -> bool:
    """A negated set of a class and its opposite."""
    negated, *classes = [(str(kind), str(value)) for kind, value in options]
    names = {value for kind, value in classes if kind == "CATEGORY"}
    return negated[0] == "NEGATE" and any(name.replace("CATEGORY_", "CATEGORY_NOT_") in names for name in names)
