"""Tells backchannels ("mm-hm", "yeah") from words that mean to interrupt. English."""

from __future__ import annotations

import re

_SIGN_WORDS = """ah aha alright cool good got great hm hmm hmmm huh i it mhm mm mmhm mmhmm mmm nice oh ok okay really right see
sure true uh uhhuh um wow yeah yep yes yup"""
_SIGNS = frozenset(_SIGN_WORDS.split())
_WORD = re.compile(r"[a-z']+")
_STOP_TEXT = "but enough excuse hello hey hold no pardon please question sorry stop wait what why"
_STOP_WORDS = frozenset(_STOP_TEXT.split())
_MOST_WORDS = 3


def is_backchannel(text: str) -> bool:
    """Whether this text is a mere sign of listening; also true of no words. A single unknown word counts as one, because
    recognizers write a hum as some word."""
    words = _WORD.findall(text.lower().replace("-", ""))
    others = [word for word in words if word not in _SIGNS]
    return len(words) <= _MOST_WORDS and len(others) <= 1 and _STOP_WORDS.isdisjoint(others)
