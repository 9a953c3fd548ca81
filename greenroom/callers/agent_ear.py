"""What a caller hears of the agent: when it sounds, and its words by recognition."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np
from av import AudioFrame, AudioResampler

from greenroom.callers.sound_gate import BLOCK_MS, SoundGate
from greenroom.speech.sound import HEARD_RATE, SENT_RATE, Pcm

_BLOCK = SENT_RATE * BLOCK_MS // 1000
#: Kept from before the onset; a stretch is recognized in parts of this length at most, cut where it is quiet if it can be.
_PREROLL = HEARD_RATE * 240 // 1000
_LONG, _LONGEST = 12 * HEARD_RATE, 20 * HEARD_RATE
#: Without packets for this long there is silence.
_STALLED_MS = 60.0


@dataclass(slots=True)
class HeardStretch:
    """Sound between two pauses of a quarter second, in milliseconds. ``ended_ms`` None: it goes on."""

    began_ms: float
    ended_ms: float | None = None
    words: list[asyncio.Future[str]] = field(default_factory=list)


class AgentEar:
    """Finds the stretches of sound in the agent's samples and recognizes their words in ``threads``."""

    def __init__(self, recognize: Callable[[Pcm], str], threads: Executor) -> None:
        self._recognize = recognize
        self._threads = threads
        self._gate = SoundGate()
        self._resampler = AudioResampler(format="s16", layout="mono", rate=HEARD_RATE)
        self._rest = np.zeros(0, np.int16)
        self._kept: list[Pcm] = []
        self._samples = 0
        self._reached_ms = 0.0
        self.stretches: list[HeardStretch] = []

    @property
    def sounding(self) -> bool:
        """Whether the agent can be heard now, as of the last packet or :meth:`tick`."""
        return self._gate.on

    @property
    def last_ms(self) -> float:
        """When the agent was last heard; minus infinity before."""
        return self._gate.last_ms

    def hear(self, pcm: Pcm, at_ms: float) -> Pcm:
        """Take samples at 48 kHz that arrived at ``at_ms``. Returns them at 16 kHz, for the recording."""
        self._rest = np.concatenate([self._rest, pcm])
        count = len(self._rest) // _BLOCK
        for place in range(count):
            block = self._rest[place * _BLOCK : (place + 1) * _BLOCK]
            self._reached_ms = at_ms + place * BLOCK_MS
            self._follow(self._reached_ms, float(np.sqrt(np.mean(np.square(block, dtype=np.float32)))) / 32768.0)
        self._rest = self._rest[count * _BLOCK :]
        narrow = self._narrow(pcm)
        self._keep(narrow)
        return narrow

    def tick(self, now_ms: float) -> None:
        """Count the time without packets as silence. Call it every few milliseconds."""
        while self._gate.on and now_ms - self._reached_ms > _STALLED_MS:
            self._reached_ms += BLOCK_MS
            self._follow(self._reached_ms, 0.0)

    async def words(self, since: int) -> str:
        """The words of all stretches from number ``since`` on, as far as they were recognized. Raises HearingError."""
        found = [await asyncio.shield(part) for stretch in self.stretches[since:] for part in list(stretch.words)]
        return " ".join(filter(None, found))

    def close(self) -> None:
        """Cancel the recognitions that wait; one that runs goes on in its thread, unheard."""
        for stretch in self.stretches:
            for part in stretch.words:
                part.cancel()

    # ── inside

    def _follow(self, at_ms: float, level: float) -> None:
        change = self._gate.feed(at_ms, level)
        if change == "on":
            self.stretches.append(HeardStretch(self._gate.started_ms))
        elif change == "off":
            self.stretches[-1].ended_ms = self._gate.last_ms + BLOCK_MS
            self._recognize_kept()

    def _keep(self, narrow: Pcm) -> None:
        self._kept.append(narrow)
        self._samples += len(narrow)
        if not self._gate.on:
            while self._kept and self._samples - len(self._kept[0]) >= _PREROLL:
                self._samples -= len(self._kept.pop(0))
        elif self._samples > _LONGEST or (self._samples > _LONG and int(np.abs(narrow).max(initial=0)) < 100):
            self._recognize_kept()

    def _recognize_kept(self) -> None:
        """Start to recognize the kept samples in the background, and keep none of them."""
        speech, self._kept, self._samples = np.concatenate(self._kept or [np.zeros(0, np.int16)]), [], 0
        if len(speech) and self.stretches:
            work = asyncio.get_running_loop().run_in_executor(self._threads, self._recognize, speech)
            work.add_done_callback(_mark_retrieved)
            self.stretches[-1].words.append(work)

    def _narrow(self, pcm: Pcm) -> Pcm:
        if not len(pcm):
            return pcm
        frame = AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = SENT_RATE
        parts = [part.to_ndarray()[0] for part in self._resampler.resample(frame)]
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def _mark_retrieved(work: asyncio.Future[str]) -> None:
    """Keep asyncio from logging a failure: :meth:`AgentEar.words` raises it, if anyone asks for the words."""
    if not work.cancelled():
        work.exception()
