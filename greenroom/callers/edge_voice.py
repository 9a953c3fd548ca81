"""A caller's voice over the signaling of the twin's edge, without a browser."""

from __future__ import annotations

import asyncio
import time

import numpy as np
from aiortc.rtp import RtpPacket

from greenroom.callers.media_path import CallerCertificate
from greenroom.callers.microphone import CallerMicrophone
from greenroom.callers.opus_packets import AgentDecoder
from greenroom.callers.voice_client import VoiceClient
from greenroom.callers.voice_path import OnHeard, OnSent, SpokenLine, VoicePath
from greenroom.model.call import Ticket
from greenroom.speech.sound import HEARD_RATE, SENT_RATE, Pcm

_NARROW = SENT_RATE // HEARD_RATE
#: A browser hears a packet so much later than it arrives: its jitter buffer and its sound path, measured with Chromium on the
#: twin. What a run measures is what a person in a browser would hear.
PLAYED_AFTER_S = 0.08


class EdgeVoice(VoicePath):
    """``room``: the noise around the caller at 48 kHz. ``loss``: the share of its packets that don't arrive."""

    def __init__(
        self, ticket: Ticket, certificate: CallerCertificate, room: Pcm, *, loss: float, seed: int, heard: OnHeard, sent: OnSent
    ) -> None:
        super().__init__()
        self._heard = heard
        self._sent = sent
        self._decoder = AgentDecoder()
        self._microphone = CallerMicrophone(self._send, self._went_out, room, loss, seed)
        self._client = VoiceClient(ticket, certificate, self._microphone.ssrc, self._arrived)
        self.messages = self._client.messages
        self._speaking: asyncio.Task[None] | None = None

    async def join(self) -> None:
        await self._client.join()
        self._speaking = asyncio.create_task(self._microphone.run())

    async def say(self, pcm: Pcm) -> SpokenLine:
        return await self._microphone.say(pcm)

    async def lost(self) -> bool:
        return await self._client.lost_path()

    async def leave(self) -> None:
        if self._speaking is not None:
            self._speaking.cancel()
            await asyncio.gather(self._speaking, return_exceptions=True)
        await self._client.leave()

    # ── inside

    def _send(self, packet: bytes) -> None:
        self._client.send(packet)

    def _went_out(self, pcm: Pcm, at: float) -> None:
        self._sent(pcm.reshape(-1, _NARROW).mean(axis=1).astype(np.int16), at)

    def _arrived(self, packet: RtpPacket) -> None:
        at = time.monotonic() + PLAYED_AFTER_S
        self._heard(self._decoder.decode(packet.payload), at)
