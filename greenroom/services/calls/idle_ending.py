"""Ends calls without speech or activity as idle, never without a whole countdown in the page before."""

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
        #: When the countdown that a page shows is over, on the monotonic clock.
        self._ends_at: dict[SessionId, float] = {}

    def silence(self, session_id: SessionId, silence_now: ReportedSilence) -> None:
        """Record the silence reported by the stage."""
        self._silence[session_id] = silence_now

    def activity(self, session_id: SessionId) -> None:
        """Record that the caller types, clicks or plays a recording."""
        self._active_at[session_id] = self._clock.monotonic()
        self._withdraw_warning(session_id)

    def page_back(self, session_id: SessionId) -> None:
        """A page is connected anew. It may have missed the warning, which is given again, or show one that was withdrawn."""
        self._ends_at.pop(session_id, None)
        self._calls.tell(session_id, "idle_warning", {"left_s": None})

    def end_if_idle(self, session: Session) -> bool:
        """End the call when its countdown is over; begin that shortly before the timeout, and withdraw it on speech.

        News of the page may come late, even after the timeout: the caller has the whole countdown then, too.
        """
        silence = self._silence.get(session.id, ReportedSilence(0, 0))
        if silence.anybody_s <= IDLE_GRACE_S:
            self._withdraw_warning(session.id)
            return False
        limit = self._calls.idle_s(session)
        if not limit:
            return False
        countdown_s = min(WARN_BEFORE_S, limit / 2)
        if self._left_s(session.id, limit, silence) > countdown_s:
            self._withdraw_warning(session.id)
            return False
        left_s = self._warn(session.id, countdown_s)
        if left_s <= 0:
            self._calls.end(session.id, "idle", f"No activity for {limit} s.")
        return left_s <= 0

    def keep(self, live: set[SessionId]) -> None:
        """Drop all others."""
        self._silence = {k: v for k, v in self._silence.items() if k in live}
        self._active_at = {k: v for k, v in self._active_at.items() if k in live}
        self._ends_at = {k: v for k, v in self._ends_at.items() if k in live}

    def _left_s(self, session_id: SessionId, limit: int, silence: ReportedSilence) -> float:
        inactive_s = self._clock.monotonic() - self._active_at.get(session_id, float("-inf"))
        left_s = limit + IDLE_GRACE_S - min(silence.anybody_s, inactive_s)
        return min(left_s, ALONE_TIMES * limit + IDLE_GRACE_S - min(silence.person_s, inactive_s))

    def _warn(self, session_id: SessionId, countdown_s: float) -> float:
        """Tell the page once; returns how many seconds its countdown still has."""
        now = self._clock.monotonic()
        if session_id not in self._ends_at:
            self._ends_at[session_id] = now + countdown_s
            self._calls.tell(session_id, "idle_warning", {"left_s": round(countdown_s)})
        return self._ends_at[session_id] - now

    def _withdraw_warning(self, session_id: SessionId) -> None:
        if self._ends_at.pop(session_id, None) is not None:
            self._calls.tell(session_id, "idle_warning", {"left_s": None})
