"""The agent's answer, from the language model to audio. It may start before the caller's turn is known to have ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Protocol

from greenroom.clock import Clock
from greenroom.twin.agent.brain.base import Brain, Message
from greenroom.twin.agent.phrases import Phrases
from greenroom.twin.agent.properties import AgentProperties
from greenroom.twin.agent.tools.rounds import CallObserver, ToolRounds
from greenroom.twin.agent.tools.toolbox import Toolbox
from greenroom.twin.seat import Pcm


class AnswerContext(Protocol):
    """The parts of an agent that produce an answer: :class:`greenroom.twin.agent.context.TalkContext` has them."""

    @property
    def brain(self) -> Brain: ...
    @property
    def phrases(self) -> Phrases: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def properties(self) -> AgentProperties: ...
    @property
    def toolbox(self) -> Toolbox: ...


class TurnAnswer:
    """Asks the brain at once and renders one piece ahead of the consumer. :meth:`aclose` ends the work.

    ``first_token_at`` and ``first_piece_at`` are monotonic seconds, 0 until then. Tools run once :meth:`commit` was called.
    """

    def __init__(self, context: AnswerContext, messages: Sequence[Message]) -> None:
        self.messages, self.params = list(messages), params_of(context.properties)
        self.first_token_at = self.first_piece_at = 0.0
        self._context = context
        self._observer: asyncio.Future[CallObserver] = asyncio.get_running_loop().create_future()
        self._rounds = ToolRounds(context.brain, context.toolbox, context.clock, self.messages, self.params, self._observer)
        self._pieces: asyncio.Queue[tuple[str, Pcm] | Exception | None] = asyncio.Queue(maxsize=1)
        self.task = asyncio.create_task(self._make(), name="answer")

    @property
    def tools_s(self) -> float:
        """Seconds of tool calls before the first word."""
        return self._rounds.waited_s

    def commit(self, observer: CallObserver) -> None:
        """The caller's turn is over and this is its answer: what has effects may happen now."""
        if not self._observer.done():
            self._observer.set_result(observer)

    def answers(self, messages: Sequence[Message], params: Mapping[str, object]) -> bool:
        """Whether this is the answer to exactly these messages and parameters."""
        return self.messages == list(messages) and self.params == params

    async def pieces(self) -> AsyncIterator[tuple[str, Pcm]]:
        """Each piece with its sound, in order. Raises BrainError or VoiceError where the work failed."""
        while (piece := await self._pieces.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def aclose(self) -> None:
        """Stop the model and the voice, and wait until both have ended. Idempotent."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def _make(self) -> None:
        try:
            async with aclosing(self._written()) as written:
                async for text in written:
                    await self._pieces.put((text, await self._context.phrases.sound(text)))
        except Exception as error:  # raised where the pieces are taken
            await self._pieces.put(error)
        else:
            await self._pieces.put(None)

    async def _written(self) -> AsyncGenerator[str, None]:
        clock, sentences = self._context.clock, self._context.phrases.sentences()
        async with aclosing(self._rounds.stream()) as tokens:
            async for token in tokens:
                if token and not self.first_token_at:
                    self.first_token_at = clock.monotonic()
                ended = [sentences.rest()] if token is None else sentences.feed(token)
                for piece in filter(None, ended):
                    self.first_piece_at = self.first_piece_at or clock.monotonic()
                    yield piece
        if rest := sentences.rest():
            self.first_piece_at = self.first_piece_at or clock.monotonic()
            yield rest


class SpeculativeReply:
    """At most one answer, started in the silence that may end the caller's turn.

    Waiting for the end of a turn is the longest part of every answer. Model and voice work during it, and the work is
    dropped if the caller continues.
    """

    def __init__(self, context: AnswerContext) -> None:
        self._context = context
        self._begun: TurnAnswer | None = None
        self._dropped: set[asyncio.Task[None]] = set()

    def begin(self, messages: Sequence[Message]) -> None:
        """Start an answer in place of an earlier one; the one that is begun stays if it answers the same messages."""
        if self._begun is None or not self._begun.answers(messages, params_of(self._context.properties)):
            self.discard()
            self._begun = TurnAnswer(self._context, messages)

    def take(self, messages: Sequence[Message]) -> TurnAnswer:
        """The answer already started for exactly these messages, else a new one. Whoever takes it closes it."""
        begun = self._begun
        if begun is not None and begun.answers(messages, params_of(self._context.properties)):
            self._begun = None
            return begun
        self.discard()
        return TurnAnswer(self._context, messages)

    def discard(self) -> None:
        """Drop the answer: the caller continues."""
        if self._begun is None:
            return
        task, self._begun = self._begun.task, None
        task.cancel()
        self._dropped.add(task)
        task.add_done_callback(self._dropped.discard)

    async def close(self) -> None:
        """Drop the answer and wait until every dropped one has ended."""
        self.discard()
        await asyncio.gather(*self._dropped, return_exceptions=True)


def params_of(properties: AgentProperties) -> dict[str, object]:
    """The model's parameters (``llm.params``), a copy."""
    params = properties.llm.get("params")
    return dict(params) if isinstance(params, dict) else {}
