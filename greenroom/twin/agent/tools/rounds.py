"""One answer of a model that may call tools: asks it, runs its calls in parallel, returns the results, and asks again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Protocol

from greenroom.clock import Clock
from greenroom.tools.calls import MOST_CALLS_AT_ONCE, MOST_ROUNDS, ToolOutcome, ToolRequest, error_content, exchange
from greenroom.tools.text_mode import as_text
from greenroom.tools.written_calls import WrittenCalls
from greenroom.twin.agent.brain.base import Brain, BrainError, Message, Token, in_time
from greenroom.twin.agent.tools.masking import KeyFilter
from greenroom.twin.agent.tools.toolbox import Toolbox

#: Answers of servers that do not know OpenAI's field for tools.
_NO_TOOL_FIELD = frozenset({400, 404, 405, 415, 422, 500, 501})


class CallObserver(Protocol):
    """Is told of each call as it begins and ends, and of the messages that stay in the model's memory."""

    def call_began(self, request: ToolRequest, *, mocked: bool, server: str) -> None:
        """A call begins now. ``server``: the name of its MCP server, "" for a function."""

    def call_ended(self, request: ToolRequest, outcome: ToolOutcome) -> None:
        """A call is over, or was cancelled."""

    def exchanged(self, messages: Sequence[Message]) -> None:
        """The calls of one round and their results, as the model is told them (OpenAI's shape)."""


class ToolRounds:
    """``observer`` is set once the answer is wanted: until then the model may think, but no tool runs."""

    def __init__(
        self,
        brain: Brain,
        toolbox: Toolbox,
        clock: Clock,
        messages: Sequence[Message],
        params: Mapping[str, Any],
        observer: asyncio.Future[CallObserver],
    ) -> None:
        self._brain, self._toolbox, self._clock = brain, toolbox, clock
        self._messages, self._params = list(messages), params
        self._observer = observer
        self._said, self._spoke = "", False
        #: Seconds spent in tools before the first word.
        self.waited_s = 0.0

    async def stream(self) -> AsyncGenerator[str | None, None]:
        """The text as it is written; None where it pauses for tools. Raises BrainError."""
        for round_number in range(MOST_ROUNDS + 1):
            requests: list[ToolRequest] = []
            self._said = ""
            async with aclosing(self._round(requests, offered=round_number < MOST_ROUNDS)) as written:
                async for text in written:
                    self._said += text
                    self._spoke = self._spoke or bool(text.strip())
                    yield text
            if not requests:
                return
            yield None
            await self._run(self._numbered(requests))

    async def _round(self, requests: list[ToolRequest], *, offered: bool) -> AsyncGenerator[str, None]:
        """The text of one round; its calls are added to ``requests``."""
        tools = self._toolbox.definitions if offered else ()
        filtered = WrittenCalls(tools) if tools else None
        async with aclosing(self._without_keys(self._asked(bool(tools)))) as tokens:
            async for token in tokens:
                if isinstance(token, ToolRequest):
                    requests.append(token)
                elif filtered is None:
                    yield token
                elif text := filtered.feed(token):
                    yield text
        if filtered is not None:
            rest, written = filtered.finish()
            requests += written if not requests else []
            if rest and not written:
                yield rest

    async def _without_keys(self, tokens: AsyncGenerator[Token, None]) -> AsyncGenerator[Token, None]:
        """The tokens with the agent's keys masked: a model's server may repeat one."""
        keys = self._toolbox.settings.keys
        text = KeyFilter(keys)
        async with aclosing(tokens):
            async for token in tokens:
                if isinstance(token, str):
                    yield text.without(token)
                else:
                    yield replace(token, arguments=keys.json(token.arguments))
        if rest := text.rest():
            yield rest

    async def _asked(self, with_tools: bool) -> AsyncGenerator[Token, None]:
        """Ask the model; once more, with the tools as text, when its server has no field for them."""
        answered = False
        if not self._toolbox.by_text:
            params = self._params
            if with_tools:
                params = {**params, "tools": [tool.offered for tool in self._toolbox.definitions]}
            try:
                async with aclosing(in_time(self._brain.stream(self._messages, params))) as tokens:
                    async for token in tokens:
                        answered = answered or bool(token)
                        yield token
                return
            except BrainError as error:
                if answered or not with_tools or error.code not in _NO_TOOL_FIELD:
                    raise
                self._toolbox.by_text = True
        told = as_text(self._messages, self._toolbox.definitions if with_tools else ())
        async with aclosing(in_time(self._brain.stream(told, self._params))) as tokens:
            async for token in tokens:
                yield token

    def _numbered(self, requests: list[ToolRequest]) -> list[ToolRequest]:
        """The requests, each with an id that is unique in the call: some servers give none, or count anew in each answer."""
        named: list[ToolRequest] = []
        for request in requests[:MOST_CALLS_AT_ONCE]:
            known = request.by == "model" and request.id and request.id not in self._toolbox.used_ids
            own = request if known else replace(request, id=f"call_{self._clock.new_id(12)}")
            self._toolbox.used_ids.add(own.id)
            named.append(own)
        return named

    async def _run(self, requests: list[ToolRequest]) -> None:
        observer = await asyncio.shield(self._observer)
        began = self._clock.monotonic()
        outcomes = await asyncio.gather(*(self._call(request, observer) for request in requests))
        if not self._spoke:
            self.waited_s += self._clock.monotonic() - began
        messages = exchange(requests, outcomes, self._said.strip())
        self._messages += messages
        observer.exchanged(messages)

    async def _call(self, request: ToolRequest, observer: CallObserver) -> ToolOutcome:
        tool = self._toolbox.definition(request.name)
        observer.call_began(
            request, mocked=self._toolbox.is_mocked(tool.name if tool else ""), server=tool.server if tool else ""
        )
        try:
            outcome = await self._toolbox.call(request)
        except asyncio.CancelledError:
            observer.call_ended(request, ToolOutcome("cancelled", error_content("The caller interrupted.")))
            raise
        observer.call_ended(request, outcome)
        return outcome


def shortened(content: str, most: int) -> str:
    """``content``, cut after ``most`` characters with an ellipsis."""
    return content if len(content) <= most else f"{content[:most]}…"


def arguments_text(request: ToolRequest) -> str:
    """The arguments as JSON, or "not a JSON object"."""
    return json.dumps(dict(request.arguments), ensure_ascii=False) if request.arguments is not None else "not a JSON object"
