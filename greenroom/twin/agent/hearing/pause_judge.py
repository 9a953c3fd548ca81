"""Judges pauses by sound and words, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import Executor

from greenroom.speech.hearing import EndOfTurn, HearingError
from greenroom.twin.agent.turns import PauseVerdict
from greenroom.twin.agent.unfinished import asks_to_wait, is_short_answer, sounds_open
from greenroom.twin.seat import Pcm

#: From this completeness on the voice says that the turn is complete. Below, it is often wrong about lively speech: of 43 real
#: utterances it held nine complete ones for unfinished, and of ten cuts in the middle it took four for the end from 0.5 on.
CERTAIN = 0.85


class PauseJudge:
    """Shared by all ears; the model judges one pause at a time in ``threads``."""

    def __init__(self, model: EndOfTurn, threads: Executor) -> None:
        self._model = model
        self._threads = threads

    async def verdict(self, speech: Pcm, words: Awaitable[str], *, waits_on_request: bool = False) -> PauseVerdict:
        """``words``: what is recognised of ``speech``. Raises what the model raises."""
        loop = asyncio.get_running_loop()
        certain = await loop.run_in_executor(self._threads, self._model.completeness, speech) >= CERTAIN
        try:
            text = await words
        except HearingError:
            return PauseVerdict.COMPLETE if certain else PauseVerdict.UNSURE
        if sounds_open(text) or (waits_on_request and asks_to_wait(text)):
            return PauseVerdict.INCOMPLETE
        return PauseVerdict.COMPLETE if certain and (is_short_answer(text) or " " in text.strip()) else PauseVerdict.UNSURE
