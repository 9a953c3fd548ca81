"""Tells from a caller's words whether the turn is over. English; of other languages nothing is known."""

from __future__ import annotations

import re

#: A sentence hardly ends with these.
_OPEN_WORDS = """a an and are as because but by can could every for from has i if into is my of or our so than the their then
to uh um was were when which will with would your"""
_OPEN = frozenset(_OPEN_WORDS.split())
_HESITATIONS = frozenset({"uh", "um", "er", "erm"})
_SHORT_WORDS = """absolutely agreed bye certainly cheers correct definitely exactly fine goodbye great hello hey hi maybe never no
nope okay ok perfect please right stop sure thanks true yeah yep yes zero one two three four five six seven eight nine ten"""
_SHORT = frozenset(_SHORT_WORDS.split())
_WORD = re.compile(r"[a-z0-9']+")
_MOMENT = r"(?:a|one) (?:second|sec|moment|minute)"
_WAIT = re.compile(
    rf"\b(?:hold on|hang on|bear with me|(?:wait|give me|just) {_MOMENT}|{_MOMENT}(?: please)?"
    r"|let me (?:think|see|check|look)(?: about (?:it|that))?)[\s,.…!-]*$",
    re.IGNORECASE,
)


def asks_to_wait(text: str) -> bool:
    """Whether the caller ends with "hold on" or the like, and wants to go on after a pause."""
    return _WAIT.search(text) is not None


def sounds_open(text: str) -> bool:
    """Whether the sentence lacks its end: "a room for", "I would like to"."""
    words = _WORD.findall(text.lower())
    return bool(words) and (words[-1] in _OPEN or text.rstrip().endswith(("-", "–")))


def ends_with_comma(text: str) -> bool:
    """Whether the text ends with a comma. The recognizer writes one after "Not now" too, so this is a weaker sign than an open
    word."""
    return text.rstrip().endswith(",")


def trails_off(text: str) -> bool:
    """Whether the last word is a hesitation: "um"."""
    words = _WORD.findall(text.lower())
    return bool(words) and words[-1] in _HESITATIONS


def is_short_answer(text: str) -> bool:
    """A single word that is a whole turn: "yes", a number."""
    words = _WORD.findall(text.lower())
    return len(words) == 1 and (words[0] in _SHORT or words[0].isdigit())
