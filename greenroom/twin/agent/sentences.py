"""A stream of written text cut into pieces that can be spoken, as early as possible and without what is not for the ear."""

from __future__ import annotations

import re

#: Sentence ends; a colon or a line break ends a breath too.
_END = re.compile(r"(?<=[.!?…:;])[\"')\]]*\s+|\n+")
_NO_END = re.compile(r"(?:\b(?:mr|mrs|ms|dr|st|prof|e\.g|i\.e|etc|vs|no|a\.m|p\.m)\.|(?:^|\s)\d+\.)$", re.IGNORECASE)
#: The first piece may end at a comma: it is heard sooner, and nobody notices a breath there.
_COMMA = re.compile(r"(?<=,)\s+")
_FIRST_CLAUSE_CHARS = 24
_LONGEST_CHARS = 240

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*_`#>|~]+")
_BULLET = re.compile(r"^\s*(?:[-•]|\d+[.)])\s+", re.MULTILINE)
_UNSPOKEN = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]")


def speakable(text: str) -> str:
    """Without Markdown marks, bullets, link targets and emoji."""
    text = _BULLET.sub("", _LINK.sub(r"\1", text))
    return " ".join(_UNSPOKEN.sub("", _MARKS.sub("", text)).split())


class Sentences:
    """Collects tokens; gives back each piece once, in order."""

    def __init__(self) -> None:
        self._pending = ""
        self._given = False

    def feed(self, token: str) -> list[str]:
        """The pieces that are complete now."""
        self._pending += token
        pieces: list[str] = []
        while (cut := self._cut()) is not None:
            piece, self._pending = self._pending[: cut[0]], self._pending[cut[1] :]
            if said := speakable(piece):
                pieces.append(said)
                self._given = True
        return pieces

    def rest(self) -> str:
        """What is left when the text is over; "" when nothing is."""
        said, self._pending = speakable(self._pending), ""
        return said

    def _cut(self) -> tuple[int, int] | None:
        for match in _END.finditer(self._pending):
            if not _NO_END.search(self._pending[: match.start()]):
                return match.start(), match.end()
        if not self._given or len(self._pending) > _LONGEST_CHARS:
            for match in _COMMA.finditer(self._pending):
                if match.start() >= _FIRST_CLAUSE_CHARS:
                    return match.start(), match.end()
        return None
