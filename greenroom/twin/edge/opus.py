"""Opus in both directions, without threads and without a jitter buffer: 0.1 ms to encode 20 ms, 0.1 ms to decode."""

from __future__ import annotations

import logging
from fractions import Fraction

import numpy as np
from av import AudioFrame, Packet
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError

from greenroom.twin.edge import rtp
from greenroom.twin.edge.decimator import Decimator
from greenroom.twin.seat import HEARD_SAMPLES, SENT_RATE, SENT_SAMPLES, Pcm

log = logging.getLogger(__name__)

#: CELT only: a third of the work of the speech mode and 4 ms less delay, for 48 instead of 32 kbit/s. The path is a loopback
#: or a local network, where bits are free and losses, which the speech mode could repair, are rare.
_BIT_RATE = 48_000
_OPTIONS = {"application": "lowdelay", "compression_level": "5"}
_TIME_BASE = Fraction(1, SENT_RATE)
#: A packet this short holds silence, and nothing of the sound before it.
_SILENT_BYTES = 3

#: How many packets may wait for a missing one (20 ms each).
REORDER_DEPTH = 2
#: The longest hole that is filled with silence, in packets; after a longer one the stream simply goes on.
LONGEST_FILL = 5


class OpusEncoder:
    """48 kHz mono PCM to Opus, 20 ms at a time."""

    def __init__(self) -> None:
        self._codec = AudioCodecContext.create("libopus", "w")
        self._codec.bit_rate = _BIT_RATE
        self._codec.format = "s16"  # pyright: ignore[reportAttributeAccessIssue]
        self._codec.layout = "mono"  # pyright: ignore[reportAttributeAccessIssue]
        self._codec.sample_rate = SENT_RATE
        self._codec.time_base = _TIME_BASE
        self._codec.options = dict(_OPTIONS)
        self._pts = 0
        self._last = b""

    def encode(self, pcm: Pcm) -> bytes:
        """``pcm`` is 960 samples; one packet comes out for each call.

        An agent is silent most of the time: once the sound before has faded, the packet of silence is repeated, not made."""
        if 0 < len(self._last) <= _SILENT_BYTES and not pcm.any():
            return self._last
        frame = _frame(pcm, self._pts)
        self._pts += SENT_SAMPLES
        self._last = b"".join(bytes(packet) for packet in self._codec.encode(frame))
        return self._last


class OpusDecoder:
    """Opus packets to 16 kHz mono, 20 ms at a time."""

    def __init__(self) -> None:
        self._codec = AudioCodecContext.create("libopus", "r")
        self._codec.format = "s16"  # pyright: ignore[reportAttributeAccessIssue]
        self._codec.layout = "mono"  # pyright: ignore[reportAttributeAccessIssue]
        self._codec.sample_rate = SENT_RATE
        self._decimator = Decimator()

    def decode(self, payload: bytes) -> list[Pcm]:
        """Blocks of 320 samples at 16 kHz, one for each 20 ms; nothing for what is no Opus."""
        if not payload:  # would end the decoder
            return []
        try:
            frames = self._codec.decode(Packet(payload))
        except FFmpegError as error:
            log.debug("Opus: %s", error)
            return []
        return [pcm for frame in frames for pcm in self._decimator.push(frame.to_ndarray()[0])]


class ReorderBuffer:
    """Puts packets back in order, waiting for a missing one until :data:`REORDER_DEPTH` newer ones are there."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._waiting: dict[int, rtp.Packet] = {}

    def push(self, packet: rtp.Packet) -> list[rtp.Packet | None]:
        """Add a packet; returns those whose turn has come, with None for each lost one."""
        if self._next is None or abs(rtp.ahead(packet.sequence, self._next)) > 1000:  # the start, or a restarted sender
            self._waiting.clear()
            self._next = packet.sequence
        if rtp.ahead(packet.sequence, self._next) < 0:
            return []  # too late: its place has been filled
        self._waiting[packet.sequence] = packet
        ready: list[rtp.Packet | None] = self._due()
        if len(self._waiting) > REORDER_DEPTH:
            ready += self._skip()
        return ready

    def _due(self) -> list[rtp.Packet | None]:
        ready: list[rtp.Packet | None] = []
        while self._next in self._waiting:
            ready.append(self._waiting.pop(self._next))
            self._next = self._next + 1 & 0xFFFF
        return ready

    def _skip(self) -> list[rtp.Packet | None]:
        """Give the missing ones up."""
        expected = self._next or 0
        missing = min(rtp.ahead(sequence, expected) for sequence in self._waiting)
        self._next = expected + missing & 0xFFFF
        return [None] * (missing if missing <= LONGEST_FILL else 0) + self._due()


SILENCE: Pcm = np.zeros(HEARD_SAMPLES, np.int16)
SILENCE.flags.writeable = False


def _frame(pcm: Pcm, pts: int) -> AudioFrame:
    """``pcm`` is 48 kHz mono."""
    frame = AudioFrame(format="s16", layout="mono", samples=len(pcm))
    frame.planes[0].update(pcm.astype(np.int16, copy=False).tobytes())
    frame.sample_rate = SENT_RATE
    frame.pts = pts
    frame.time_base = _TIME_BASE
    return frame
