"""A caller's microphone: a packet every 20 ms, with what is said, the noise of the room, and the packets that get lost."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

import numpy as np
from aiortc.rtp import RtpPacket

from greenroom.callers.channel_client import CallerLost
from greenroom.callers.opus_packets import FRAME_MS, FRAME_SAMPLES, MicrophoneEncoder
from greenroom.callers.sound_gate import MICROPHONE
from greenroom.callers.voice_path import SpokenLine
from greenroom.speech.sound import SENT_RATE, Pcm

AUDIO_TYPE = 111
_BLOCK = SENT_RATE // 100
_ENDED = "The caller's microphone stopped."


class CallerMicrophone:
    """:meth:`run` until cancelled; :meth:`say` one line at a time. ``send`` gets each RTP packet, ``sent`` its samples."""

    def __init__(
        self, send: Callable[[bytes], None], sent: Callable[[Pcm, float], None], room: Pcm, loss: float, seed: int
    ) -> None:
        """``room``: its noise at 48 kHz, repeated. ``loss``: the share of packets that don't arrive."""
        self._send = send
        self._sent = sent
        self._room = room[: len(room) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
        self._loss = loss
        self._chance = random.Random(seed)
        self.ssrc = self._chance.getrandbits(31) | 1
        self._encoder = MicrophoneEncoder()
        self._line: list[Pcm] = []
        self._times: list[float] = []
        self._said: asyncio.Future[None] | None = None
        self._ended = False

    @property
    def speaking(self) -> bool:
        """Whether a line is being said."""
        return bool(self._line)

    async def run(self) -> None:
        """Send a packet every 20 ms until cancelled. After a pause of the machine the late ones come in a burst."""
        start, number = time.monotonic() + self._chance.random() * FRAME_MS / 1000, 0
        try:
            while True:
                await asyncio.sleep(max(0.0, start + number * FRAME_MS / 1000 - time.monotonic()))
                self._frame(number)
                number += 1
        finally:
            self._ended = True
            if self._said is not None and not self._said.done():
                self._said.set_exception(CallerLost(_ENDED))

    async def say(self, pcm: Pcm) -> SpokenLine:
        """Say one line, 48 kHz with some sound in it; returns when its last sample was sent.

        Raises CallerLost when :meth:`run` ends before that.
        """
        if self._ended:
            raise CallerLost(_ENDED)
        padded = np.concatenate([pcm, np.zeros(-len(pcm) % FRAME_SAMPLES, np.int16)])
        self._times = []
        self._said = asyncio.get_running_loop().create_future()
        self._line = list(reversed(padded.reshape(-1, FRAME_SAMPLES)))
        try:
            await self._said
        finally:
            self._line, self._said = [], None
        first, last = loud_part(padded)
        return SpokenLine(self._at(first), self._at(last + 1))

    def _frame(self, number: int) -> None:
        pcm = self._room[number % len(self._room)]
        now = time.monotonic()
        if self._line:
            self._times.append(now)
            pcm = np.clip(self._line.pop().astype(np.int32) + pcm, -32768, 32767).astype(np.int16)
            if not self._line and self._said is not None and not self._said.done():
                self._said.set_result(None)
        payload = self._encoder.encode(pcm)
        if not self._loss or self._chance.random() >= self._loss:
            packet = RtpPacket(
                AUDIO_TYPE, int(number == 0), number & 0xFFFF, number * FRAME_SAMPLES & 0xFFFFFFFF, self.ssrc, payload
            )
            self._send(packet.serialize())
        self._sent(pcm, now)

    def _at(self, block: int) -> float:
        """When a block of 10 ms of the line began. A frame is sent when its last sample is there."""
        place = min(block * _BLOCK // FRAME_SAMPLES, len(self._times) - 1)
        return self._times[place] - FRAME_MS / 1000 + (block * _BLOCK - place * FRAME_SAMPLES) / SENT_RATE


def loud_part(pcm: Pcm) -> tuple[int, int]:
    """The first and the last block of 10 ms with sound; all of it if there is none."""
    blocks = pcm[: len(pcm) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    loud = np.flatnonzero(np.sqrt(((blocks / 32768.0) ** 2).mean(axis=1)) > MICROPHONE.floor)
    return (int(loud[0]), int(loud[-1])) if len(loud) else (0, len(blocks) - 1)
