"""Health of the installation; queries the twin and the storage at most once per second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from greenroom.clock import Clock
from greenroom.errors import TwinUnavailable
from greenroom.web.error_responses import error_body

FRESH_S = 1.0
#: What a stranger learns of the twin in a studio with sign-in: whether it works, not how much it is used.
_OPEN = ("status", "ready")


class HealthCheckup:
    """For use on the event loop. ``ask`` returns the twin's health and may block; concurrent callers share one query."""

    def __init__(
        self, ask: Callable[[], dict[str, object]], storage_problem: Callable[[], str], on_cloud: bool, clock: Clock
    ) -> None:
        self._ask, self._storage_problem, self._on_cloud, self._clock = ask, storage_problem, on_cloud, clock
        self._lock: asyncio.Lock | None = None
        self._known: tuple[float, dict[str, object]] | None = None

    async def answer(self) -> dict[str, object]:
        """``status``: "ok", "degraded" (calls run; voice samples are missing, or little can be stored) or "down"; ``why``."""
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            if self._known is None or self._clock.monotonic() - self._known[0] > FRESH_S:
                answer = await self._state()
                self._known = (self._clock.monotonic(), answer)
            return self._known[1]

    async def _state(self) -> dict[str, object]:
        answer: dict[str, object] = {"status": "ok", "place": "cloud" if self._on_cloud else "twin"}
        problem = await run_in_threadpool(self._storage_problem)
        if problem:
            answer |= {"status": "degraded", "why": problem}
        try:
            return answer | {"twin": await run_in_threadpool(self._ask)}
        except TwinUnavailable as error:
            return answer | {
                "status": "degraded" if self._on_cloud else "down",
                "why": f"{problem} {error_body(error)['error']}".strip(),
            }


def for_strangers(answer: dict[str, object]) -> dict[str, object]:
    """The answer without the twin's figures and App ID."""
    twin = answer.get("twin")
    return answer | {"twin": {name: twin[name] for name in _OPEN if name in twin}} if isinstance(twin, dict) else answer
