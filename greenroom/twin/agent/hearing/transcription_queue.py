"""Shares the recognizer of the process: interim results are computed only when no caller waits for an answer."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor, Future

from greenroom.speech.hearing import Recognizer
from greenroom.twin.seat import HEARD_RATE, Pcm

#: Seconds of work for a second of speech, before anything was measured; and how quickly measurements count.
_FIRST_GUESS, _LEARNING = 0.1, 0.3


class TranscriptionQueue:
    """Use it on one event loop. Recognition runs in ``threads``, one stretch at a time."""

    def __init__(self, recognizer: Recognizer, threads: Executor) -> None:
        self._recognizer = recognizer
        self._threads = threads
        self._rate = _FIRST_GUESS
        self._work: set[Future[str]] = set()

    @property
    def idle(self) -> bool:
        """No recognition is running. A cancelled one counts until it has finished."""
        self._work = {work for work in self._work if not work.done()}
        return not self._work

    def has_time(self, samples: int, silence_ms: int) -> bool:
        """Whether a stretch of so many samples could be transcribed twice within a silence of this length, at the measured
        speed: now for the transcript, and again if it turns out to be the end of the turn."""
        return self.idle and 2000 * self._rate * samples / HEARD_RATE <= silence_ms

    async def transcribe(self, speech: Pcm) -> str:
        """The words of ``speech`` (16 kHz). Raises HearingError. Cancelling it while it waits costs no work."""
        alone, started = self.idle, time.perf_counter()
        work = self._threads.submit(self._recognizer.transcribe, speech)
        self._work.add(work)
        text = await asyncio.wrap_future(work)
        if alone and len(speech):
            rate = (time.perf_counter() - started) * HEARD_RATE / len(speech)
            self._rate += _LEARNING * (rate - self._rate)
        return text
