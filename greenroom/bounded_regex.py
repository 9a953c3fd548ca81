"""Regular expressions that a file, a model or a server wrote: a search ends in time, whatever the pattern and the text are."""

from __future__ import annotations

import re
from collections import OrderedDict

import regex

from greenroom.errors import GreenroomError

#: A search that takes longer is given up; sound patterns take far less than a millisecond.
TIMEOUT_S = 0.25
#: Compiling can't be given up: it takes time and memory with the length of a pattern and the counts in it.
_LONGEST_PATTERN, _MOST_TIMES, _MOST_TIMES_IN_ALL = 1_000, 1_000, 5_000
_TIMES = re.compile(r"\{(\d+)?(?:,(\d+)?)?\}")
#: Patterns that were given up once aren't tried again: a test has many replies to look at.
_SLOW: OrderedDict[str, None] = OrderedDict()
_MOST_SLOW = 500


class InvalidPattern(ValueError):
    """The pattern is no regular expression."""


class SlowPattern(GreenroomError):
    """The search didn't end in time."""

    advice = "Simplify the pattern: avoid a repetition inside a repetition."


def fault_of(pattern: str) -> str:
    """Why a pattern can't be used; "" if it can."""
    try:
        _compiled(pattern)
    except InvalidPattern as error:
        return str(error)
    return ""


def search(pattern: str, text: str, *, ignore_case: bool = False) -> str | None:
    """What the pattern matches first; None if it doesn't. Raises InvalidPattern, SlowPattern."""
    if pattern in _SLOW:
        raise _slow(pattern)
    compiled = _compiled(pattern, ignore_case)
    try:
        match = compiled.search(text, timeout=TIMEOUT_S)
    except TimeoutError:
        _SLOW[pattern] = None
        if len(_SLOW) > _MOST_SLOW:
            _SLOW.popitem(last=False)
        raise _slow(pattern) from None
    return None if match is None else match.group()


def _slow(pattern: str) -> SlowPattern:
    return SlowPattern(f"The pattern {pattern[:80]} takes too long to search for.")


def _compiled(pattern: str, ignore_case: bool = False) -> regex.Pattern[str]:
    if len(pattern) > _LONGEST_PATTERN:
        raise InvalidPattern(f"it is longer than {_LONGEST_PATTERN:,} characters")
    times = [min(int(digits[:9]), 10**6) for count in _TIMES.finditer(pattern) for digits in count.groups() if digits]
    if any(count > _MOST_TIMES for count in times) or sum(times) > _MOST_TIMES_IN_ALL:
        raise InvalidPattern(f"it repeats something more than {_MOST_TIMES:,} times")
    try:
        return regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise InvalidPattern(str(error) or "it is nested too deeply") from None
