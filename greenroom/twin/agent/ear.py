"""One person's voice, followed: gate → turn taking → recognition that starts before the turn is known to be over."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from greenroom.clock import Clock
from greenroom.twin.agent.hearing.base import GATE_MS, GATE_SAMPLES, Gate, Recogniser
from greenroom.twin.agent.turns import Moment, Timing, TurnTaker
from greenroom.twin.seat import HEARD_RATE, Pcm

#: Kept from before the onset, so that the first consonant is recognised too.
PREROLL_SAMPLES = HEARD_RATE * 320 // 1000
INTERIM_EVERY_S = 0.45
#: A stretch longer than this is written down at its next pause; Moonshine is trained on less than 30 s.
LONG_S, LONGEST_S = 14.0, 24.0
#: Without audio for this long (mute, loss) time itself counts as silence.
STALLED_S = 0.1


@dataclass(frozen=True, slots=True)
class Utterance:
    """A turn of the person. Times are monotonic seconds; ``ended_at`` is the last sound, before the end-of-turn wait."""

    text: str
    started_at: float
    ended_at: float
    decided_at: float
    recognised_at: float


class Hears(Protocol):
    """Whom the ear tells; called on the loop."""

    def speech_started(self, at: float) -> None: ...

    def speech_goes_on(self, voiced_ms: int) -> None: ...

    def interim(self, text: str, started_at: float) -> None: ...

    def said(self, utterance: Utterance) -> None: ...


class Ear:
    """Owns the tasks of recognition in progress; :meth:`close` ends them."""

    def __init__(
        self, gate: Gate, recogniser: Recogniser, threads: Executor, timing: Timing, clock: Clock, owner: Hears
    ) -> None:
        self._gate = gate
        self._recogniser = recogniser
        self._threads = threads
        self._clock = clock
        self._owner = owner
        self._turns = TurnTaker(timing)
        self._waiting = np.zeros(0, np.int16)
        self._stretch: list[Pcm] = []
        self._samples = 0
        self._earlier = ""
        self._started_at = 0.0
        self._heard_at = clock.monotonic()
        self._interim_at = 0.0
        self._guess: asyncio.Task[str] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._interim_busy = False

    @property
    def speaking(self) -> bool:
        """The person is in a turn."""
        return self._turns.speaking

    def hear(self, pcm: Pcm) -> None:
        """20 ms of audio (any length works), int16 at 16 kHz."""
        self._heard_at = self._clock.monotonic()
        self._waiting = np.concatenate([self._waiting, pcm])
        while len(self._waiting) >= GATE_SAMPLES:
            chunk, self._waiting = self._waiting[:GATE_SAMPLES], self._waiting[GATE_SAMPLES:]
            self._keep(chunk)
            self._moments(self._turns.push(self._gate.probability(chunk), GATE_MS))

    def tick(self) -> None:
        """Called often by the owner: when no audio comes any more, the turn ends by the clock."""
        now = self._clock.monotonic()
        while self._turns.speaking and now - self._heard_at > STALLED_S:
            self._heard_at += GATE_MS / 1000
            self._moments(self._turns.push(0.0, GATE_MS))

    async def close(self) -> None:
        tasks = [*self._tasks, *([self._guess] if self._guess else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ── inside

    def _keep(self, chunk: Pcm) -> None:
        self._stretch.append(chunk)
        self._samples += len(chunk)
        if not self._turns.speaking:
            while self._samples - len(self._stretch[0]) >= PREROLL_SAMPLES:
                self._samples -= len(self._stretch.pop(0))

    def _moments(self, moments: tuple[Moment, ...]) -> None:
        for moment in moments:
            _REACTIONS[moment](self)
        if self._turns.speaking and not self._turns.silent_ms:
            self._owner.speech_goes_on(self._turns.voiced_ms)
            self._maybe_interim()

    def _onset(self) -> None:
        now = self._clock.monotonic()
        self._started_at = now - self._turns.voiced_ms / 1000
        self._interim_at = now
        self._earlier = ""
        self._owner.speech_started(self._started_at)

    def _pause(self) -> None:
        self._drop_guess()
        self._guess = asyncio.create_task(self._transcribe(self._speech()), name="recognise")
        if self._samples > LONG_S * HEARD_RATE and self._turns.speaking:
            self._commit()

    def _resume(self) -> None:
        self._drop_guess()

    def _end(self) -> None:
        now = self._clock.monotonic()
        guess, self._guess = self._guess or asyncio.create_task(self._transcribe(self._speech())), None
        silence_s = self._turns.timing.silence_ms / 1000
        task = asyncio.create_task(self._finish(guess, self._earlier, self._started_at, now - silence_s, now), name="said")
        self._hold(task)
        self._stretch, self._samples, self._earlier = [], 0, ""

    def _commit(self) -> None:
        """Write down the stretch so far and go on with an empty one: a monologue must not grow without end."""
        guess, self._guess = self._guess, None
        self._stretch, self._samples = [], 0
        if guess is not None:
            self._hold(asyncio.create_task(self._append(guess), name="commit"))

    async def _append(self, guess: asyncio.Task[str]) -> None:
        self._earlier = f"{self._earlier} {await guess}".strip()

    async def _finish(self, guess: asyncio.Task[str], earlier: str, started: float, ended: float, decided: float) -> None:
        text = f"{earlier} {await guess}".strip()
        self._owner.said(Utterance(text, started, ended, decided, self._clock.monotonic()))

    def _maybe_interim(self) -> None:
        now = self._clock.monotonic()
        if self._samples > LONGEST_S * HEARD_RATE:
            self._guess = asyncio.create_task(self._transcribe(self._speech()), name="recognise")
            self._commit()
        elif not self._interim_busy and now - self._interim_at >= INTERIM_EVERY_S:
            self._interim_at, self._interim_busy = now, True
            self._hold(asyncio.create_task(self._say_interim(self._speech(), self._started_at), name="interim"))

    async def _say_interim(self, speech: Pcm, started_at: float) -> None:
        try:
            text = await self._transcribe(speech)
        finally:
            self._interim_busy = False
        if text and self._turns.speaking and started_at == self._started_at:
            self._owner.interim(f"{self._earlier} {text}".strip(), started_at)

    async def _transcribe(self, speech: Pcm) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._recogniser.transcribe, speech)

    def _speech(self) -> Pcm:
        return np.concatenate(self._stretch) if self._stretch else np.zeros(0, np.int16)

    def _drop_guess(self) -> None:
        if self._guess is not None:
            self._guess.cancel()
            self._hold(self._guess)
            self._guess = None

    def _hold(self, task: asyncio.Task) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task) -> None:
        self._tasks.discard(task)
        with contextlib.suppress(asyncio.CancelledError):
            task.result()


_REACTIONS = {Moment.ONSET: Ear._onset, Moment.PAUSE: Ear._pause, Moment.RESUME: Ear._resume, Moment.END: Ear._end}
