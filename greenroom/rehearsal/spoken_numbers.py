"""Numbers as they are said: a recognizer writes "120" for "one hundred and twenty", and "14th" for "fourteenth". Pure."""

from __future__ import annotations

import re

_ONES = [
    *["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
    *["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth"
}  # fmt: skip
_UNITS = {"$": "dollars", "€": "euros", "£": "pounds"}
_NUMBER = re.compile(
    r"([$€£]?)(?<![\d,])(\d{1,3},\d{3}(?!,?\d)|\d{1,6}(?!,?\d))(?:(st|nd|rd|th)\b|(?::(\d\d))?(\s?%)?)", re.IGNORECASE
)


def spelled(text: str) -> str:
    """The text with its whole numbers, ordinals, amounts, times and percentages as words; longer numbers stay."""
    return _NUMBER.sub(_spoken, text)


def said_number(number: int) -> str:
    """0 to 999,999 in words."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f" {_ONES[ones]}" if ones else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    high, rest = divmod(number, size)
    joined = "" if not rest else f" and {said_number(rest)}" if rest < 100 else f" {said_number(rest)}"
    return f"{said_number(high)} {name}{joined}"


def ordinal(words: str) -> str:
    """ "twenty first" of "twenty one"."""
    *before, last = words.split(" ")
    nth = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return " ".join((*before, nth))


def _spoken(match: re.Match[str]) -> str:
    unit, digits, nth, minutes, percent = match.groups()
    words = said_number(int(digits.replace(",", "")))
    if nth:
        return ordinal(words)
    if minutes:
        words += "" if minutes == "00" else f" {said_number(int(minutes))}"
    return words + (f" {_UNITS[unit]}" if unit else "") + (" percent" if percent else "")
