"""Which alerts are due: each end of a call, caps that are reached, and an hour with too many failures or too slow answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from greenroom.model.alert import Alert, AlertTarget
from greenroom.model.failures import FAILED
from greenroom.model.session import Session
from greenroom.rehearsal.statistics import percentile

#: Fewer calls in the hour are no rate.
MIN_CALLS = 10


def ended(target: AlertTarget, sessions: Iterable[Session]) -> Iterator[Alert]:
    """One for each call that ended since the target was added, with its facts and none of its words."""
    since = datetime.fromisoformat(target.added_at) if target.added_at else None
    for session in sessions:
        assert session.ended_at is not None
        if since is not None and session.ended_at < since:
            continue
        facts = {
            "session_id": session.id,
            "agent": session.agent_name,
            "version": session.version_number,
            "origin": session.origin,
            "end_reason": session.end_reason,
            "length_s": session.length_s,
            "turns": session.turn_count,
            "median_latency_ms": session.median_latency_ms,
        }
        yield Alert(f"call.ended/{session.id}", "call.ended", session.ended_at, facts)


def of_the_hour(target: AlertTarget, sessions: Sequence[Session], now: datetime) -> Iterator[Alert]:
    """At most one of each kind an hour. ``sessions`` ended within the last hour; the latency needs 20 that were measured."""
    hour = f"{now:%Y-%m-%dT%H}"
    failed = sum(session.end_reason in FAILED for session in sessions)
    if len(sessions) >= MIN_CALLS and failed * 100 > target.errors_percent * len(sessions):
        data = {"calls": len(sessions), "failed": failed, "limit_percent": target.errors_percent}
        yield Alert(f"error_rate.high/{hour}", "error_rate.high", now, data)
    medians = [float(session.median_latency_ms) for session in sessions if session.median_latency_ms is not None]
    p90 = percentile(medians, 0.9)
    if p90 is not None and p90 > target.latency_ms:
        data = {"calls": len(medians), "p90_ms": round(p90), "limit_ms": target.latency_ms}
        yield Alert(f"latency.high/{hour}", "latency.high", now, data)


def caps(spent_today: str, links: Iterable[tuple[str, str, str]], now: datetime) -> Iterator[Alert]:
    """``spent_today`` and the third of each link (id, name, why) say what is used up; "" = nothing."""
    if spent_today:
        yield Alert(f"daily_cap.reached/{now:%Y-%m-%d}", "daily_cap.reached", now, {"why": spent_today})
    for link_id, name, why in links:
        if why:
            yield Alert(f"link.cap_reached/{link_id}", "link.cap_reached", now, {"link_id": link_id, "name": name, "why": why})
