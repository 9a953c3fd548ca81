"""Cuts the growing answer of a small model: where it ends, and how much of it can be spoken already."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable

LONGEST_ANSWER_SENTENCES = 2
_SENTENCE_END = re.compile(r"[.!?]+(?=\s)|\n")
_WORD = re.compile(r"[\w']+")
_LONGEST_LOOP_WORDS = 8
#: A repeat of this many words or more is a loop; fewer may be said twice ("very, very good").
_LONG_LOOP_WORDS = 4
#: What joins the rounds of a loop: "I'm a little guy, and I'm a little guy."
_JOINTS = frozenset(("and", "or", "but", "so"))
#: What stands between two rounds of a loop.
_BETWEEN = " ,;:-–—"


class GrowingAnswer:
    """Holds back words that repeat the ones before them, and a sentence that begins as an earlier one, until it is known whether
    they are said again. ``said_before``: sentences that aren't said again."""

    def __init__(self, said_before: Iterable[str] = ()) -> None:
        self.ended = False
        self._before = {_plain(sentence) for sentence in said_before}
        self._text = ""
        self._said = 0

    def add(self, text: str) -> str:
        """Add what the model wrote; returns what can be said now. ``ended`` is set when nothing more is wanted."""
        self._text += text
        end = end_of(self._text, self._before)
        if end is None:
            return self._say(min(_sure_of(self._text), _own_until(self._text, self._before)))
        self.ended = True
        if loop_of(self._text) is None:
            return self._say(end)
        self._text = self._text[:end].rstrip(_BETWEEN)
        self._text += "" if self._text.endswith((".", "!", "?")) else "."
        return self._say(len(self._text))

    def rest(self) -> str:
        """What was held back, when the model has nothing more to say."""
        if self.ended or end_of(f"{self._text} ", self._before) == self._said:
            return ""
        return self._say(len(self._text))

    def _say(self, until: int) -> str:
        before, self._said = self._said, max(self._said, until)
        return self._text[before : self._said]


def _sure_of(said: str) -> int:
    """Where the words end before the first ones that repeat the few words before them, up to the end of the text."""
    words = [(found.group().lower(), found.end()) for found in _WORD.finditer(said)]
    sure = len(said.rstrip(_BETWEEN))
    for size in range(1, _LONGEST_LOOP_WORDS + 1):
        at = len(words)
        while at > size and _repeats(words, at - 1, size):
            at -= 1
        if at > 1 and at < len(words) and words[at - 1][0] in _JOINTS:
            at -= 1
        if at < len(words):
            sure = min(sure, words[at - 1][1])
    if len(words) > 1 and any(joint.startswith(words[-1][0]) for joint in _JOINTS):  # a loop may begin after it
        sure = min(sure, words[-2][1])
    return sure


def _own_until(said: str, before: Collection[str]) -> int:
    """Where the sentence begins that may become one from ``before`` or one of its own; the end of the text if none may."""
    ends = [0, *(end.end() for end in _SENTENCE_END.finditer(said))]
    earlier = {_plain(said[begin:end]) for begin, end in itertools.pairwise(ends)}
    growing = _plain(said[ends[-1] :])
    repeats = growing and any(sentence.startswith(growing) for sentence in {*earlier, *before})
    return ends[-1] if repeats else len(said)


def _plain(sentence: str) -> str:
    return " ".join(_WORD.findall(sentence.lower().replace("’", "'")))


def _repeats(words: list[tuple[str, int]], at: int, size: int) -> bool:
    """The last word may still be growing; each other one must be the same."""
    word, before = words[at][0], words[at - size][0]
    return before.startswith(word) if at == len(words) - 1 else before == word


def end_of(said: str, before: Collection[str] = ()) -> int | None:
    """Where the answer is long enough or begins to repeat itself or a sentence from ``before``; None while it may continue."""
    if (loop := loop_of(said)) is not None:
        return loop
    sentences: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(said):
        sentence = said[start : end.end()].strip()
        if sentence in sentences or _plain(sentence) in before:
            return start
        if sentence:
            sentences.append(sentence)
        start = end.end()
        if len(sentences) >= LONGEST_ANSWER_SENTENCES or (sentences and end.group() == "\n"):
            return start
    return None


def loop_of(said: str) -> int | None:
    """Where a few words begin to be said again: a third time in a row ("no, no, no"), or twice where they are many; else None."""
    words = [(found.group().lower(), found.start()) for found in _WORD.finditer(said)]
    for size in range(1, _LONGEST_LOOP_WORDS + 1):
        rounds = 2 if size >= _LONG_LOOP_WORDS else 3
        for begin in range(len(words) - rounds * size + 1):
            said_again = ([word for word, _ in words[at : at + size]] for at in range(begin, begin + rounds * size, size))
            if len({tuple(each) for each in said_again}) == 1:
                return words[begin + size][1]
        if size >= _LONG_LOOP_WORDS:
            for joint in range(size, len(words) - size):
                before, after = words[joint - size : joint], words[joint + 1 : joint + 1 + size]
                if words[joint][0] in _JOINTS and [word for word, _ in before] == [word for word, _ in after]:
                    return words[joint][1]
    return None
