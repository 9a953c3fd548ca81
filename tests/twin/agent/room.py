"""A channel in memory with people in it: a real seat, without network. What the agent says is recorded with the time at which
it said it, what the people say is fed in real time."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from greenroom.twin.seat import HEARD_RATE, HEARD_SAMPLES, Pcm, Picture, SeatListener, Uid

PERSON, SECOND = 2002, 3003
#: Louder than this (of 32768) is sound.
LOUD = 150


class AgentRoom:
    """Implements ``TakeSeat`` and ``Seat``. ``refusal`` is raised instead of giving the seat."""

    def __init__(self, *people: int, refusal: Exception | None = None) -> None:
        self.people = people
        self.refusal = refusal
        self.listener: SeatListener | None = None
        self.frames: list[Pcm] = []
        self.frame_times: list[float] = []
        self.pts: list[int] = []
        self.messages: list[dict[str, Any]] = []
        self.left_with: str | None = None
        self._parts: dict[str, dict[int, str]] = {}
        self.channel, self.uid, self.audience = "room", 1, 1

    async def __call__(self, *, app_id: str, channel: str, uid: Uid, token: str, listener: SeatListener) -> AgentRoom:
        if self.refusal is not None:
            raise self.refusal
        self.listener, self.channel, self.uid = listener, channel, uid
        for person in self.people:
            listener.joined(person)
        return self

    def send_audio(self, pcm: Pcm, pts_ms: int) -> None:
        assert pcm.shape == (960,)
        assert pcm.dtype == np.int16
        self.frames.append(pcm)
        self.pts.append(pts_ms)
        self.frame_times.append(asyncio.get_running_loop().time())

    viewers = 0

    def publish_video(self) -> None: ...
    async def send_picture(self, draw: Callable[[], Picture], at_s: float) -> None: ...

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

    # ── the people

    async def say(self, speech: Pcm, after_s: float = 0.0, uid: int = PERSON) -> float:
        """Speak 16 kHz audio in real time, with ``after_s`` of near silence behind it. Returns when the speech ended."""
        assert self.listener is not None
        noise = np.random.default_rng(0).normal(0, 3, int(after_s * HEARD_RATE)).astype(np.int16)
        sound = np.concatenate([speech, noise])
        loop = asyncio.get_running_loop()
        start = loop.time()
        for i in range(0, len(sound) // HEARD_SAMPLES):
            self.listener.heard(uid, sound[i * HEARD_SAMPLES : (i + 1) * HEARD_SAMPLES])
            await asyncio.sleep(max(0.0, start + (i + 1) * 0.02 - loop.time()))
        return start + len(speech) / HEARD_RATE

    async def hush(self, seconds: float, uid: int = PERSON) -> None:
        """An open microphone and nobody speaking."""
        await self.say(np.zeros(0, np.int16), seconds, uid)

    # ── what was said

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Messages by their object; what was measured has an event_type instead."""
        return [m for m in self.messages if kind in (m.get("object"), m.get("event_type"))]

    def states(self) -> list[str]:
        return [m["state"] for m in self.of("message.state")]

    def lines(self) -> list[tuple[str, str]]:
        """Final lines: who, text."""
        final = []
        for m in self.messages:
            if m.get("object") == "user.transcription" and m["final"]:
                final.append(("user", m["text"]))
            elif m.get("object") == "assistant.transcription" and m["turn_status"] in (1, 2):
                final.append(("agent", m["text"]))
        return final

    def said(self) -> list[str]:
        """The agent's finished turns."""
        return [text for who, text in self.lines() if who == "agent"]

    def asked(self) -> list[str]:
        """The people's finished turns."""
        return [text for who, text in self.lines() if who == "user"]

    def sound(self, since: int = 0) -> Pcm:
        """Everything the agent said from frame ``since`` on, at 16 kHz."""
        if not self.frames[since:]:
            return np.zeros(0, np.int16)
        return resample_poly(np.concatenate(self.frames[since:]).astype(np.float32), 1, 3).astype(np.int16)

    def sounding(self) -> bool:
        """The last 60 ms are sound."""
        return any(int(np.abs(frame.astype(np.int32)).max()) > LOUD for frame in self.frames[-3:])

    def last_sound_at(self) -> float:
        """Loop time of the last frame with sound in it."""
        loud = (t for t, f in zip(reversed(self.frame_times), reversed(self.frames), strict=True) if np.abs(f).max() > LOUD)
        return next(loud, 0.0)

    async def until(self, condition: Callable[[], object], timeout_s: float = 20.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                await asyncio.sleep(0.01)
