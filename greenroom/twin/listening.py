"""``/twin/ears``: speech recognition of a microphone without an agent, for a sound check.

A WebSocket. In: binary messages of speech, 16-bit little-endian mono at 16 kHz. Out, as JSON text: ``{"type": "started"}``,
``{"type": "interim", "text"}``, ``{"type": "said", "text", "speech_ms", "recognized_ms"}`` and ``{"type": "misheard"}``.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import numpy as np
from starlette.websockets import WebSocket, WebSocketDisconnect

from greenroom.clock import Clock
from greenroom.twin.agent import Ear, Engines, HearingError, Timing, Utterance
from greenroom.twin.loopback import foreign
from greenroom.twin.seat import Uid

log = logging.getLogger(__name__)

#: A second of sound; a sound check sends a fifth of one at once.
LARGEST_MESSAGE = 32_000
MOST_AT_ONCE, LONGEST_S = 8, 900.0
MODELS_TIMEOUT_S = 30.0
TICK_S = 0.05
#: RFC 6455: a policy is violated · try again later.
REFUSED, BUSY = 1008, 1013


class SoundCheck:
    """One ear per connection. They share the agents' recognizer; agents have priority."""

    def __init__(self, engines: Engines, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock
        self._open = 0

    async def listen(self, socket: WebSocket) -> None:
        """The endpoint; ends with the connection, after :data:`LONGEST_S`, or at a message that is no sound."""
        if (why := foreign(socket)) is not None:
            log.warning("an ear was refused: %s", why)
            await socket.close(REFUSED)
            return
        await socket.accept()
        if self._open >= MOST_AT_ONCE:
            await socket.close(BUSY, "Too many sound checks at once.")
            return
        self._open += 1
        try:
            async with asyncio.timeout(LONGEST_S):
                await self._follow(socket)
        except TimeoutError:
            await socket.close(BUSY, "The speech models aren't loaded yet, or the sound check took too long.")
        except (WebSocketDisconnect, RuntimeError) as error:  # gone, also in the middle of an answer
            log.info("an ear closed: %s", type(error).__name__)
        finally:
            self._open -= 1

    async def _follow(self, socket: WebSocket) -> None:
        try:
            async with asyncio.timeout(MODELS_TIMEOUT_S):
                transcription = await self._engines.transcription()
        except RuntimeError:
            await socket.close(BUSY, "The speech models couldn't be loaded.")
            return
        notes = _CheckResults()
        ear = Ear("sound check", self._engines.gate(), transcription, Timing(), self._clock, notes)
        telling = asyncio.create_task(_tell(socket, notes), name="sound check answers")
        ticking = asyncio.create_task(_tick(ear), name="sound check clock")
        try:
            while (sound := await _sound(socket)) is not None:
                ear.hear(np.frombuffer(sound, "<i2"))
            await socket.close(REFUSED, "Expected 16-bit audio, at most one second per message.")
        finally:
            for task in (telling, ticking):
                task.cancel()
            await asyncio.gather(telling, ticking, return_exceptions=True)
            await ear.close()


class _CheckResults:
    """Collects what the ear reports."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue(64)

    def _put(self, note: dict[str, Any]) -> None:
        if not self.waiting.full():  # the client doesn't read: drop the newest
            self.waiting.put_nowait(note)

    def speech_started(self, uid: Uid) -> None:
        self._put({"type": "started"})

    def speech_continued(self, uid: Uid, voiced_ms: int) -> None:
        """Not reported."""

    def interim(self, uid: Uid, text: str, started_at: float) -> None:
        self._put({"type": "interim", "text": text})

    def possible_end(self, uid: Uid, text: str) -> None:
        self._put({"type": "interim", "text": text})

    def utterance_ended(self, uid: Uid, utterance: Utterance) -> None:
        recognized_ms = round((utterance.recognized_at - utterance.ended_at) * 1000)
        self._put({"type": "said", "text": utterance.text, "speech_ms": utterance.speech_ms, "recognized_ms": recognized_ms})

    def recognition_failed(self, uid: Uid, error: HearingError) -> None:
        self._put({"type": "misheard"})


async def _sound(socket: WebSocket) -> bytes | None:
    """The next message; None for one that is no sound. Raises WebSocketDisconnect."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    sound = message.get("bytes")
    return sound if sound is not None and len(sound) <= LARGEST_MESSAGE and len(sound) % 2 == 0 else None


async def _tell(socket: WebSocket, notes: _CheckResults) -> None:
    while True:
        await socket.send_json(await notes.waiting.get())


async def _tick(ear: Ear) -> None:
    while True:
        await asyncio.sleep(TICK_S)
        ear.tick()
