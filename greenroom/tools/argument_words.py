"""Finds arguments in what a caller said, by the kind of each parameter. English, no model."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from greenroom import bounded_regex

Json = Mapping[str, Any]

_COUNTED = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty"""
_UNITS = {word: number for number, word in enumerate(_COUNTED.split())}
_UNITS |= {"a": 1, "an": 1, "oh": 0, "thirty": 30, "forty": 40, "fifty": 50}
_DIGIT = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
_DIGITS = re.compile(rf"\b(?:{_DIGIT}|\d)(?:[\s,-]+(?:{_DIGIT}|\d)\b)+", re.IGNORECASE)
_NUMBER = re.compile(rf"\b({'|'.join(sorted(_UNITS, key=len, reverse=True))}|\d+(?:\.\d+)?)\b", re.IGNORECASE)
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_ORDINAL = (
    r"\d{1,2}(?:st|nd|rd|th)?|[a-z]+(?:-|\s)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|[a-z]*(?:st|nd|rd|th)"
)
_DATE = re.compile(
    rf"\b(\d{{4}}-\d{{2}}-\d{{2}}|(?:the\s+)?(?:{_ORDINAL})\s+of\s+(?:{_MONTHS})|(?:{_MONTHS})\s+(?:the\s+)?(?:{_ORDINAL})"
    rf"|(?:next|this)\s+(?:week|weekend|{_DAYS})|(?:{_DAYS})|today|tonight|tomorrow)\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"\b(?:(?:my|the) name(?:'s| is)|name is|name's|i am|i'm|this is|under|for)\s+((?:[A-Z][\w'-]+)(?:\s+[A-Z][\w'-]+){0,2})"
)
_ONLY_NAME = re.compile(r"^\W*((?:[A-Z][\w'-]+)(?:\s+[A-Z][\w'-]+){0,2})\W*$")
_YES, _NO = re.compile(r"\b(yes|yeah|yep|sure|please|correct|right)\b", re.I), re.compile(r"\b(no|nope|not)\b", re.I)
_WORD = re.compile(r"[a-z]+")
_ANCHORS = re.compile(r"^\^|\$$")


def found_in(texts: Sequence[str], name: str, schema: Json, asked: str = "") -> Any:
    """A parameter's value from the newest of ``texts`` that names one; None if none does. ``texts``: oldest first. ``asked``:
    the text that answers a question about this parameter, so that even a bare number, yes or name in it counts."""
    for text in reversed(texts):
        value = _value(text, name, schema, direct=bool(asked) and text == asked)
        if value is not None:
            return value
    return None


def words_of(name: str, schema: Json) -> str:
    """What to call a parameter in a question: its title, or its name in words."""
    title = schema.get("title")
    return title if isinstance(title, str) and title else split_name(name)


def split_name(name: str) -> str:
    """``orderNumber`` or ``order_number`` → "order number"."""
    return " ".join(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+", " ", name).lower().split())


def _value(text: str, name: str, schema: Json, *, direct: bool) -> Any:
    options = schema.get("enum")
    if isinstance(options, list):
        return _option(text, options)
    kind = schema.get("type")
    if kind == "boolean":
        return (True if _YES.search(text) else False if _NO.search(text) else None) if direct else None
    if kind in ("integer", "number"):
        return _number(text, words_of(name, schema), whole=kind == "integer", direct=direct)
    if kind not in ("string", None):
        return None
    return _text(text, name, schema, direct=direct)


def _text(text: str, name: str, schema: Json, *, direct: bool) -> str | None:
    about = f"{words_of(name, schema)} {schema.get('description') or ''}".lower()
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and pattern:
        return _by_pattern(text, pattern)
    if re.search(r"\b(date|day|arrival|departure|check-?in)\b", about):
        match = _DATE.search(text)
        return match[1] if match else None
    if re.search(r"\bname\b", about):
        named = next((found for found in _NAME.finditer(text) if not _DATE.search(found[1])), None)
        named = named or (_ONLY_NAME.search(text) if direct else None)
        return named[1] if named else _cleaned(text) if direct else None
    return _cleaned(text) if direct else None


def _by_pattern(text: str, pattern: str) -> str | None:
    """A match anywhere in the text, with numbers that were said digit by digit put together."""
    core = _ANCHORS.sub("", pattern)
    wanted = rf"(?<!\w)(?:{core})(?!\w)"
    with contextlib.suppress(bounded_regex.InvalidPattern, bounded_regex.SlowPattern):  # such a pattern finds nothing
        for form in (text, _joined_digits(text), _joined_digits(text).replace(" ", "")):
            if len(form) < 1000 and (match := bounded_regex.search(wanted, form, ignore_case=True)):
                return match.upper()
    return None


def _joined_digits(text: str) -> str:
    return _DIGITS.sub(lambda run: "".join(_digit(word) for word in re.split(r"[\s,-]+", run[0])), text)


def _digit(word: str) -> str:
    return word if word.isdigit() else str(_UNITS[word.lower()])


def _option(text: str, options: Sequence[Any]) -> Any:
    lowered = f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "
    named = [option for option in options if f" {split_name(str(option))}" in lowered]
    return max(named, key=lambda option: len(str(option))) if named else None


def _number(text: str, about: str, *, whole: bool, direct: bool) -> Any:
    """The number in front of the parameter's noun ("two nights"); any number when it was asked for."""
    stems = {
        word[:5].rstrip("s") for word in _WORD.findall(about.lower()) if word not in ("number", "of", "count", "how", "many")
    }
    for match in _NUMBER.finditer(text):
        after = _WORD.findall(text[match.end() : match.end() + 24].lower())[:2]
        near = any(word[:5].rstrip("s") in stems for word in after)
        if near or (direct and match[1].lower() not in ("a", "an")):
            number = _UNITS.get(match[1].lower(), None)
            value = float(match[1]) if number is None else float(number)
            return int(value) if whole or value.is_integer() else value
    return None


def _cleaned(text: str) -> str | None:
    cleaned = re.sub(r"^(?:it's|it is|that's|that is|yes|well|um|uh|so)[, ]+", "", text.strip(), flags=re.IGNORECASE).strip(
        " .!?"
    )
    return cleaned[:200] or None
