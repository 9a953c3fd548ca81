"""Removes a reasoning model's thoughts, between ``<think>`` and ``</think>``, from its answer. Pure."""

from __future__ import annotations

_BEGIN, _END = "<think>", "</think>"


class ReasoningFilter:
    """Filters one answer, however it is split into tokens."""

    def __init__(self) -> None:
        self._thinking = False
        #: The end of the text so far, while it may be the beginning of a mark.
        self._held = ""

    def without(self, token: str) -> str:
        """What ``token`` adds to the answer itself; "" while the model thinks."""
        text, said = self._held + token, ""
        while True:
            mark = _END if self._thinking else _BEGIN
            before, found, after = text.partition(mark)
            if not found:
                break
            said += "" if self._thinking else before
            text, self._thinking = after, not self._thinking
        known = len(text) - _begun(mark, text)
        self._held = text[known:]
        return said if self._thinking else said + text[:known]

    def rest(self) -> str:
        """The text that was held back and is no mark, at the end of the answer."""
        held, self._held = self._held, ""
        return "" if self._thinking else held


def _begun(mark: str, text: str) -> int:
    """How many of the last characters of ``text`` are the beginning of ``mark``."""
    return next((length for length in range(len(mark) - 1, 0, -1) if text.endswith(mark[:length])), 0)
