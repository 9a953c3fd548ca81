"""What the pages of one session may ask of the server: messages by rate and in total across reconnects, and work at once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from greenroom.clock import Clock
from greenroom.errors import LimitReached
from greenroom.model.session import SessionId
from greenroom.web.work_at_once import AgoraThreads, WorkAtOnce

#: Concurrent requests to Agora per call, of all its pages.
AT_ONCE_MAX = 16
#: Pages of one call: reloads leave some behind until they are missed.
PAGES_MAX = 8

#: A page sends a heartbeat every few seconds and some turns and events. The burst covers what it buffered while offline.
MESSAGES_A_SECOND, BURST = 50.0, 500.0
#: Total per session: about 70 hours of talk.
MESSAGES_MAX, CHARS_MAX = 500_000, 40_000_000
#: Number of sessions with counts; the one silent for longest is dropped first.
SESSIONS_MAX = 2_000


class TooFast(LimitReached):
    """A page exceeded the message rate; its connection is closed."""

    advice = "Reload the page."


@dataclass(slots=True)
class _Sums:
    messages: int = 0
    chars: int = 0
    tokens: float = BURST
    at: float = 0.0


class SessionQuota:
    """For use on the event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sums: OrderedDict[SessionId, _Sums] = OrderedDict()

    def take(self, session_id: SessionId, chars: int) -> None:
        """Count one message. Raises TooFast, or LimitReached when the session's total is used up."""
        now = self._clock.monotonic()
        sums = self._sums.setdefault(session_id, _Sums(at=now))
        self._sums.move_to_end(session_id)
        if len(self._sums) > SESSIONS_MAX:
            self._sums.popitem(last=False)
        sums.tokens = min(BURST, sums.tokens + (now - sums.at) * MESSAGES_A_SECOND) - 1
        sums.at = now
        if sums.tokens < 0:
            raise TooFast("The page sent too many messages at once.")
        sums.messages, sums.chars = sums.messages + 1, sums.chars + chars
        if sums.messages > MESSAGES_MAX or sums.chars > CHARS_MAX:
            raise LimitReached("This session reached its message limit.", advice="Start a new call.")


class StageLimits:
    """What all pages of all calls share."""

    def __init__(self, clock: Clock, agora: AgoraThreads) -> None:
        self.quota = SessionQuota(clock)
        self.at_once = WorkAtOnce(AT_ONCE_MAX)
        self.pages = WorkAtOnce(PAGES_MAX)
        self.agora = agora
