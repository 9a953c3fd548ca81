"""Text in brackets that stays in the transcript and isn't spoken (``tts.skip_patterns``). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Agora's numbers: full-width round, full-width square, round, square, curly.
_BRACKETS: Mapping[int, str] = {1: "（）", 2: "【】", 3: "()", 4: "[]", 5: "{}"}


class UnspokenText:
    """``patterns``: numbers of the kinds of brackets. Brackets inside others belong to the outermost ones."""

    def __init__(self, patterns: Any = ()) -> None:
        chosen = [_BRACKETS[each] for each in patterns if each in _BRACKETS] if isinstance(patterns, list) else []
        self._closing = {pair[0]: pair[1] for pair in chosen}

    def without(self, text: str) -> str:
        """What is spoken of ``text``. A bracket that isn't closed is spoken."""
        if not self._closing:
            return text
        spoken, rest = "", text
        while (start := self._first_open(rest)) >= 0:
            length = self._length(rest[start:])
            spoken, rest = spoken + rest[:start] + ("" if length else rest[start]), rest[start + (length or 1) :]
        return " ".join((spoken + rest).split())

    def open_at_end(self, text: str) -> bool:
        """Whether ``text`` ends inside such a bracket."""
        rest = text if self._closing else ""
        while (start := self._first_open(rest)) >= 0:
            length = self._length(rest[start:])
            if not length:
                return True
            rest = rest[start + length :]
        return False

    def _first_open(self, text: str) -> int:
        return next((place for place, sign in enumerate(text) if sign in self._closing), -1)

    def _length(self, text: str) -> int:
        """Of the bracket that ``text`` begins with, both signs included; 0 for one that isn't closed."""
        opening, closing, depth = text[0], self._closing[text[0]], 0
        for place, sign in enumerate(text):
            depth += (sign == opening) - (sign == closing)
            if depth == 0:
                return place + 1
        return 0
