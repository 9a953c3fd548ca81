"""An answer on its way from the language model to sound; it may begin before the person is known to have finished."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Protocol

from greenroom.clock import Clock
from greenroom.twin.agent.brain.base import Brain, Message, in_time
from greenroom.twin.agent.phrases import Phrases
from greenroom.twin.agent.properties import AgentProperties
from greenroom.twin.agent.sentences import Sentences
from greenroom.twin.seat import Pcm


class AnswerContext(Protocol):
    """The parts of an agent that an answer is made with."""

    @property
    def brain(self) -> Brain: ...
    @property
    def phrases(self) -> Phrases: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def properties(self) -> AgentProperties: ...


class TurnAnswer:
    """Asks the brain at once and renders one piece ahead of who takes them; :meth:`aclose` ends the work.

    The two moments are monotonic seconds, 0 before they came.
    """

    def __init__(self, context: AnswerContext, messages: Sequence[Message]) -> None:
        self.messages, self.params = list(messages), _params(context.properties)
        self.first_token_at = self.first_piece_at = 0.0
        self._context = context
        self._pieces: asyncio.Queue[tuple[str, Pcm] | Exception | None] = asyncio.Queue(maxsize=1)
        self.task = asyncio.create_task(self._make(), name="answer")

    def answers(self, messages: Sequence[Message], params: Mapping[str, object]) -> bool:
        """Whether it is the answer to exactly this."""
        return self.messages == list(messages) and self.params == params

    async def pieces(self) -> AsyncIterator[tuple[str, Pcm]]:
        """Each piece with its sound, in order. Raises BrainError or VoiceError where the work failed."""
        while (piece := await self._pieces.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def aclose(self) -> None:
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
        clock, sentences = self._context.clock, Sentences()
        async with aclosing(in_time(self._context.brain.stream(self.messages, self.params))) as tokens:
            async for token in tokens:
                if token and not self.first_token_at:
                    self.first_token_at = clock.monotonic()
                for piece in sentences.feed(token):
                    self.first_piece_at = self.first_piece_at or clock.monotonic()
                    yield piece
        if rest := sentences.rest():
            self.first_piece_at = self.first_piece_at or clock.monotonic()
            yield rest


class SpeculativeReply:
    """At most one answer to what the person seems to have said, begun in the silence that may end the turn.

    The wait for the end of a turn is the longest part of every answer; a model and a voice that work during it are not
    waited for afterwards. When the person goes on, the work is dropped.
    """

    def __init__(self, context: AnswerContext) -> None:
        self._context = context
        self._begun: TurnAnswer | None = None
        self._dropped: set[asyncio.Task[None]] = set()

    def begin(self, messages: Sequence[Message]) -> None:
        if self._begun is None or not self._begun.answers(messages, _params(self._context.properties)):
            self.discard()
            self._begun = TurnAnswer(self._context, messages)

    def take(self, messages: Sequence[Message]) -> TurnAnswer:
        """The answer begun already when it is one to exactly these messages, else a fresh one; the caller closes it."""
        begun = self._begun
        if begun is not None and begun.answers(messages, _params(self._context.properties)):
            self._begun = None
            return begun
        self.discard()
        return TurnAnswer(self._context, messages)

    def discard(self) -> None:
        """The person goes on: it was no end."""
        if self._begun is None:
            return
        task, self._begun = self._begun.task, None
        task.cancel()
        self._dropped.add(task)
        task.add_done_callback(self._dropped.discard)

    async def close(self) -> None:
        self.discard()
        await asyncio.gather(*self._dropped, return_exceptions=True)


def _params(properties: AgentProperties) -> dict[str, object]:
    params = properties.llm.get("params")
    return dict(params) if isinstance(params, dict) else {}
