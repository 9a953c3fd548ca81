"""Finds phrases in text: words regardless of case, punctuation and spacing, or a ``/regular expression/``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import regex

from greenroom import bounded_regex
from greenroom.rehearsal import spoken_phrase
from greenroom.rehearsal.never_matches import never_matches

#: A longer text or pattern is cut: it comes from a file or from a model.
LONGEST = 20_000
_REGEX = re.compile(r"\s*/(.+)/\s*", re.DOTALL)
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})
#: Invisible characters: soft hyphens, zero-width spaces, marks of direction.
_UNSEEN = regex.compile(r"\p{Cf}+")
#: Replies that have nothing in common: of all texts, and of ordinary ones.
_ANY_TEXT = ("Hm", "7", "Οὐ")
_ANY_REPLY = ("Yes!", "No.", "I can do that", "Thursday")
#: Scripts that write no spaces between words: each of their letters counts as a word. A Korean word carries its particles.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"


def _words_of(alone: str) -> regex.Pattern[str]:
    letter = rf"(?:(?![{alone}])[\p{{L}}\p{{N}}]\p{{M}}*)"
    return regex.compile(rf"[{alone}]\p{{M}}*|{letter}+(?:'{letter}+)*")


_WORD, _PART = _words_of(_UNSPACED), _words_of(_UNSPACED + r"\p{Hangul}")
_FLAGS = re.compile(r"\s*/(.+)/[gimsuyx]{1,4}\s*", re.DOTALL)
#: Words of Latin letters among which are some of another alphabet that look the same: no agent writes them so.
_LOOKALIKES = regex.compile(
    r"(?<![\p{L}\p{M}])(?=[\p{L}\p{M}]*\p{Latin})(?=[\p{L}\p{M}]*([АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝ]|[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορτυχ]))[\p{L}\p{M}]+"
)
#: Signs that aren't part of a phrase and were probably meant as a regular expression.
_REGEX_SIGNS = re.compile(r"\\|\||\.[*+]|\(\?|^\^|[a-z]\$$|\[[^\[\]]{1,200}\][*+]|\w\*|[A-Za-z]\+[A-Za-z]")


def is_regex(pattern: str) -> bool:
    """Whether it stands between slashes; it may still have a fault, see :func:`pattern_fault`."""
    return _REGEX.fullmatch(pattern) is not None


def regex_fault(pattern: str) -> str:
    """Like :func:`pattern_fault`, for a value that may also be any text: what doesn't begin as a pattern has no fault."""
    return pattern_fault(pattern) if is_regex(pattern) or _FLAGS.fullmatch(pattern) else ""


def pattern_fault(pattern: str) -> str:
    """What is wrong with a phrase or a ``/…/`` pattern; "" if it can be looked for."""
    if control := next((one for one in pattern if unicodedata.category(one) == "Cc" and one not in "\t\n\r"), ""):
        return f"has the control character U+{ord(control):04X}, which YAML makes of \\ in double quotes. Use single quotes"
    if other := _LOOKALIKES.search(pattern):
        return f"has “{other[1]}” of another alphabet (U+{ord(other[1]):04X}) in a word of Latin letters. Type it again"
    if not is_regex(pattern):
        return _phrase_fault(pattern)
    if fault := bounded_regex.fault_of(_expression(pattern)):
        return f"isn't a valid regular expression: {fault}"
    return "can never match, whatever is said" if never_matches(_expression(pattern)) else ""


def _phrase_fault(pattern: str) -> str:
    if flagged := _FLAGS.fullmatch(pattern):
        return f"has letters behind its last slash. Write /{flagged[1]}/; case doesn't matter"
    if _REGEX_SIGNS.search(pattern):
        return f"looks like a regular expression. Write /{pattern}/, or the words alone"
    return "" if words(pattern) else "has no word to look for"


def matches_everything(pattern: str) -> bool:
    """Whether a ``/…/`` pattern is found in any text, or in any ordinary reply, so that finding it says nothing."""
    if not is_regex(pattern) or pattern_fault(pattern):
        return False
    try:
        return any(all(find(pattern, text) for text in texts) for texts in (_ANY_TEXT, _ANY_REPLY))
    except bounded_regex.SlowPattern:
        return False


def too_long(text: str) -> bool:
    """Whether the end of the text is left out."""
    return len(text) > LONGEST


def words(text: str) -> list[str]:
    """The words of a text, without case; at most ``LONGEST`` characters of it are read."""
    return [word.casefold() for word in _WORD.findall(_straight(text))]


def plain(text: str) -> str:
    """Folded for comparison: NFKC, straight quotes and hyphens, no case; at most ``LONGEST`` characters."""
    return _straight(text).casefold()


def _seen(text: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text[:LONGEST]))


def _straight(text: str) -> str:
    """Words are looked for in this form: folded first, some letters (Turkish İ) become two, of which one is no part of a word."""
    return _seen(text).translate(_QUOTES)


def find(pattern: str, text: str) -> str:
    """The part of ``text`` that matches; "" if none does. A phrase matches whole words in their order, and numbers however
    they are written; a pattern matches what is written. Raises SlowPattern."""
    if is_regex(pattern):
        expression = _expression(pattern)
        matches = (bounded_regex.search(expression, one, ignore_case=True) for one in _as_spoken(text))
        matched = next((one for one in matches if one is not None), None)
        return "" if matched is None else matched or "(empty match)"
    wanted = [part.casefold() for part in _PART.findall(_straight(pattern))]
    if not wanted:
        return ""
    places = list(_PART.finditer(_straight(text)))
    spoken = [place.group().casefold() for place in places]
    for begin in range(len(spoken) - len(wanted) + 1):
        if spoken[begin : begin + len(wanted)] == wanted:
            return _seen(text)[places[begin].start() : places[begin + len(wanted) - 1].end()]
    place = spoken_phrase.find(_lower(pattern), _lower(text))
    return _seen(text)[slice(*place)] if place is not None else ""


def first_found(patterns: Sequence[str], text: str) -> str:
    """What the first matching pattern matched; "" if none did."""
    return next((match for pattern in patterns if (match := find(pattern, text))), "")


def _lower(text: str) -> str:
    """:func:`_straight` without case, each character where it was."""
    return "".join(low if len(low := one.lower()) == 1 else one for one in _straight(text))


def _expression(pattern: str) -> str:
    """What stands between the slashes, with straight quotes, as texts are looked through."""
    return _written(pattern.strip()[1:-1])


def _as_spoken(text: str) -> Iterator[str]:
    """The text in one line, because a line break isn't heard; then as written, for a pattern of several lines."""
    written = _written(text[:LONGEST])
    spoken = " ".join(written.split())
    yield spoken
    if written != spoken:
        yield written


def _written(text: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_QUOTES)
