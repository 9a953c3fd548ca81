"""One turn of the agent, until its last sound or its interruption."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol

from greenroom.speech.synthesis import VoiceError
from greenroom.twin.agent.answer import AnswerContext, SpeculativeReply, TurnAnswer, params_of
from greenroom.twin.agent.brain.base import BrainError, Message
from greenroom.twin.agent.conversation_log import ConversationLog, TurnRecord
from greenroom.twin.agent.fillers import Fillers
from greenroom.twin.agent.speaker import Clip, Speaker
from greenroom.twin.agent.tools.turn_calls import TurnCalls
from greenroom.twin.agent.transcript import ENDED, IN_PROGRESS, INTERRUPTED, Transcript, spoken_text
from greenroom.twin.seat import Pcm

#: How often the transcript of a turn in progress is updated.
PROGRESS_EVERY_S = 0.1
#: Pieces that are playing or queued; another two may be rendered. The rest of a long answer is not generated yet.
AHEAD = 2


class ReplyContext(AnswerContext, Protocol):
    """The parts of an agent that a reply uses: :class:`greenroom.twin.agent.context.TalkContext` has them."""

    @property
    def speculative(self) -> SpeculativeReply: ...
    @property
    def speaker(self) -> Speaker: ...
    @property
    def transcript(self) -> Transcript: ...
    @property
    def conversation(self) -> ConversationLog: ...
    @property
    def fillers(self) -> Fillers: ...


@dataclass(slots=True, eq=False)
class Reply:
    """``asked_at``: monotonic seconds from which the brain is timed. ``interruptable``: speech stops it."""

    context: ReplyContext
    record: TurnRecord
    asked_at: float
    interruptable: bool = True
    clips: list[Clip] = field(default_factory=list)
    finished: bool = False
    calls: TurnCalls = field(init=False)
    _sentence_at: float = 0.0

    def __post_init__(self) -> None:
        self.calls = TurnCalls(self.record.number, self.context.transcript, self.context.clock)
        self.record.tool_calls = self.calls.records

    @property
    def speaking(self) -> bool:
        """Whether a piece has begun to play; stays true to the end of the reply."""
        return any(c.started_ms is not None for c in self.clips)

    async def say(self, text: str) -> None:
        """Speak a given text; returns after its last sound."""
        await self._perform(self._speak_all(self.context.phrases.pieces(text)))

    async def answer(self, messages: Sequence[Message]) -> None:
        """Ask the brain and speak what it writes; when it fails, speak the failure message."""
        await self._perform(self._answer(messages))

    def interrupt(self, cause: str) -> None:
        """Stop at once. Only what was actually spoken enters the history. A finished reply is unchanged."""
        if self.finished:
            return
        context, number = self.context, self.record.number
        context.transcript.interrupted(number, context.speaker.now_ms)
        self._stop()
        self.record.close("interrupted", context.clock.now_ms(), caused_by=cause)
        self._tell_stages()

    def break_off(self, error: Exception) -> None:
        """Stop at an unexpected error and report it. What was spoken enters the history. A finished reply is unchanged."""
        if self.finished:
            return
        self._stop()
        self.fail("unknown", "INTERNAL_ERR", error)
        self._tell_stages()

    def fail(self, module: str, reason: str, error: Exception, code: int = 500) -> None:
        """Report the failure in the channel and in the turn's record."""
        self.context.transcript.error(self.record.number, module, code, str(error))
        self.record.close("error", self.context.clock.now_ms(), reason=reason, details=str(error))

    # ── inside

    def _stop(self) -> None:
        """Be silent, and end the transcript with what was spoken."""
        self.finished = True
        context, at = self.context, self.context.speaker.now_ms
        context.speaker.stop()
        if spoken_text(self.clips):
            context.transcript.assistant(self.record.number, self.clips, at, INTERRUPTED)
        answered = spoken_text([clip for clip in self.clips if clip.remembered])
        context.conversation.remember("assistant", answered, self.calls.exchange)

    async def _perform(self, words: Awaitable[None]) -> None:
        """Speak ``words`` and update the transcript until the last sound has played."""
        progress = asyncio.create_task(self._tell_progress(), name="progress")
        try:
            try:
                await words
            except VoiceError as error:
                self.fail("tts", "INTERNAL_ERR", error)
            await self.context.speaker.down_to(0)
        finally:
            progress.cancel()
            await asyncio.gather(progress, return_exceptions=True)
        self._finish()

    async def _answer(self, messages: Sequence[Message]) -> None:
        filler = asyncio.create_task(self._fill(), name="filler")
        try:
            async with aclosing(self.context.speculative.take(messages)) as answer:
                answer.commit(self.calls)
                async for piece, sound in answer.pieces():
                    filler.cancel()
                    self._time(answer)
                    await self._speak(piece, sound)
        except BrainError as error:
            self.fail("llm", "LLM_REQUEST_ERR", error, error.code or 500)
            await self._speak_all(self.context.phrases.pieces(self.context.properties.failure))
        finally:
            filler.cancel()
            await asyncio.gather(filler, return_exceptions=True)

    async def _fill(self) -> None:
        """Say a filler phrase when the answer takes long."""
        fillers = self.context.fillers
        if not fillers.phrases:
            return
        await asyncio.sleep(fillers.wait_s)
        params, said = params_of(self.context.properties), self.context.conversation.history()
        phrase, problem = await fillers.phrase(self.context.brain, params, said)
        if problem:
            self.context.transcript.error(self.record.number, "llm", 502, problem)
        for piece in self.context.phrases.pieces(phrase):
            sound = await self.context.phrases.sound(piece)
            clip = Clip(piece, sound, on_start=self._tell_speaking, remembered=False)
            self.clips.append(clip)
            self.context.speaker.say(clip)

    async def _speak_all(self, texts: Sequence[str]) -> None:
        for piece in texts:
            self._sentence_at = self._sentence_at or self.context.clock.monotonic()
            await self._speak(piece, await self.context.phrases.sound(piece))

    async def _speak(self, piece: str, sound: Pcm) -> None:
        clip = Clip(piece, sound, on_start=self._first_sound)
        self.clips.append(clip)
        self.context.speaker.say(clip)
        await self.context.speaker.down_to(AHEAD)

    def _time(self, answer: TurnAnswer) -> None:
        """Record the latencies. Work done before the turn ended counts as 0."""
        if "llm_ftfs" in self.record.segments:
            return
        token_at, piece_at = (max(self.asked_at, at) for at in (answer.first_token_at, answer.first_piece_at))
        tools_s = min(answer.tools_s, token_at - self.asked_at)
        self.record.segments["llm_ttft"] = _ms(token_at - self.asked_at - tools_s)
        self.record.segments |= {"tools": _ms(tools_s)} if tools_s else {}
        self.record.segments["llm_ftfs"] = _ms(piece_at - token_at)
        self._sentence_at = piece_at

    def _first_sound(self) -> None:
        if "tts_ttfb" not in self.record.segments:
            self.record.segments["tts_ttfb"] = _ms(self.context.clock.monotonic() - self._sentence_at)
            self._tell_speaking()

    def _tell_speaking(self) -> None:
        self.context.transcript.state("speaking", self.record.number)

    async def _tell_progress(self) -> None:
        sent = 0
        while True:
            await asyncio.sleep(PROGRESS_EVERY_S)
            if not self.finished and len(spoken_text(self.clips).split()) > sent:
                sent = self.context.transcript.assistant(
                    self.record.number, self.clips, self.context.speaker.now_ms, IN_PROGRESS, sent
                )

    def _finish(self) -> None:
        if self.finished:
            return
        self.finished = True
        if self.clips:
            self.context.transcript.assistant(self.record.number, self.clips, self.context.speaker.now_ms, ENDED)
        answered = " ".join(clip.text for clip in self.clips if clip.remembered)
        self.context.conversation.remember("assistant", answered, self.calls.exchange)
        self.record.close("ok", self.context.clock.now_ms(), playback_duration_ms=sum(c.length_ms for c in self.clips))
        self._tell_stages()

    def _tell_stages(self) -> None:
        record = self.record
        if record.segments:
            ended_by = str(record.start_metadata.get("ended_by", ""))
            agent_id = self.context.conversation.agent_id
            self.context.transcript.finished(record.number, agent_id, record.start_at, record.segments, ended_by)


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))
