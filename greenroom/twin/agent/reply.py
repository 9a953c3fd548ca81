"""One turn of the agent: from where its words come to the last sound of them, or to the moment it is interrupted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol

from greenroom.catalog.voices import speaking_speed, stand_in
from greenroom.clock import Clock
from greenroom.twin.agent.brain.base import BrainError, Message
from greenroom.twin.agent.brain.openai_compatible import OpenAICompatible
from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.ledger import Ledger, TurnRecord
from greenroom.twin.agent.properties import AgentProperties
from greenroom.twin.agent.sentences import Sentences
from greenroom.twin.agent.speaker import Clip, Speaker
from greenroom.twin.agent.transcript import ENDED, IN_PROGRESS, INTERRUPTED, Transcript, spoken_text

#: How often the transcript of a turn in progress is brought up to what has been spoken.
PROGRESS_EVERY_S = 0.1
#: Sentences rendered ahead of the one that is heard; the rest of a long answer waits unwritten.
AHEAD = 3


class Body(Protocol):
    """The parts of an agent that a reply uses."""

    @property
    def engines(self) -> Engines: ...
    @property
    def speaker(self) -> Speaker: ...
    @property
    def transcript(self) -> Transcript: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def properties(self) -> AgentProperties: ...


@dataclass(slots=True, eq=False)
class Reply:
    """``asked_at`` is the monotonic moment from which the brain is timed; ``interruptable`` = talking over it stops it."""

    body: Body
    record: TurnRecord
    asked_at: float
    interruptable: bool = True
    clips: list[Clip] = field(default_factory=list)
    finished: bool = False
    _sentence_at: float = 0.0

    @property
    def speaking(self) -> bool:
        return any(c.started_ms is not None for c in self.clips)

    async def say(self, text: str) -> None:
        """Speak a given text."""
        await self._speak(_pieces(text))

    async def answer(self, messages: list[Message]) -> None:
        """Ask the brain and speak what it writes; when it fails, speak the failure message."""
        try:
            await self._speak(self._written(messages))
        except BrainError as error:
            self.body.transcript.error(self.record.number, "llm", error.code or 500, str(error))
            self.record.close("error", self.body.clock.now_ms(), reason="LLM_REQUEST_ERR", details=str(error))
            if self.body.properties.failure:
                await self._speak(_pieces(self.body.properties.failure))

    def interrupt(self, cause: str) -> str:
        """Stop at once. Returns what was really spoken; a finished reply is left as it is."""
        if self.finished:
            return ""
        self.finished = True
        speaker, number = self.body.speaker, self.record.number
        speaker.stop()
        said = spoken_text(self.clips)
        self.body.transcript.interrupted(number, speaker.now_ms)
        self.body.transcript.assistant(number, self.clips, speaker.now_ms, INTERRUPTED)
        self.body.ledger.remember("assistant", said)
        self.record.close("interrupted", self.body.clock.now_ms(), caused_by=cause)
        return said

    # ── inside

    async def _speak(self, pieces: AsyncIterator[str]) -> None:
        progress = asyncio.create_task(self._tell_progress(), name="progress")
        try:
            async with aclosing(pieces) as source:  # type: ignore[type-var]
                async for piece in source:
                    await self._room_ahead()
                    self._say_clip(Clip(piece, await self._render(piece), on_start=self._first_sound))
            await self.body.speaker.silence()
        finally:
            progress.cancel()
            await asyncio.gather(progress, return_exceptions=True)
        self._finish()

    def _say_clip(self, clip: Clip) -> None:
        self.clips.append(clip)
        if len(clip.sound):
            self.body.speaker.say(clip)

    async def _render(self, piece: str) -> Any:
        tts = self.body.properties.tts
        voices = await self.body.engines.voices()
        self._sentence_at = self._sentence_at or self.body.clock.monotonic()
        return await asyncio.get_running_loop().run_in_executor(
            self.body.engines.voice_threads, voices.render, piece, stand_in(tts), speaking_speed(tts)
        )

    async def _written(self, messages: list[Message]) -> AsyncIterator[str]:
        clock, segments = self.body.clock, self.record.segments
        brain, params = await self.body.engines.brain_for(self.body.properties.llm)
        sentences, first_token = Sentences(), 0.0
        try:
            async with aclosing(brain.stream(messages, params)) as tokens:  # type: ignore[type-var]
                async for token in tokens:
                    if not first_token:
                        first_token = clock.monotonic()
                        segments["llm_ttft"] = _ms(first_token - self.asked_at)
                    for piece in sentences.feed(token):
                        segments.setdefault("llm_ftfs", _ms(clock.monotonic() - first_token))
                        yield piece
            if rest := sentences.rest():
                segments.setdefault("llm_ftfs", _ms(clock.monotonic() - (first_token or self.asked_at)))
                yield rest
        finally:
            if isinstance(brain, OpenAICompatible) and brain.label == "your own model":
                await brain.close()
        if not first_token:
            raise BrainError("the model gave an empty answer")

    async def _room_ahead(self) -> None:
        while sum(c.started_ms is None for c in self.clips) > AHEAD:
            await asyncio.sleep(PROGRESS_EVERY_S)

    def _first_sound(self) -> None:
        if "tts_ttfb" not in self.record.segments:
            self.record.segments["tts_ttfb"] = _ms(self.body.clock.monotonic() - self._sentence_at)
            self.body.transcript.state("speaking", self.record.number)

    async def _tell_progress(self) -> None:
        told = 0
        while True:
            await asyncio.sleep(PROGRESS_EVERY_S)
            words = len(spoken_text(self.clips).split())
            if words > told:
                told = words
                self.body.transcript.assistant(self.record.number, self.clips, self.body.speaker.now_ms, IN_PROGRESS)

    def _finish(self) -> None:
        if self.finished:
            return
        self.finished = True
        played = sum(c.length_ms for c in self.clips)
        self.body.transcript.assistant(self.record.number, self.clips, self.body.speaker.now_ms, ENDED)
        self.body.ledger.remember("assistant", " ".join(c.text for c in self.clips))
        self.record.close("ok", self.body.clock.now_ms(), playback_duration_ms=played)


async def _pieces(text: str) -> AsyncIterator[str]:
    sentences = Sentences()
    for piece in sentences.feed(text):
        yield piece
    if rest := sentences.rest():
        yield rest


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))


#: Something that speaks: it is given the reply it belongs to.
Speech = Callable[[Reply], Any]
