"""Renders text in the agent's voice. Known lines such as the greeting are rendered in advance."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from greenroom.catalog.voices import speaking_speed, stand_in
from greenroom.speech.synthesis import VoiceError
from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.sentences import Sentences
from greenroom.twin.seat import Pcm


class Phrases:
    """One agent's voice, from its ``tts`` block."""

    def __init__(self, engines: Engines, tts: Mapping[str, Any], *, silent: bool = False) -> None:
        """``silent``: pieces have no audio."""
        self._engines = engines
        self._silent = silent
        self._voice, self._speed = stand_in(tts), speaking_speed(tts)
        self._ready: dict[str, Pcm] = {}

    async def prepare(self, *lines: str) -> None:
        """Render these lines now and keep them, so that they play without delay. What fails here fails when it is said."""
        for line in lines:
            for piece in pieces(line):
                with contextlib.suppress(VoiceError):
                    self._ready[piece] = await self.sound(piece)

    async def sound(self, piece: str) -> Pcm:
        """``piece`` as 48 kHz mono. Raises VoiceError."""
        if self._silent:
            return np.zeros(0, np.int16)
        kept = self._ready.get(piece)
        if kept is not None:
            return kept
        voices = await self._engines.voices()
        return await asyncio.get_running_loop().run_in_executor(
            self._engines.voice_threads, voices.render, piece, self._voice, self._speed
        )


def pieces(text: str) -> list[str]:
    """A complete text split into the pieces a stream would give."""
    sentences = Sentences()
    return [*sentences.feed(text), *filter(None, [sentences.rest()])]
