"""Who is in the channel with the agent, since when nobody is, and since when nobody has said a word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from greenroom.clock import Clock
from greenroom.twin.seat import Uid

#: How long a greeting waits for somebody to be subscribed to the agent's sound; then it is spoken anyway.
GREETING_WAIT_S = 3.0
LOOK_EVERY_S = 0.05


class IdleTimer:
    """Only those the agent listens to. Durations are seconds; nothing counts before :meth:`open`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._here: dict[Uid, None] = {}
        self._opened_at = self._stirred_at = self._wanted_at = self._left_at = clock.monotonic()

    @property
    def present(self) -> tuple[Uid, ...]:
        """In the order in which they came."""
        return tuple(self._here)

    @property
    def silent_s(self) -> float:
        """How long nobody, person or agent, has done anything while somebody is here; 0 when nobody is."""
        return self._clock.monotonic() - self._stirred_at if self._here else 0.0

    @property
    def idle_s(self) -> float:
        """How long nobody has needed the agent: it is alone, or people are here and nobody has said a word.

        What the agent says by itself after a silence does not count: it must not keep itself alive.
        """
        return self._clock.monotonic() - (self._wanted_at if self._here else self._left_at)

    @property
    def open_s(self) -> float:
        """How long the agent has been in the channel."""
        return self._clock.monotonic() - self._opened_at

    def open(self) -> None:
        """The agent sits in the channel."""
        self._opened_at = self._stirred_at = self._wanted_at = self._left_at = self._clock.monotonic()

    def joined(self, uid: Uid) -> bool:
        """True for somebody who came into an empty channel."""
        first = not self._here
        self._here[uid] = None
        self.record_activity()
        return first

    async def wait_until_audible(self, audible: Callable[[], bool]) -> None:
        """Wait until somebody can hear the agent, but not for long."""
        deadline = self._clock.monotonic() + GREETING_WAIT_S
        while not audible() and self._clock.monotonic() < deadline:
            await asyncio.sleep(LOOK_EVERY_S)

    def left(self, uid: Uid) -> None:
        if uid in self._here:
            del self._here[uid]
            self._left_at = self._clock.monotonic()

    def record_activity(self, wanted: bool = True) -> None:
        """Something was said or done; ``wanted`` is False for what the agent does unasked."""
        self._stirred_at = self._clock.monotonic()
        if wanted:
            self._wanted_at = self._stirred_at
