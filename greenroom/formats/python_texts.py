"""Evaluates methods of strings in a Python program, as far as their arguments are known: ``join``, ``format``, ``%``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

from greenroom.formats.document import LARGEST
from greenroom.formats.expressions import TooLong, bounded, is_known, joined, placeholder

#: Methods that return a text or a list of texts no longer than theirs.
_EDITS = frozenset(
    ["strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "casefold", "swapcase"]
    + ["removeprefix", "removesuffix", "split", "rsplit", "splitlines"]
)
#: Formats of numbers that are no longer than the number.
_SPEC = re.compile(r"0?\d?,?(\.\d)?[dfg%]?")
_GAP = re.compile(r"%(?:\((\w+)\))?([sd%])")
_ANY_GAP = re.compile(r"%[^%\w(]*[\w(%]")


def text_method(name: str, text: str, args: list[Any], kwargs: Mapping[str, Any]) -> Any:
    """The result of a string's method; NotImplemented if it isn't known. Raises TooLong."""
    if name == "format":
        return _formatted(text, args, kwargs)
    if name == "join" and len(args) == 1 and isinstance(args[0], list):
        return joined(bounded([part for one in args[0] for part in (one, text)][:-1]))
    if name in ("encode", "decode"):
        return text
    if kwargs or not all(isinstance(arg, str | int) for arg in args):
        return NotImplemented
    if name == "replace" and len(args) >= 2 and isinstance(args[1], str):
        if (len(text) + 1) * max(1, len(args[1])) > LARGEST and len(args[1]) > len(str(args[0])):
            raise TooLong
    elif name not in _EDITS:
        return NotImplemented
    try:
        return getattr(text, name)(*args)
    except (TypeError, ValueError):
        return NotImplemented


def number_text(value: Any, spec: str) -> Any:
    """The text of ``f"{1.5:.2f}"``; a placeholder for other values and long formats."""
    if not isinstance(value, int | float) or not _SPEC.fullmatch(spec):
        return placeholder("value")
    try:
        return format(value, spec)
    except ValueError:
        return placeholder("value")


def percent(text: str, right: Any) -> Any:
    """The text of ``"%s" % x``; NotImplemented for widths and other formats."""
    gaps = _GAP.findall(text)
    if len(gaps) != len(_ANY_GAP.findall(text)):
        return NotImplemented
    values = iter(right if isinstance(right, list) else [right])
    parts: list[Any] = []
    at = 0
    for gap in _GAP.finditer(text):
        parts.append(text[at : gap.start()])
        at = gap.end()
        try:
            named = right.get(gap[1]) if gap[1] and isinstance(right, dict) else None
            parts.append("%" if gap[2] == "%" else named if gap[1] else next(values))
        except StopIteration:
            return NotImplemented
    return joined([*parts, text[at:]])


def _formatted(text: str, args: list[Any], kwargs: Mapping[str, Any]) -> Any:
    """The text of ``str.format``; NotImplemented for fields with attributes, widths or conversions."""
    parts: list[Any] = []
    try:
        for number, (before, name, spec, conversion) in enumerate(Formatter().parse(text)):
            parts.append(before)
            if name is None:
                continue
            if spec or conversion:
                return NotImplemented
            parts.append(args[int(name)] if name.isdecimal() else kwargs[name] if name else args[number])
    except (ValueError, LookupError):
        return NotImplemented
    return joined(parts) if all(not is_known(part) or isinstance(part, str | int | float) for part in parts) else NotImplemented
