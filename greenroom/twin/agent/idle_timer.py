"""Tracks the callers in the channel, how long the agent has been alone, and the silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from greenroom.clock import Clock
from greenroom.twin.seat import Uid

#: The longest a greeting waits for a caller to subscribe to the agent's audio, in seconds. Then it is spoken anyway.
GREETING_WAIT_S = 3.0
LOOK_EVERY_S = 0.05


class IdleTimer:
    """Counts the callers the agent listens to. Durations are seconds; nothing counts before :meth:`open`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._present: dict[Uid, None] = {}
        self._opened_at = self._active_at = self._left_at = clock.monotonic()

    @property
    def present(self) -> tuple[Uid, ...]:
        """The callers in the channel, in the order in which they joined."""
        return tuple(self._present)

    @property
    def silent_s(self) -> float:
        """How long neither caller nor agent has been active while a caller is present; 0 when nobody is."""
        return self._clock.monotonic() - self._active_at if self._present else 0.0

    @property
    def idle_s(self) -> float:
        """How long the agent has been alone, as Agora's ``idle_timeout`` counts; 0 while a caller is present."""
        return 0.0 if self._present else self._clock.monotonic() - self._left_at

    @property
    def open_s(self) -> float:
        """How long the agent has been in the channel."""
        return self._clock.monotonic() - self._opened_at

    def open(self) -> None:
        """The agent has joined the channel: every duration counts from now."""
        self._opened_at = self._active_at = self._left_at = self._clock.monotonic()

    def joined(self, uid: Uid) -> bool:
        """Add a caller; True for the first one in an empty channel."""
        first = not self._present
        self._present[uid] = None
        self.record_activity()
        return first

    async def wait_until_audible(self, audible: Callable[[], bool]) -> None:
        """Wait until a caller can hear the agent, at most :data:`GREETING_WAIT_S`."""
        deadline = self._clock.monotonic() + GREETING_WAIT_S
        while not audible() and self._clock.monotonic() < deadline:
            await asyncio.sleep(LOOK_EVERY_S)

    def left(self, uid: Uid) -> None:
        """Remove a caller; an unknown one is ignored. The idle time begins with the last one."""
        if uid in self._present:
            del self._present[uid]
            self._left_at = self._clock.monotonic()

    def record_activity(self) -> None:
        """Restart the silence: a caller or the agent has done something."""
        self._active_at = self._clock.monotonic()
