"""Word-level diff of two texts, fast for long prompts too.

The words that occur once in both texts are the fixed points (a "patience diff"); the short stretches between them are
compared exhaustively, because that costs the product of their lengths.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["same", "gone", "new"]
#: What happened to a stretch of text. "same" and "gone" together are the old text, "same" and "new" the new one.
Run = tuple[Op, str]

_HAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # written without blanks: each sign counts as a word
_WORD = re.compile(rf"\n|[^\S\n]+|[{_HAN}]|[^\W{_HAN}]+|.", re.DOTALL)
#: Stretches whose lengths multiply to more than this are not compared exhaustively, in words.
_EXHAUSTIVE = 40_000
#: How many words are looked at altogether before the rest counts as replaced, for each word of the texts.
_PATIENCE = 60
_PHRASE = 5

#: Start in the old words, start in the new words, length.
_Match = tuple[int, int, int]


def diff(old: str, new: str) -> tuple[Run, ...]:
    """The runs that lead from ``old`` to ``new``, none of them empty, no two neighbors with the same op."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    runs: list[tuple[str, str, str]] = []  # same, gone, new
    at_a = at_b = 0
    for i, j, length in [*sorted(_matches(a, b)), (len(a), len(b), 0)]:
        runs.append(("", "".join(a[at_a:i]), "".join(b[at_b:j])))
        runs.append(("".join(a[i : i + length]), "", ""))
        at_a, at_b = i + length, j + length
    return tuple(_joined(_calmed([run for run in runs if any(run)])))


def _matches(a: Sequence[str], b: Sequence[str]) -> Iterator[_Match]:
    """The ranges that are equal in both texts, in no particular order."""
    budget = _PATIENCE * (len(a) + len(b)) + _EXHAUSTIVE
    waiting = [(0, len(a), 0, len(b))]
    while waiting:
        a_low, a_high, b_low, b_high = waiting.pop()
        budget -= a_high - a_low + b_high - b_low
        start = _common(a, a_low, b, b_low, min(a_high - a_low, b_high - b_low), 1)
        yield a_low, b_low, start
        a_low, b_low = a_low + start, b_low + start
        end = _common(a, a_high - 1, b, b_high - 1, min(a_high - a_low, b_high - b_low), -1)
        a_high, b_high = a_high - end, b_high - end
        yield a_high, b_high, end
        if a_low == a_high or b_low == b_high or budget < 0:
            continue
        mine, theirs = a[a_low:a_high], b[b_low:b_high]
        fixed = _fixed_points(mine, theirs, 1) or _fixed_points(mine, theirs, _PHRASE)
        if fixed:
            edges = [(-1, -1), *fixed, (len(mine), len(theirs))]
            for i, j in fixed:
                yield a_low + i, b_low + j, 1
            for (i, j), (next_i, next_j) in zip(edges, edges[1:], strict=False):
                waiting.append((a_low + i + 1, a_low + next_i, b_low + j + 1, b_low + next_j))
        elif len(mine) * len(theirs) <= _EXHAUSTIVE:
            for i, j, length in SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks():
                yield a_low + i, b_low + j, length


def _common(a: Sequence[str], i: int, b: Sequence[str], j: int, most: int, step: Literal[1, -1]) -> int:
    """The number of equal words from ``a[i]`` and ``b[j]`` on, or, with -1, backwards; ``most`` at most."""
    length = 0
    while length < most and a[i + step * length] == b[j + step * length]:
        length += 1
    return length


def _fixed_points(a: Sequence[str], b: Sequence[str], words: int) -> list[tuple[int, int]]:
    """Positions of phrases of this length that are unique in both texts, as the longest sequence increasing in both."""
    place_a, place_b = _once(a, words), _once(b, words)
    pairs = sorted((i, place_b[phrase]) for phrase, i in place_a.items() if phrase in place_b)
    ends: list[int] = []  # the smallest end in b of a rising sequence, by its length
    at: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(at[length - 1] if length else -1)
        ends[length : length + 1], at[length : length + 1] = [j], [number]
    chain: list[tuple[int, int]] = []
    number = at[-1] if at else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _once(words: Sequence[str], length: int) -> dict[tuple[str, ...], int]:
    phrases = [tuple(words[i : i + length]) for i in range(len(words) - length + 1)]
    counts = Counter(phrases)
    return {phrase: i for i, phrase in enumerate(phrases) if counts[phrase] == 1}


def _calmed(runs: list[tuple[str, str, str]]) -> Iterator[Run]:
    """Merge changes separated by a blank: one replaced phrase reads better than five replaced words."""
    gone = new = ""
    for number, (same, old, came) in enumerate(runs):
        change_follows = any(text for run in runs[number + 1 : number + 2] for text in run[1:])
        between = bool(gone or new) and same.isspace() and "\n" not in same and change_follows
        if same and not between:
            yield "gone", gone
            yield "new", new
            yield "same", same
            gone = new = ""
        else:
            gone, new = gone + same + old, new + same + came
    yield "gone", gone
    yield "new", new


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    last: Run | None = None
    for op, text in runs:
        if not text:
            continue
        if last is not None and last[0] == op:
            last = (op, last[1] + text)
            continue
        if last is not None:
            yield last
        last = (op, text)
    if last is not None:
        yield last
