"""Compare sessions: metrics of each, and setting differences of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from greenroom.catalog.compare import Difference, compare
from greenroom.model.failures import ERRORS, FAILED
from greenroom.model.review import Review
from greenroom.model.session import Session, SessionId, Turn
from greenroom.services.sessions.records import SessionRecord, SessionRecords
from greenroom.services.sessions.reviews import ReviewService

#: More columns than this nobody reads side by side.
MOST = 6


@dataclass(frozen=True, slots=True)
class ComparedSession:
    """One compared session. ``p90_latency_ms`` is over its turns; ``errors`` counts error events and a failed end."""

    session: Session
    review: Review
    p90_latency_ms: int | None
    interruptions: int
    errors: int
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison. ``differences`` are the settings that changed from the first to the second of two sessions, else None."""

    sides: tuple[ComparedSession, ...]
    differences: tuple[Difference, ...] | None


def side_by_side(records: SessionRecords, reviews: ReviewService, ids: Sequence[SessionId]) -> Comparison:
    """Compare sessions, oldest first. Raises NotFound if one was deleted."""
    chosen = sorted((records.get(session_id) for session_id in ids[:MOST]), key=lambda record: record.session.created_at)
    sides = tuple(_side(record, reviews.of(record.session.id)) for record in chosen)
    two = len(chosen) == 2
    return Comparison(sides, compare(chosen[0].settings, chosen[1].settings) if two else None)


def _side(record: SessionRecord, review: Review) -> ComparedSession:
    latencies = sorted(turn.latency_ms for turn in record.turns if turn.latency_ms is not None)
    return ComparedSession(
        session=record.session,
        review=review,
        p90_latency_ms=latencies[-(-9 * len(latencies) // 10) - 1] if latencies else None,
        interruptions=sum(turn.interrupted for turn in record.turns),
        errors=sum(event.kind in ERRORS for event in record.events) + (record.session.end_reason in FAILED),
        turns=tuple(record.turns),
    )
