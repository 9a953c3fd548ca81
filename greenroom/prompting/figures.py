"""Rules on numbers: phone numbers and dates that are read ambiguously."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from greenroom.prompting.finding import Finding, at
from greenroom.prompting.script import Text

_DATE = re.compile(r"(?<![\w./-])(?:(\d{4})-(\d{1,2})-(\d{1,2})|\d{1,2}([./-])\d{1,2}\4(?:\d{4}|\d{2}))(?![\w/-]|\.\d)")
_NUMBER = re.compile(r"(?<![\w+,.])\+?\(?\d(?:[\d ()./–-]{5,24})\d(?![\w])")
_AMOUNT = re.compile(r"\d{1,3}(?:[. ]\d{3})+(?:,\d+)?|\d{4} ?[-–/] ?\d{4}|\d+\.\d+")
_DIGITS = re.compile(r"\d+|\+")
_PLUS: Mapping[str, str] = {"en": "plus", "de": "plus", "fr": "plus", "nl": "plus", "es": "más", "it": "più", "pt": "mais"}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MIN_DIGITS = 7


def dates(text: Text, language: str) -> Iterator[Finding]:
    """ "04/05" may be read as April or May."""
    for match in _DATE.finditer(text.text):
        why = "Numeric dates are ambiguous when spoken. Write the date out, such as “12 May 2026”."
        yield at(text, "date", *match.span(), why, _written(match, language))


def _written(match: re.Match[str], language: str) -> str | None:
    """The written-out date; just for year-month-day in English, the one unambiguous case."""
    if language != "en" or match[1] is None or not 1 <= int(match[2]) <= 12 or not 1 <= int(match[3]) <= 31:
        return None
    return f"{int(match[3])} {_MONTHS[int(match[2]) - 1]} {match[1]}"


def long_numbers(text: Text, language: str) -> Iterator[Finding]:
    """Long numbers are read as amounts unless the digits are separated."""
    for match in _NUMBER.finditer(text.text):
        digits = sum(c.isdigit() for c in match[0])
        longest = max(len(run) for run in _DIGITS.findall(match[0]))
        if digits >= _MIN_DIGITS and longest >= 3 and not _AMOUNT.fullmatch(match[0].strip()):
            why = "Long numbers are read as amounts. Separate the digits into groups."
            yield at(text, "long_number", *match.span(), why, _apart(match[0], language) if text.is_said else None)


def _apart(number: str, language: str) -> str | None:
    groups = _DIGITS.findall(number)
    if "+" in groups:
        if language not in _PLUS:
            return None
        groups = [f"{_PLUS[language]} {' '.join(groups[1])}", *groups[2:]] if len(groups) > 1 else groups
        return ", ".join([groups[0], *(" ".join(g) for g in groups[1:])])
    return ", ".join(" ".join(group) for group in groups)
