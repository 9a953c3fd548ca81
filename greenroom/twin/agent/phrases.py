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
from greenroom.twin.agent.known_lines import KnownLine
from greenroom.twin.agent.sentences import Sentences
from greenroom.twin.agent.unspoken import UnspokenText
from greenroom.twin.seat import Pcm

_SILENT: Pcm = np.zeros(0, np.int16)


class Phrases:
    """One agent's voice, from its ``tts`` block."""

    def __init__(self, engines: Engines, tts: Mapping[str, Any], *, silent: bool = False) -> None:
        """``silent``: pieces have no audio."""
        self._engines = engines
        self._silent = silent
        self._voice, self._speed = stand_in(tts), speaking_speed(tts)
        self._unspoken = UnspokenText(tts.get("skip_patterns"))
        #: Lines known beforehand, from the moment that they are asked for.
        self._ready: dict[str, asyncio.Future[Pcm]] = {}

    def sentences(self) -> Sentences:
        """Splits a stream of text into pieces, and no bracket that isn't spoken into two."""
        return Sentences(self._unspoken.open_at_end)

    def pieces(self, text: str) -> list[str]:
        """A complete text split into the pieces a stream would give."""
        sentences = self.sentences()
        return [*sentences.feed(text), *filter(None, [sentences.rest()])]

    async def prepare(self, *lines: str) -> None:
        """Render these lines now, unless they are known, and keep them, so that they play without delay.

        A failure is raised when the line is said.
        """
        for line in lines:
            for piece in self.pieces(line):
                self._ready[piece] = asyncio.ensure_future(self._known(piece))
                with contextlib.suppress(VoiceError):
                    await self._ready[piece]

    async def sound(self, piece: str) -> Pcm:
        """``piece`` as 48 kHz mono, empty if nothing of it is spoken. One that is being rendered in advance isn't rendered again.
        Raises VoiceError."""
        if self._silent:
            return _SILENT
        if (coming := self._ready.get(piece)) is not None:
            return await asyncio.shield(coming)
        return await self._render(piece)

    async def _known(self, piece: str) -> Pcm:
        if self._silent:
            return _SILENT
        line, known = KnownLine(self._voice.id, self._speed, self._unspoken.without(piece)), self._engines.known_lines
        if (kept := known.find(line)) is not None:
            return kept
        sound = await self._render(piece)
        known.keep(line, sound)
        return sound

    async def _render(self, piece: str) -> Pcm:
        spoken = self._unspoken.without(piece)
        if not any(sign.isalnum() for sign in spoken):
            return _SILENT
        voices = await self._engines.voices()
        return await asyncio.get_running_loop().run_in_executor(
            self._engines.voice_threads, voices.render, spoken, self._voice, self._speed
        )
