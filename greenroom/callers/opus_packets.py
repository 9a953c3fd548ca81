"""Opus as a browser's microphone sends it, and what comes back; 20 ms a packet, 48 kHz mono."""

from __future__ import annotations

import numpy as np
from av import AudioCodecContext, AudioFrame, Packet
from av.error import FFmpegError

from greenroom.speech.sound import SENT_RATE, Pcm

FRAME_MS = 20
FRAME_SAMPLES = SENT_RATE * FRAME_MS // 1000


class MicrophoneEncoder:
    """A browser's settings for speech: 32 kbit/s, tuned for voice."""

    def __init__(self) -> None:
        self._codec = AudioCodecContext.create("libopus", "w")
        self._codec.bit_rate = 32_000
        self._codec.format, self._codec.layout = "s16", "mono"  # pyright: ignore[reportAttributeAccessIssue]
        self._codec.sample_rate = SENT_RATE  # pyright: ignore[reportAttributeAccessIssue]
        self._codec.options = {"application": "voip", "frame_duration": str(FRAME_MS), "compression_level": "5"}
        self._pts = 0

    def encode(self, pcm: Pcm) -> bytes:
        """One packet for 20 ms (960 samples, 48 kHz)."""
        frame = AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = SENT_RATE, self._pts
        self._pts += len(pcm)
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))


class AgentDecoder:
    """The agent's packets as samples at 48 kHz."""

    def __init__(self) -> None:
        self._codec = AudioCodecContext.create("libopus", "r")
        self._codec.format, self._codec.layout = "s16", "mono"  # pyright: ignore[reportAttributeAccessIssue]
        self._codec.sample_rate = SENT_RATE  # pyright: ignore[reportAttributeAccessIssue]

    def decode(self, payload: bytes) -> Pcm:
        """The samples of one packet, 960 for 20 ms; empty for what is no Opus."""
        if not payload:
            return np.zeros(0, np.int16)
        try:
            frames = self._codec.decode(Packet(payload))
        except FFmpegError:
            return np.zeros(0, np.int16)
        return np.concatenate([frame.to_ndarray()[0] for frame in frames]) if frames else np.zeros(0, np.int16)
