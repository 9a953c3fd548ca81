"""How much of the server one sender takes at once: requests under way by name, and threads that wait for Agora."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

from greenroom.errors import LimitReached

P = ParamSpec("P")
T = TypeVar("T")
#: Fewer than the 40 threads that everything else shares, heartbeats among it.
AGORA_THREADS = 24


class WorkAtOnce:
    """Counts what is under way, by whom. For use on the event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way: Counter[str] = Counter()

    @contextlib.contextmanager
    def of(self, who: str) -> Iterator[None]:
        """One more within the block. Raises LimitReached."""
        if self._under_way[who] >= self._most:
            raise LimitReached("The server is still busy with what this page asked for.", advice="Wait a moment, then try again.")
        self._under_way[who] += 1
        try:
            yield
        finally:
            self._under_way[who] -= 1
            if not self._under_way[who]:
                del self._under_way[who]


class AgoraThreads:
    """Runs what waits for Agora or the twin apart from all other work, which a silent Agora thus never holds up."""

    def __init__(self, most: int = AGORA_THREADS) -> None:
        self._most = most
        self._limiter: CapacityLimiter | None = None

    async def run(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Call from the event loop, of which there is one."""
        self._limiter = self._limiter or CapacityLimiter(self._most)
        return await to_thread.run_sync(partial(work, *arguments, **named), limiter=self._limiter)
