"""Session reviews: rating, tags and notes, optionally at a moment of the call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

from greenroom.model.session import SessionId

NoteId = NewType("NoteId", str)

WORST, BEST = 1, 5
#: Longest tag and longest note, in characters.
TAG_MAX, NOTE_MAX = 40, 4000
#: Mentions, in notes and comments, are listed for this long, and at most this many.
MENTIONS_FOR, MENTIONS_MAX = timedelta(days=60), 200


@dataclass(frozen=True, slots=True)
class ReviewNote:
    """A note. ``at_ms`` counts from the start of the session; None = the whole session. ``written_at`` is aware UTC.
    ``author``: who wrote it, as shown; "" = not known."""

    id: NoteId
    text: str
    at_ms: int | None
    written_at: datetime
    author: str = ""


_MENTION = re.compile(r"(?<![\w@.])@([\w.+-]*\w(?:@[\w-]+(?:\.[\w-]+)+)?)")


def mentions(text: str, email: str) -> bool:
    """Whether a note or comment mentions this account: as ``@ann@example.com``, or as ``@ann``."""
    address = email.casefold()
    return any(name.casefold() in (address, address.partition("@")[0]) for name in _MENTION.findall(text))


@dataclass(frozen=True, slots=True)
class Mention:
    """A note that mentions an account, and the session it is about."""

    session_id: SessionId
    agent_name: str
    note: ReviewNote


@dataclass(frozen=True, slots=True)
class Review:
    """A review. ``rating`` is 1..5 stars, None = not rated. Tags alphabetically; notes by time, whole-session notes first."""

    rating: int | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[ReviewNote, ...] = ()
