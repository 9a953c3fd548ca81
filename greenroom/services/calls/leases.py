"""Tracks callers' last sign of life and the age of calls on a monotonic clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from greenroom.clock import Clock
from greenroom.model.session import Caller, Session, SessionId

#: A call ends if its caller doesn't renew the lease for this many seconds. A page sends a heartbeat every 2 s;
#: Agora is asked every 5 s whether an external client's agent runs; the run that plays a simulated caller renews by itself.
LEASE_S: Mapping[Caller, float] = {"browser": 12.0, "external": 25.0, "simulated": 25.0}


class CallLeases:
    """The leases of the calls that this process watches. Thread-safe: every step is a single dict operation."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._renewed: dict[SessionId, float] = {}
        self._created: dict[SessionId, float] = {}
        self._started: dict[SessionId, float] = {}

    def renew(self, session_id: SessionId) -> None:
        """Renew the call's lease."""
        self._renewed[session_id] = self._clock.monotonic()

    def silent_s(self, session: Session) -> float:
        """Seconds since the last renewal; 0 for a call seen for the first time."""
        now = self._clock.monotonic()
        return now - self._renewed.setdefault(session.id, now)

    def lost(self, session: Session) -> bool:
        """Whether the caller has been silent for longer than ``LEASE_S`` allows its kind."""
        return self.silent_s(session) > LEASE_S[session.caller]

    def age_s(self, session: Session) -> float:
        """Seconds since the launch."""
        return self._since(self._created, session.id, session.created_at)

    def running_s(self, session: Session) -> float:
        """Seconds since the agent started; 0 before."""
        return self._since(self._started, session.id, session.started_at) if session.started_at else 0.0

    def keep(self, live: Collection[SessionId]) -> None:
        """Drop all others."""
        for times in (self._renewed, self._created, self._started):
            for session_id in set(times) - set(live):
                times.pop(session_id, None)

    def _since(self, times: dict[SessionId, float], session_id: SessionId, moment: datetime) -> float:
        """Reads the wall clock once, when first called, for calls that another process started."""
        now = self._clock.monotonic()
        if session_id not in times:
            times[session_id] = now - max(0.0, (self._clock.now() - moment).total_seconds())
        return now - times[session_id]
