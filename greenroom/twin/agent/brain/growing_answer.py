"""An answer of a small model while it grows: where it ends, and how much of it can be said already."""

from __future__ import annotations

import re

LONGEST_ANSWER_SENTENCES = 2
_SENTENCE_END = re.compile(r"[.!?]+(?=\s)|\n")
_WORD = re.compile(r"[\w']+")
_LONGEST_LOOP_WORDS = 4
#: What stands between two rounds of a loop.
_BETWEEN = " ,;:-–—"


class GrowingAnswer:
    """Holds back words that repeat the ones before them, until it is known whether they begin a loop."""

    def __init__(self) -> None:
        self.ended = False
        self._text = ""
        self._said = 0

    def add(self, text: str) -> str:
        """Add what the model wrote; returns what can be said now. ``ended`` is set when nothing more is wanted."""
        self._text += text
        end = end_of(self._text)
        if end is None:
            return self._say(_sure_of(self._text))
        self.ended = True
        if loop_of(self._text) is None:
            return self._say(end)
        self._text = self._text[:end].rstrip(_BETWEEN) + "."
        return self._say(len(self._text))

    def rest(self) -> str:
        """What was held back, when the model has nothing more to say."""
        return "" if self.ended else self._say(len(self._text))

    def _say(self, until: int) -> str:
        before, self._said = self._said, max(self._said, until)
        return self._text[before : self._said]


def _sure_of(said: str) -> int:
    """Where the words end before the first ones that repeat the one to four words before them, up to the end of the text."""
    words = [(found.group().lower(), found.end()) for found in _WORD.finditer(said)]
    sure = len(said.rstrip(_BETWEEN))
    for size in range(1, _LONGEST_LOOP_WORDS + 1):
        at = len(words)
        while at > size and _repeats(words, at - 1, size):
            at -= 1
        if at < len(words):
            sure = min(sure, words[at - 1][1])
    return sure


def _repeats(words: list[tuple[str, int]], at: int, size: int) -> bool:
    """The last word may still be growing; each other one must be the same."""
    word, before = words[at][0], words[at - size][0]
    return before.startswith(word) if at == len(words) - 1 else before == word


def end_of(said: str) -> int | None:
    """Where the answer is long enough or begins to repeat itself; None while it may continue."""
    if (loop := loop_of(said)) is not None:
        return loop
    sentences: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(said):
        sentence = said[start : end.end()].strip()
        if sentence in sentences:
            return start
        if sentence:
            sentences.append(sentence)
        start = end.end()
        if len(sentences) >= LONGEST_ANSWER_SENTENCES or (sentences and end.group() == "\n"):
            return start
    return None


def loop_of(said: str) -> int | None:
    """Where one to four words begin to be said a third time in a row ("no, no, no"); None without such a loop."""
    words = [(found.group().lower(), found.start()) for found in _WORD.finditer(said)]
    for size in range(1, _LONGEST_LOOP_WORDS + 1):
        for begin in range(len(words) - 3 * size + 1):
            first, second, third = ([word for word, _ in words[at : at + size]] for at in (begin, begin + size, begin + 2 * size))
            if first == second == third:
                return words[begin + size][1]
    return None
