"""Rate limits that hold for all processes together."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from greenroom.clock import Clock
from greenroom.errors import StoreUnavailable
from greenroom.store.request_counts import RequestCounts

#: No limit looks back further.
LONGEST_S = 3600
_FORGET_EVERY_S = 600.0


class RequestLimits:
    """Limits of requests, counted in the database for all processes.

    While the database is unavailable every request passes: each process still counts for itself, and no call can be launched.
    """

    def __init__(self, clock: Clock, counts: RequestCounts) -> None:
        self._clock = clock
        self._counts = counts
        self._forgot_at = clock.monotonic()

    def hit(self, counter: str, most: int, window_s: int) -> bool:
        """Count a request; False if it is too many. Counters contain client addresses and are dropped within an hour or so."""
        with contextlib.suppress(StoreUnavailable):
            self._forget()
            return self._counts.hit(counter, most, window_s, self._clock.now())
        return True

    def test(self, counter: str, most: int, window_s: int) -> bool:
        """Whether one more would pass; counts nothing."""
        with contextlib.suppress(StoreUnavailable):
            return self._counts.test(counter, most, window_s, self._clock.now())
        return True

    def _forget(self) -> None:
        if self._clock.monotonic() - self._forgot_at > _FORGET_EVERY_S:
            self._forgot_at = self._clock.monotonic()
            self._counts.forget(self._clock.now() - timedelta(seconds=LONGEST_S))
