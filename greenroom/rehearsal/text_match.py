"""Matching spoken text: words and phrases regardless of case, punctuation and spacing, or a ``/regular expression/``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from greenroom import bounded_regex

#: A longer text or pattern is cut: it comes from a file or from a model.
LONGEST = 20_000
_REGEX = re.compile(r"/(.+)/", re.DOTALL)
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})
#: Replies that have nothing in common.
_ANY_TEXT = ("Hm", "7", "Οὐ")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def is_regex(pattern: str) -> bool:
    """Whether it stands between slashes; it may still have a fault, see :func:`regex_fault`."""
    return _REGEX.fullmatch(pattern) is not None


def regex_fault(pattern: str) -> str:
    """Why a ``/…/`` pattern can't be used; "" if it can."""
    match = _REGEX.fullmatch(pattern)
    if match is None:
        return ""
    return bounded_regex.fault_of(match[1])


def matches_everything(pattern: str) -> bool:
    """Whether a ``/…/`` pattern is found in any text, so that finding it says nothing."""
    if not is_regex(pattern) or regex_fault(pattern):
        return False
    try:
        return all(find(pattern, text) for text in _ANY_TEXT)
    except bounded_regex.SlowPattern:
        return False


def words(text: str) -> list[str]:
    """The words of a text, without case; at most ``LONGEST`` characters of it are read."""
    return [word.casefold() for word in _WORD.findall(_straight(text))]


def plain(text: str) -> str:
    """Folded for comparison: NFKC, straight quotes and hyphens, no case; at most ``LONGEST`` characters."""
    return _straight(text).casefold()


def _straight(text: str) -> str:
    """Words are looked for in this form: folded first, some letters (Turkish İ) become two, of which one is no part of a word."""
    return unicodedata.normalize("NFKC", text[:LONGEST]).translate(_QUOTES)


def find(pattern: str, text: str) -> str:
    """The part of ``text`` that matches; "" if none does. A phrase matches whole words in their order. Raises SlowPattern."""
    if regex := _REGEX.fullmatch(pattern):
        matched = bounded_regex.search(regex[1], text[:LONGEST].translate(_QUOTES), ignore_case=True)
        return "" if matched is None else matched or "(empty match)"
    wanted = words(pattern)
    if not wanted:
        return ""
    places = list(_WORD.finditer(_straight(text)))
    spoken = [place.group().casefold() for place in places]
    for begin in range(len(spoken) - len(wanted) + 1):
        if spoken[begin : begin + len(wanted)] == wanted:
            shown = unicodedata.normalize("NFKC", text[:LONGEST])
            return shown[places[begin].start() : places[begin + len(wanted) - 1].end()]
    return ""


def first_found(patterns: Sequence[str], text: str) -> str:
    """What the first matching pattern matched; "" if none did."""
    return next((match for pattern in patterns if (match := find(pattern, text))), "")
