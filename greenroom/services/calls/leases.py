"""Tracks callers' last sign of life, the age of calls and the time since their end on a monotonic clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from greenroom.clock import Clock
from greenroom.errors import NotAllowed
from greenroom.model.session import Caller, Session, SessionId

#: A call ends if its caller doesn't renew the lease for this many seconds. A page sends a heartbeat every 2 s;
#: Agora is asked every 5 s whether an external client's agent runs; the run that plays a simulated caller renews by itself.
LEASE_S: Mapping[Caller, float] = {"browser": 12.0, "external": 25.0, "simulated": 25.0}

#: For this long after a call its page may still send the last turns.
GRACE_S = 60.0
#: How many ended calls are remembered; the time since the end of others is read from the wall clock.
ENDED_MAX = 2_000

#: A wall clock that differs by more than this from what was measured has been set in between.
SET_S = 5.0


class CallLeases:
    """The leases of the calls that this process watches. Thread-safe: every step is a single dict operation."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._renewed: dict[SessionId, float] = {}
        self._created: dict[SessionId, float] = {}
        self._started: dict[SessionId, float] = {}
        self._ended: dict[SessionId, float] = {}

    def renew(self, session_id: SessionId) -> None:
        """Renew the call's lease."""
        self._renewed[session_id] = self._clock.monotonic()

    def started(self, session_id: SessionId) -> None:
        """The agent has started just now; renews the lease."""
        self._started[session_id] = self._clock.monotonic()
        self.renew(session_id)

    def ended(self, session_id: SessionId) -> None:
        """The call has ended just now."""
        self._ended[session_id] = self._clock.monotonic()
        for oldest in list(self._ended)[:-ENDED_MAX]:
            self._ended.pop(oldest, None)

    def require_grace(self, session: Session) -> None:
        """Raise NotAllowed when the call ended more than :data:`GRACE_S` ago."""
        if self.ended_s(session) > GRACE_S:
            raise NotAllowed("This call is over.", advice="Launch a new call.")

    def ended_s(self, session: Session) -> float:
        """Seconds since the end; 0 before."""
        return self._since(self._ended, session.id, session.ended_at) if session.ended_at is not None else 0.0

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

    def moment(self, session: Session) -> datetime:
        """The present moment for a call that runs: by the wall clock, or as measured if that was set since the agent started."""
        now = self._clock.now()
        if session.started_at is None:
            return now
        measured = session.started_at + timedelta(seconds=self.running_s(session))
        return now if abs((now - measured).total_seconds()) < SET_S else measured

    def so_far_s(self, session: Session) -> int:
        """Whole seconds since the agent started, as limits count them; 0 before."""
        return max(0, int((self.moment(session) - session.started_at).total_seconds())) if session.started_at else 0

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
