"""Time and randomness, replaceable in tests. All code gets the time of day from here."""

from __future__ import annotations

import logging
import secrets
import string
import time
from datetime import UTC, datetime

log = logging.getLogger(__name__)

_ALNUM = string.ascii_letters + string.digits
#: A wall clock that gains more than this on the monotonic one was set forward, and what deletes by age then waits so long.
SET_FORWARD_S, WAIT_S = 300.0, 3600.0


class Clock:
    """Wall time, monotonic time and randomness. Tests subclass it."""

    def now(self) -> datetime:
        """The present moment, timezone-aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; counts upwards."""
        return time.monotonic()

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch, as in Agora's API."""
        return int(self.now().timestamp() * 1000)

    def new_id(self, length: int = 16) -> str:
        """A new identifier of ``length`` letters and digits (about 5.95 bits each)."""
        return "".join(secrets.choice(_ALNUM) for _ in range(length))

    def secret(self) -> str:
        """A 256-bit URL-safe secret, for capabilities."""
        return secrets.token_urlsafe(32)

    def uid(self, taken: frozenset[int] = frozenset()) -> int:
        """An RTC uid in 100000..2147483646 that is not in ``taken``."""
        while (value := 100_000 + secrets.randbelow(2_147_383_647)) in taken:
            pass
        return value


class ClockWatch:
    """Notices when the wall clock is set forward, in case it was set wrongly: what deletes by age would delete too much."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = self._ahead_of_monotonic()
        self._set_at = float("-inf")

    def settled(self) -> bool:
        """False for an hour after the clock was set forward. Looks at it each time: call this often."""
        before, self._ahead = self._ahead, self._ahead_of_monotonic()
        now = self._clock.monotonic()
        if self._ahead - before > SET_FORWARD_S:
            self._set_at = now
            log.warning("the clock was set forward by %.0f s; nothing is deleted by age for an hour", self._ahead - before)
        return now - self._set_at >= WAIT_S

    def _ahead_of_monotonic(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()
