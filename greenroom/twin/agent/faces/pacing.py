"""When the next picture is due. One that comes too late is left out, never made up for."""

from __future__ import annotations


class FramePacer:
    """``rate`` a second from ``start_s`` on, of a clock that goes steadily."""

    def __init__(self, rate: int, start_s: float) -> None:
        self._rate = rate
        self._start_s = start_s
        self._next = 0

    def wait_s(self, now_s: float) -> float:
        """How long to wait for the next picture; to be asked once for each."""
        number = max(self._next, int((now_s - self._start_s) * self._rate))
        self._next = number + 1
        return max(0.0, self._start_s + number / self._rate - now_s)
