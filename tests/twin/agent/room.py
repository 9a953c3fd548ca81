"""A channel in memory with one person in it: a real seat, without network. What the agent says is recorded, what the person
says is fed in real time."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from greenroom.twin.seat import HEARD_RATE, HEARD_SAMPLES, Listener, Pcm, Uid

PERSON = 2002


class Room:
    """Implements ``Sit`` and ``Seat``."""

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self.frames: list[Pcm] = []
        self.messages: list[dict[str, Any]] = []
        self.left_with: str | None = None
        self._parts: dict[str, dict[int, str]] = {}
        self.channel, self.uid, self.audience = "room", 1, 1

    async def __call__(self, *, app_id: str, channel: str, uid: Uid, token: str, listener: Listener) -> Room:
        self.listener, self.channel, self.uid = listener, channel, uid
        listener.joined(PERSON)
        return self

    def send_audio(self, pcm: Pcm, pts_ms: int) -> None:
        assert pcm.shape == (960,)
        assert pcm.dtype == np.int16
        self.frames.append(pcm)

    def send_data(self, payload: bytes) -> None:
        assert len(payload) <= 1024
        message_id, part, parts, text = payload.decode("ascii").split("|")
        assert 1 <= int(part) <= int(parts)
        got = self._parts.setdefault(message_id, {})
        got[int(part)] = text
        if len(got) == int(parts):
            self.messages.append(json.loads(base64.b64decode("".join(got[i] for i in sorted(got)))))

    async def leave(self, reason: str = "Quit") -> None:
        self.left_with = reason

    # ── the person

    async def say(self, speech: Pcm, after_s: float = 0.0) -> None:
        """Speak 16 kHz audio in real time, with ``after_s`` of near silence behind it."""
        assert self.listener is not None
        noise = np.random.default_rng(0).normal(0, 3, int(after_s * HEARD_RATE)).astype(np.int16)
        sound = np.concatenate([speech, noise])
        loop = asyncio.get_running_loop()
        start = loop.time()
        for i in range(0, len(sound) // HEARD_SAMPLES):
            self.listener.heard(PERSON, sound[i * HEARD_SAMPLES : (i + 1) * HEARD_SAMPLES])
            await asyncio.sleep(max(0.0, start + (i + 1) * 0.02 - loop.time()))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [m for m in self.messages if m["object"] == kind]

    def states(self) -> list[str]:
        return [m["state"] for m in self.of("message.state")]

    def lines(self) -> list[tuple[str, str]]:
        """Final lines: who, text."""
        final = []
        for m in self.messages:
            if m["object"] == "user.transcription" and m["final"]:
                final.append(("user", m["text"]))
            elif m["object"] == "assistant.transcription" and m["turn_status"] in (1, 2):
                final.append(("agent", m["text"]))
        return final

    def sound(self) -> Pcm:
        """Everything the agent said, at 16 kHz."""
        if not self.frames:
            return np.zeros(0, np.int16)
        return resample_poly(np.concatenate(self.frames).astype(np.float32), 1, 3).astype(np.int16)

    async def until(self, condition: Any, timeout_s: float = 15.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                await asyncio.sleep(0.02)
