"""Finds JSON objects inside another text: a log, a mail, a string literal, a program in a language that isn't read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from greenroom.formats.json_text import LENIENT

#: Where an object may begin, and how many beginnings are tried.
_BEGINNING = re.compile(r"\{\s*\"")
_QUOTED = re.compile(r"\{\s*\\\"")
_MOST_BEGINNINGS = 200


def embedded_objects(text: str) -> Iterator[dict[str, Any]]:
    """Every JSON object in the text that isn't part of another one, in order. Objects inside string literals are found too."""
    yield from _objects(text, _BEGINNING)
    if _QUOTED.search(text):
        yield from _objects(re.sub(r"\\(.)", _unescaped, text), _BEGINNING)


def _objects(text: str, beginning: re.Pattern[str]) -> Iterator[dict[str, Any]]:
    at = tries = 0
    while (match := beginning.search(text, at)) and tries < _MOST_BEGINNINGS:
        tries += 1
        try:
            value, at = LENIENT.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            at = match.start() + 1
            continue
        if isinstance(value, dict):
            yield value


def _unescaped(escape: re.Match[str]) -> str:
    return {'"': '"', "\\": "\\", "/": "/"}.get(escape[1], escape[0])
