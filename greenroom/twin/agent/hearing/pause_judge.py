"""Judges pauses with an end-of-turn model, off the event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor

from greenroom.twin.agent.hearing.base import EndOfTurn
from greenroom.twin.seat import Pcm

#: From this completeness on a turn counts as complete.
COMPLETE = 0.5


class PauseJudge:
    """Shared by all ears; judges one pause at a time in ``threads``."""

    def __init__(self, model: EndOfTurn, threads: Executor) -> None:
        self._model = model
        self._threads = threads

    async def complete(self, speech: Pcm) -> bool:
        """Whether the turn sounds complete."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._model.completeness, speech) >= COMPLETE
