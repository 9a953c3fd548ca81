"""Splits a stream of text into speakable pieces as early as possible, and removes what cannot be spoken."""

from __future__ import annotations

import re
from collections.abc import Callable

#: Where a piece may end: a sentence's end with its closing quotes, or a line break. What follows must have come already:
#: only then is it known whether "No." was the answer or the beginning of "No. 5".
_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=\S)|[。！？]+|\n\s*(?=\S)")
_NO_END = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|prof|sr|jr|etc|vs|approx|e\.g|i\.e)\.|\b[A-Za-z]\.|(?:^|\n)\s*\d{1,2}\.)$", re.IGNORECASE
)
_NUMBER_SIGN = re.compile(r"\b(?:no|nr|fig|p)\.$", re.IGNORECASE)
#: Weaker boundaries for the first piece, which then plays sooner, and for long ones.
_BREATH = re.compile(r"(?<=[,;:–—])\s+(?=\S)|\s+(?=(?:and|but|because)\s)", re.IGNORECASE)
_FIRST_CHARS, _FIRST_JOINED_CHARS = 10, 40
_LONGEST_CHARS = 240

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_ADDRESS = re.compile(r"https?://(?:www\.)?([^\s/)\]>]+)[^\s)\]>]*")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
_RULE = re.compile(r"\n[ \t]*[-=_*|:+ ]{3,}(?=\n|$)")
_BULLET = re.compile(r"\n\s*(?:[-•+*]\s+|\d{1,2}[.)]\s+(?=[A-Za-z\"'*_]))")
_BETWEEN = re.compile(r"(?<=\w)[*_~|`#>]+(?=\w)")
_MARKS = re.compile(r"[*_`#>|~\\]+")
_UNSPOKEN = re.compile(
    "[\U0001f000-\U0001faff\U000e0020-\U000e007f\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u200b-\u200d\u2060\u20e3\ufe00-\ufe0f]"
)


def speakable(text: str) -> str:
    """``text`` without Markdown marks, bullets, link targets, tags and emoji. A line break at its start counts as a new line."""
    text = _ADDRESS.sub(r"\1", _LINK.sub(r"\1", text))
    text = _BULLET.sub(" ", _RULE.sub("\n", _TAG.sub(" ", text)))
    return " ".join(_UNSPOKEN.sub("", _MARKS.sub("", _BETWEEN.sub(" ", text))).split())


class Sentences:
    """Collects tokens and returns each piece once, in order. ``whole``: whether no piece may end after this text."""

    def __init__(self, whole: Callable[[str], bool] = lambda text: False) -> None:
        self._whole = whole
        self._pending = "\n"
        self._given = False

    def feed(self, token: str) -> list[str]:
        """Add a token; returns the pieces that are complete now, as :func:`speakable` leaves them."""
        self._pending += token
        pieces: list[str] = []
        while (cut := self._cut()) is not None:
            # A line break stays with the next piece: it distinguishes a bullet from a dash.
            piece, self._pending = self._pending[:cut], self._pending[cut:]
            if said := speakable(piece):
                pieces.append(said)
                self._given = True
        return pieces

    def rest(self) -> str:
        """What is left when the text is over; "" when nothing is."""
        said, self._pending = speakable(self._pending), "\n"
        return said

    def _cut(self) -> int | None:
        end = next((_before_line_break(m) for m in _END.finditer(self._pending, 1) if self._ends(m)), None)
        reach = len(self._pending) if end is None else end
        long = reach > _LONGEST_CHARS
        if not self._given or long:
            breath = next((m.start() for m in _BREATH.finditer(self._pending, 1, reach) if self._is_breath(m)), None)
            if breath is not None:
                return breath
        if long and (blank := self._pending.rfind(" ", 1, _LONGEST_CHARS)) > 0:
            return blank
        return end

    def _is_breath(self, match: re.Match[str]) -> bool:
        before = self._pending[: match.start()].strip()
        if self._whole(before):
            return False
        return len(before) >= (_FIRST_CHARS if before.endswith((",", ";", ":", "–", "—")) else _FIRST_JOINED_CHARS)

    def _ends(self, match: re.Match[str]) -> bool:
        before = self._pending[: match.start()]
        if self._whole(before):
            return False
        if "\n" in match.group():
            return True
        if _NUMBER_SIGN.search(before) and self._pending[match.end() : match.end() + 1].isdigit():
            return False
        return not _NO_END.search(before)


def _before_line_break(match: re.Match[str]) -> int:
    """Where the next piece starts: at the line break, if there is one in what separates the two."""
    broken = match.group().find("\n")
    return match.start() + broken if broken >= 0 else match.end()
