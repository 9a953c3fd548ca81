"""Plays the agent's audio: a frame every 20 ms, speech or silence."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from greenroom.clock import Clock
from greenroom.twin.seat import SENT_RATE, SENT_SAMPLES, Pcm

FRAME_S = SENT_SAMPLES / SENT_RATE
FRAME_MS = SENT_SAMPLES * 1000 // SENT_RATE
#: A barge-in fades out over this long: a cut in the middle of a wave is heard as a click.
FADE_SAMPLES = SENT_RATE * 8 // 1000
#: Further behind than this (the machine slept) frames are skipped instead of sent in a burst.
LATE_S = 0.2
#: How many frames before it is sent audio is previewed: drawing a face takes longer than playing sound.
AHEAD_FRAMES = 2
_SILENCE = np.zeros(SENT_SAMPLES, np.int16)


@dataclass(slots=True, eq=False)
class Clip:
    """One spoken piece. ``started_ms`` is its start on the speaker's clock; None while it waits."""

    text: str
    sound: Pcm
    started_ms: int | None = None
    played: int = 0
    on_start: Callable[[], None] | None = field(default=None, repr=False)
    #: False for a filler phrase: it is heard, but is no part of the answer.
    remembered: bool = True

    @property
    def length_ms(self) -> int:
        """How long the whole sound is, in milliseconds."""
        return len(self.sound) * 1000 // SENT_RATE

    @property
    def played_ms(self) -> int:
        """How much of it was sent, in milliseconds."""
        return self.played * 1000 // SENT_RATE


class Speaker:
    """Plays clips one after the other. ``send`` gets every frame with its place in milliseconds on the speaker's clock,
    ``preview`` at the same pace the one that comes :data:`AHEAD_FRAMES` later, as far as is known."""

    def __init__(self, send: Callable[[Pcm, int], None], clock: Clock, preview: Callable[[Pcm], None] = lambda pcm: None) -> None:
        self._send = send
        self._preview = preview
        self._clock = clock
        self._clips: deque[Clip] = deque()
        self._tail = np.zeros(0, np.int16)
        self._frames = 0
        self._fewer = asyncio.Event()
        self.late_frames = 0

    @property
    def now_ms(self) -> int:
        """The place on the speaker's clock: milliseconds of sound and silence sent so far."""
        return self._frames * FRAME_MS

    def say(self, clip: Clip) -> None:
        """Queue ``clip``. One without audio ends at once."""
        if len(clip.sound):
            self._clips.append(clip)
        else:
            clip.started_ms = self.now_ms

    async def down_to(self, clips: int) -> None:
        """Wait until at most so many clips are playing or waiting; 0 = silence."""
        while len(self._clips) > clips:
            self._fewer.clear()
            await self._fewer.wait()

    def stop(self) -> None:
        """Drop the playing and queued clips with a short fade. ``played`` of each clip keeps its progress."""
        if self._clips:
            clip = self._clips[0]
            rest = clip.sound[clip.played : clip.played + FADE_SAMPLES].astype(np.float32)
            self._tail = (rest * np.linspace(1, 0, len(rest))).astype(np.int16)
        self._clips.clear()
        self._fewer.set()

    async def run(self) -> None:
        """Send a frame every 20 ms until cancelled. Behind by more than :data:`LATE_S`, frames are skipped and counted."""
        start = self._clock.monotonic()
        sent = 0
        while True:
            wait = start + sent * FRAME_S - self._clock.monotonic()
            if wait < -LATE_S:
                self.late_frames += int(-wait / FRAME_S)
                start -= wait
            # Yield every time: catching up must not starve the ears.
            await asyncio.sleep(max(0.0, wait))
            self._send(self._next_frame(), self.now_ms)
            self._preview(self._coming_frame())
            self._frames += 1
            sent += 1

    def _coming_frame(self) -> Pcm:
        start = (AHEAD_FRAMES - 1) * SENT_SAMPLES
        for clip in self._clips:
            left = -(-(len(clip.sound) - clip.played) // SENT_SAMPLES) * SENT_SAMPLES
            if start < left:
                return _padded(clip.sound[clip.played + start : clip.played + start + SENT_SAMPLES])
            start -= left
        return _SILENCE

    def _next_frame(self) -> Pcm:
        if len(self._tail):
            frame, self._tail = _padded(self._tail), np.zeros(0, np.int16)
            return frame
        if not self._clips:
            return _SILENCE
        clip = self._clips[0]
        if clip.started_ms is None:
            clip.started_ms = self.now_ms
            if clip.on_start is not None:
                clip.on_start()
        frame = clip.sound[clip.played : clip.played + SENT_SAMPLES]
        clip.played = min(len(clip.sound), clip.played + SENT_SAMPLES)
        if clip.played >= len(clip.sound):
            self._clips.popleft()
            self._fewer.set()
        return _padded(frame)


def _padded(frame: Pcm) -> Pcm:
    return frame if len(frame) == SENT_SAMPLES else np.pad(frame, (0, SENT_SAMPLES - len(frame)))
