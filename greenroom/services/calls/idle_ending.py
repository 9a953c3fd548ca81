"""Ends calls without speech or activity as idle, after a countdown."""

from __future__ import annotations

from greenroom.clock import Clock
from greenroom.model.session import ReportedSilence, Session, SessionId
from greenroom.services.calls.calls import Calls

#: Agora's timeout counts only while the channel is empty, ours during silence. If both count, Agora's fires first.
IDLE_GRACE_S = 4.0
#: A call in which only the agent talks ("Are you still there?") ends after this many idle timeouts.
ALONE_TIMES = 3
#: The page shows a countdown this long before the end; at most half of a shorter timeout.
WARN_BEFORE_S = 20.0


class IdleEnding:
    """Tracks each call's silence, activity and warning."""

    def __init__(self, clock: Clock, calls: Calls) -> None:
        self._clock = clock
        self._calls = calls
        self._silence: dict[SessionId, ReportedSilence] = {}
        self._active_at: dict[SessionId, float] = {}
        self._warned: set[SessionId] = set()

    def silence(self, session_id: SessionId, silence_now: ReportedSilence) -> None:
        """Record the silence reported by the stage."""
        self._silence[session_id] = silence_now

    def activity(self, session_id: SessionId) -> None:
        """Record that the caller types, clicks or plays a recording."""
        self._active_at[session_id] = self._clock.monotonic()
        self._withdraw_warning(session_id)

    def end_if_idle(self, session: Session) -> bool:
        """End the call at its timeout; before that, warn once, and withdraw the warning on speech."""
        silence = self._silence.get(session.id, ReportedSilence(0, 0))
        if silence.anybody_s <= IDLE_GRACE_S:
            self._withdraw_warning(session.id)
            return False
        limit = self._calls.idle_s(session)
        if not limit:
            return False
        left_s = self._left_s(session.id, limit, silence)
        if left_s < 0:
            self._calls.end(session.id, "idle", f"No activity for {limit} s.")
        elif left_s <= min(WARN_BEFORE_S, limit / 2):
            self._warn(session.id, left_s)
        else:
            self._withdraw_warning(session.id)
        return left_s < 0

    def keep(self, live: set[SessionId]) -> None:
        """Drop all others."""
        self._silence = {k: v for k, v in self._silence.items() if k in live}
        self._active_at = {k: v for k, v in self._active_at.items() if k in live}
        self._warned &= live

    def _left_s(self, session_id: SessionId, limit: int, silence: ReportedSilence) -> float:
        inactive_s = self._clock.monotonic() - self._active_at.get(session_id, float("-inf"))
        left_s = limit + IDLE_GRACE_S - min(silence.anybody_s, inactive_s)
        return min(left_s, ALONE_TIMES * limit + IDLE_GRACE_S - min(silence.person_s, inactive_s))

    def _warn(self, session_id: SessionId, left_s: float) -> None:
        if session_id not in self._warned:
            self._warned.add(session_id)
            self._calls.tell(session_id, "idle_warning", {"left_s": round(left_s)})

    def _withdraw_warning(self, session_id: SessionId) -> None:
        if session_id in self._warned:
            self._warned.discard(session_id)
            self._calls.tell(session_id, "idle_warning", {"left_s": None})
