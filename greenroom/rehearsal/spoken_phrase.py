"""Finds a phrase with numbers however either side writes them: "11" in "at eleven", "7:30" in "seven thirty". Pure.

A number counts as a whole: "100" isn't found in "one hundred and twenty", nor "seven" in "7:30". A lone "one", "first" or
"second" may be no number, so "1" isn't found in "that one". Number words are English.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import regex

from greenroom.rehearsal.spoken_numbers import ordinal, said_number

_WORD = regex.compile(r"[\p{L}\p{N}]\p{M}*(?:'?[\p{L}\p{N}]\p{M}*)*")
#: A number of digits that is no part of a code, a decimal, a date or a longer number, nor below zero.
_DIGITS = regex.compile(
    r"(?<![\w.,:/]|(?<!\d\s?)-)(?P<unit>[$€£]?)(?<![\d,])(?P<whole>\d{1,3},\d{3}|\d{1,6})"
    r"(?:(?P<nth>st|nd|rd|th)|:(?P<minutes>[0-5]\d))?(?P<percent>\s?%)?(?!\w|[.,:/]\d|-\p{L})",
    regex.IGNORECASE,
)
_UNITS = {"$": "dollars", "€": "euros", "£": "pounds"}
_SIZES = frozenset({"hundred", "thousand", "million", "billion"})
_BELOW_ZERO = frozenset({"minus", "negative"})
#: Words that are no number when they stand alone, and the number that they may be.
_EITHER = {"one": "#1", "first": "#1st", "second": "#2nd"}


@dataclass(frozen=True, slots=True)
class _PhraseToken:
    """A word, or a number as "#11", "#14th", "#7:30"; where it stands."""

    text: str
    begin: int
    end: int
    digits: bool = False


def find(phrase: str, text: str) -> tuple[int, int] | None:
    """Where a phrase with a number stands in a text; None if it doesn't. Both without case and with straight quotes."""
    wanted = [_accepted(token.text) for token in _tokens(phrase)]
    if not any(one.startswith("#") for accepted in wanted for one in accepted):
        return None
    spoken = _tokens(text)
    for begin in range(len(spoken) - len(wanted) + 1):
        if all(token.text in accepted for token, accepted in zip(spoken[begin:], wanted, strict=False)):
            return spoken[begin].begin, spoken[begin + len(wanted) - 1].end
    return None


def _accepted(word: str) -> frozenset[str]:
    """What a text may say for this word of a phrase: "7" may be "7:00" there, and "one" a number."""
    number = _EITHER.get(word, word)
    hour = {f"{number}:00"} if number[1:].isdecimal() and int(number[1:]) <= 24 else set[str]()
    return frozenset({word, number} | hour)


def _tokens(text: str) -> list[_PhraseToken]:
    plain, begin = list[_PhraseToken](), 0
    for match in _DIGITS.finditer(text):
        if not match["whole"].replace(",", "").isdecimal():  # digits of a script that is newer than this Python
            continue
        plain += _words(text, begin, match.start())
        plain += _of_digits(match)
        begin = match.end()
    plain += _words(text, begin, len(text))
    return list(_whole_hours(list(_numbers(plain, text))))


def _words(text: str, begin: int, end: int) -> Iterator[_PhraseToken]:
    return (_PhraseToken(match.group(), *match.span()) for match in _WORD.finditer(text, begin, end))


def _of_digits(match: regex.Match[str]) -> Iterator[_PhraseToken]:
    number, span = str(int(match["whole"].replace(",", ""))), match.span()
    tail = match["nth"] or (f":{match['minutes']}" if match["minutes"] else "")
    yield _PhraseToken(f"#{number}{tail}", *span, digits=True)
    if match["unit"]:
        yield _PhraseToken(_UNITS[match["unit"]], *span)
    if match["percent"]:
        yield _PhraseToken("percent", *span)


def _numbers(tokens: Sequence[_PhraseToken], text: str) -> Iterator[_PhraseToken]:
    """The tokens with each number in words as one token; what is no single whole number stays as words."""
    at = 0
    while at < len(tokens):
        end = max(_end_of_number(tokens, at, text), at + 1)
        run, after = tokens[at:end], [token.text for token in tokens[end : end + 2]]
        partial = (at > 0 and tokens[at - 1].text in _BELOW_ZERO) or (after[:1] == ["point"] and _number_words() >= {*after[1:]})
        if run[0].digits:
            yield replace(run[0], text=run[0].text[1:]) if partial or _SIZES & {*after[:1]} else run[0]
        elif not partial and (number := _number_of([token.text for token in run])):
            yield _PhraseToken(number, run[0].begin, run[-1].end)
        else:
            yield from run
        at = end


def _end_of_number(tokens: Sequence[_PhraseToken], begin: int, text: str) -> int:
    """The end of the number words from here on; "and" joins them behind "hundred" or "thousand"."""
    end = begin
    while end < len(tokens):
        if end > begin and text[tokens[end - 1].end : tokens[end].begin].strip() not in ("", "-"):
            break
        joins = tokens[end].text == "and" and end > begin and tokens[end - 1].text in _SIZES
        if end + joins == len(tokens) or tokens[end + joins].text not in _number_words():
            break
        end += 1
    return end


def _number_of(words: Sequence[str]) -> str:
    """ "#21", "#14th", "#7:30"; "" for what is no number, several, or a lone word that may be none."""
    spoken = tuple(word for word in words if word != "and")
    if not spoken or (len(spoken) == 1 and spoken[0] in _EITHER):
        return ""
    if (whole := _known_numbers().get(spoken)) is not None:
        return whole
    if "thousand" in spoken:
        at = spoken.index("thousand")
        high, low = (_known_numbers().get(part, "") for part in (spoken[:at], spoken[at + 1 :] or ("zero",)))
        return f"#{int(high[1:]) * 1000 + int(low[1:])}" if high[1:].isdecimal() and low[1:].isdecimal() else ""
    hour, minutes = (_known_numbers().get(part, "")[1:] for part in (spoken[:1], spoken[1:]))
    is_time = hour.isdecimal() and minutes.isdecimal() and int(hour) <= 24 and 10 <= int(minutes) <= 59
    return f"#{hour}:{minutes}" if is_time else ""


def _whole_hours(tokens: Sequence[_PhraseToken]) -> Iterator[_PhraseToken]:
    """ "seven o'clock" as 7:00."""
    skip = False
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        number = _EITHER.get(token.text, token.text)
        if skip:
            skip = False
        elif after is not None and after.text == "o'clock" and number[:1] == "#" and number[1:].isdecimal():
            skip = True
            yield _PhraseToken(f"{number}:00", token.begin, after.end)
        else:
            yield token


@cache
def _known_numbers() -> dict[tuple[str, ...], str]:
    """The words of 0 to 999 and of 1st to 99th, without "and"."""
    numbers = {_without_and(said_number(number)): f"#{number}" for number in range(1000)}
    ends = {1: "st", 2: "nd", 3: "rd"}
    for number in range(1, 100):
        end = "th" if 10 < number < 20 else ends.get(number % 10, "th")
        numbers[_without_and(ordinal(said_number(number)))] = f"#{number}{end}"
    return numbers


@cache
def _number_words() -> frozenset[str]:
    return frozenset(word for words in _known_numbers() for word in words) | _SIZES


def _without_and(words: str) -> tuple[str, ...]:
    return tuple(word for word in words.split() if word != "and")
