"""Merge transcripts from several sources without duplicates. No I/O.

The stage reports turns with times, but not after its tab is closed; Agora's history has every line but no times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from greenroom.agora.answers import HistoryLine
from greenroom.model.session import Speaker, Turn, TurnSource

#: Two tellings of the same line differ in punctuation and in a misheard word, not in more than this.
ALIKE = 0.72
_ROLES: Mapping[str, Speaker] = {"user": "user", "assistant": "agent"}


def missing(turns: Sequence[Turn], history: Iterable[HistoryLine], now_ms: int = 0) -> list[Turn]:
    """The lines of Agora's history (oldest first) that are missing from ``turns``.

    They get the turn id, version and time of the line before them, since Agora's history has none of these. ``now_ms``:
    an upper bound of their time. A caller's line after an agent's starts the next turn.
    """
    reported = sorted(turns, key=lambda turn: (turn.started_ms, turn.turn_id))
    taken = {(turn.turn_id, turn.speaker) for turn in reported}
    place, before = 0, Turn(turn_id=reported[0].turn_id if reported else 0, speaker="agent", text="", started_ms=0, ended_ms=0)
    added: list[Turn] = []
    for entry in history:
        speaker, text = _ROLES.get(entry.role), entry.content.strip()
        if speaker is None or not text:
            continue
        at = next(
            (i for i in range(place, len(reported)) if reported[i].speaker == speaker and _same(reported[i].text, text)), None
        )
        if at is not None:
            place, before = at + 1, reported[at]
            continue
        number = before.turn_id + (speaker == "user" and before.speaker == "agent")
        while (number, speaker) in taken:
            number += 1
        taken.add((number, speaker))
        at_ms = max(before.ended_ms, now_ms)
        source: TurnSource = "greeting" if number == 0 else "voice"
        before = Turn(number, speaker, text, at_ms, at_ms, source, version_number=before.version_number)
        added.append(before)
    return added


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same line, even if one was cut off by an interruption."""
    a, b = _bare(one), _bare(other)
    short, long = sorted((a, b), key=len)
    return a == b or (len(short) >= 8 and long.startswith(short)) or SequenceMatcher(None, a, b).ratio() >= ALIKE


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
