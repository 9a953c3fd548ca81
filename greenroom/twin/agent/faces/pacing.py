"""Video frame timing. Late frames are skipped."""

from __future__ import annotations


class FramePacer:
    """``rate`` frames per second from ``start_s`` on, on a monotonic clock."""

    def __init__(self, rate: int, start_s: float) -> None:
        self._rate = rate
        self._start_s = start_s
        self._next = 0

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next frame. Call it once per frame."""
        number = max(self._next, int((now_s - self._start_s) * self._rate))
        self._next = number + 1
        return max(0.0, self._start_s + number / self._rate - now_s)
