"""The spending cap of a batch on Agora: a run starts if what it may cost at most is left."""

from __future__ import annotations

import asyncio

from greenroom.catalog.prices import cost_of
from greenroom.rehearsal.scenario import Scenario

#: Seconds of the agent around the conversation: until the caller has begun, and until the agent has left.
AROUND_S = 15.0


def longest_s(scenario: Scenario) -> float:
    """The longest that the agent of a run can be in its channel, in seconds."""
    return scenario.budget.seconds + AROUND_S


class MoneyCap:
    """Of one batch and its event loop, in US dollars at Agora's published price; what vendors charge isn't known."""

    def __init__(self, usd: float, spent_s: float = 0.0) -> None:
        """``spent_s``: seconds of agents that the batch has used already, before it was resumed."""
        self._usd = usd
        self._spent = cost_of(spent_s)
        self._reserved = 0.0
        self._changed = asyncio.Event()

    @property
    def spent(self) -> float:
        return self._spent

    async def reserve(self, seconds: float) -> str:
        """Wait while runs that may cost less than they reserved are under way. Returns why the run can't start; "" if it can."""
        most = cost_of(seconds)
        while self._spent + self._reserved + most > self._usd:
            if not self._reserved:
                return (
                    f"Cap reached: ${self._spent:.2f} of ${self._usd:.2f} spent, and this run may cost up to ${most:.2f}. "
                    "Raise the cap, or lower the test's seconds in limits."
                )
            self._changed.clear()
            await self._changed.wait()
        self._reserved += most
        return ""

    def settle(self, reserved_s: float, used_s: float) -> None:
        """A run is over: release its reserved seconds, and count the used ones."""
        self._reserved = max(0.0, self._reserved - cost_of(reserved_s))
        if self._reserved < 1e-9:
            self._reserved = 0.0
        self._spent += cost_of(used_s)
        self._changed.set()
