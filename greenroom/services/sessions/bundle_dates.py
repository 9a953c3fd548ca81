"""Which dates a session out of a file can have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from greenroom.model.review import ReviewNote
from greenroom.model.session import AppliedVersion, Session

#: Agora ends any call after 72 hours. Greenroom's first release is younger than EARLIEST.
LONGEST = timedelta(hours=80)
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(days=1)


def require_plausible(session: Session, applied: Sequence[AppliedVersion], notes: Sequence[ReviewNote], now: datetime) -> None:
    """Raise ValueError for dates that no session has: they would sort before or after everything, and break calendars."""
    for moment in (session.created_at, *(note.written_at for note in notes)):
        if not EARLIEST <= moment <= now + CLOCKS_DIFFER:
            raise ValueError(f"{moment:%Y-%m-%d} is not a plausible date")
    ended_at = session.ended_at or session.created_at
    for moment in (ended_at, session.started_at or ended_at, *(version.applied_at for version in applied)):
        if not session.created_at <= moment <= min(session.created_at + LONGEST, now + CLOCKS_DIFFER):
            raise ValueError(f"{moment:%Y-%m-%d} does not fit created_at")
    if len({version.id for version in applied}) < len(applied) or len({version.number for version in applied}) < len(applied):
        raise ValueError("a version was applied twice")
