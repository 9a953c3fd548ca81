"""Time that passes with the audio that was fed, so that a long talk need not be waited for."""

from __future__ import annotations

import asyncio

from greenroom.clock import Clock
from greenroom.twin.agent.ear import Ear
from greenroom.twin.seat import HEARD_RATE, HEARD_SAMPLES, Pcm

#: What an ear does beside listening, by the names of its tasks.
EAR_TASKS = frozenset({"interim", "judge", "read", "said"})


class AudioClock(Clock):
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 100.0

    def monotonic(self) -> float:
        return self.at


async def feed(ear: Ear, sound: Pcm, clock: AudioClock, *, let_finish: bool = True) -> None:
    """Feed ``sound`` in 20 ms pieces as fast as it can be heard; with ``let_finish`` recognition keeps up, as in real time."""
    for start in range(0, len(sound) - HEARD_SAMPLES + 1, HEARD_SAMPLES):
        clock.at += HEARD_SAMPLES / HEARD_RATE
        ear.hear(sound[start : start + HEARD_SAMPLES])
        await asyncio.sleep(0)
        while let_finish and any(task.get_name() in EAR_TASKS for task in asyncio.all_tasks()):
            await asyncio.sleep(0.002)
