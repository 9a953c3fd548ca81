"""What a person thinks of a session: stars, tags, and notes, some of them at a moment of the call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

NoteId = NewType("NoteId", str)

WORST, BEST = 1, 5
#: Longest tag and longest note, in characters.
TAG_MAX, NOTE_MAX = 40, 4000


@dataclass(frozen=True, slots=True)
class ReviewNote:
    """``at_ms`` counts from the start of the session; None = about the whole of it. ``written_at`` is aware UTC."""

    id: NoteId
    text: str
    at_ms: int | None
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """``rating`` is 1..5 stars, None = not rated. Tags by letter; notes by their moment, those about the whole first."""

    rating: int | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[ReviewNote, ...] = ()
