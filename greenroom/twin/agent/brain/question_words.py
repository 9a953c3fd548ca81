"""The words of a question and of the facts that may answer it, in a form in which they can be compared. English."""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z']+")
#: "check-in" is one word, as "checkin" is.
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_ENDING = re.compile(r"(?:ing|ies|ed|es|s|e|(?<=\w{3})y)$")
_SAME = {day: "weekday" for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
_SAME |= {
    "saturday": "weekend",
    "sunday": "weekend",
    "price": "cost",
    "prices": "cost",
    "pricing": "cost",
    "located": "address",
    "location": "address",
    "expensive": "cost",
    "pet": "dog",
    "pets": "dog",
}
_COMMON_WORDS = """a about am an and any are as at be by can could did do does for from get give had has
have hello hi how i if in into is it its like long many may me more much my need no not
now of on one or our please say so some tell than thank thanks that the their then there these they this
time to us want was we were what when where which who will with would yes you your must shall should might"""
_COMMON = frozenset(_COMMON_WORDS.split())


def stems_in(text: str, *others: str) -> list[str]:
    """The text's own words without their endings. ``others`` say what is one word: "check out" where they have "checkout"."""
    words = _words(text)
    if others:
        known = {word for other in others for word in _words(other)}
        for at in range(len(words) - 1, 0, -1):
            if (joined := words[at - 1] + words[at]) in known:
                words[at - 1 : at + 1] = [joined]
    return [_ENDING.sub("", _SAME.get(w, w))[:7] for w in words if w not in _COMMON and len(w) > 2]


def _words(text: str) -> list[str]:
    return [word.strip("'") for word in _WORD.findall(_HYPHEN.sub("", text.lower()))]
