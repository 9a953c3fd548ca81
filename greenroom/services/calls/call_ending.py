"""Graceful call ending at a limit: warn, let the agent say goodbye, then end the call."""

from __future__ import annotations

import contextlib

from greenroom.clock import Clock
from greenroom.errors import GreenroomError
from greenroom.model.session import Session, SessionId
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.limits import GOODBYE_S

#: Spoken verbatim: a model asked to say goodbye might keep talking.
GOODBYE = "I'm sorry, our time is up and I have to end the call. Thank you, and goodbye."
#: How long before the maximum call length the page is warned.
WARN_BEFORE_S = 60


class CallEnding:
    """Tracks which calls were warned and which agents said goodbye."""

    def __init__(self, clock: Clock, calls: Calls) -> None:
        self._clock = clock
        self._calls = calls
        self._since: dict[SessionId, float] = {}
        self._warned: set[SessionId] = set()

    def warn(self, session: Session, left_s: float) -> None:
        """Warn once per call."""
        if session.id in self._warned:
            return
        self._warned.add(session.id)
        self._calls.tell(
            session.id, "notice", {"text": (f"This call ends in {left_s:.0f} s when it reaches the maximum call length.")}
        )

    def end(self, session: Session, why: str) -> None:
        """Start or continue the ending; the call ends as "capped" some seconds after the first call."""
        now = self._clock.monotonic()
        since = self._since.get(session.id)
        if since is None:
            self._since[session.id] = now
            self._calls.tell(session.id, "notice", {"text": f"The call is ending. {why}"})
            with contextlib.suppress(GreenroomError):  # realtime models can't speak a given text; the notice is the goodbye then
                self._calls.commands.say(session.id, GOODBYE)
        elif now - since >= GOODBYE_S:
            self._calls.end(session.id, "capped", why)

    def keep(self, live: set[SessionId]) -> None:
        """Drop the state of all other calls."""
        self._since = {k: v for k, v in self._since.items() if k in live}
        self._warned &= live
