"""One simulated call in text mode: launch, join, exchange messages, hang up. Recorded as any session is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from greenroom.callers import AgentMessage, CallerLost, ChannelClient
from greenroom.clock import Clock
from greenroom.model.call import Ticket
from greenroom.model.session import Turn, TurnSource
from greenroom.rehearsal import text_match
from greenroom.rehearsal.evidence import AgentReply
from greenroom.rehearsal.players import CallerStep
from greenroom.services.calls import Calls
from greenroom.services.rehearsals.simulated_call import (
    ENDED,
    INTERRUPTED,
    LOST,
    SimulatedCall,
    failure_of,
    int_or_zero,
    stages_of,
)


@dataclass(slots=True)
class _ReplyParts:
    """What arrives between two lines of the caller. ``listening``: the agent has finished."""

    texts: dict[int, str] = field(default_factory=dict)
    first_token_ms: int | None = None
    listening: bool = False


class TextCall(SimulatedCall):
    """Lines go in as typed messages; replies are what the agent's transcript says."""

    def __init__(self, calls: Calls, clock: Clock, silence_s: float) -> None:
        super().__init__(calls, clock, silence_s)
        self._client: ChannelClient | None = None
        self._turn_id = 0
        self._replies: list[AgentReply] = []

    @property
    def replies(self) -> Sequence[AgentReply]:
        return self._replies

    async def greeting(self, expected: bool, barge_in_ms: int | None = None) -> str:
        return await self._reply("", "greeting") if expected else self._noted("", _ReplyParts(listening=True))

    async def say(self, step: CallerStep, barge_in_ms: int | None = None) -> str:
        """The whole reply; "" = the agent was silent for too long."""
        assert self.session_id is not None
        await asyncio.to_thread(self._calls.commands.send, self.session_id, step.text)
        return await self._reply(step.text, "voice")

    # ── inside

    async def _join(self, ticket: Ticket) -> None:
        self._client = ChannelClient(ticket)
        await self._client.join()

    async def _leave(self, keep: bool) -> None:
        if self._client is not None:
            await self._client.leave()

    async def _reply(self, line: str, source: TurnSource) -> str:
        """Collect until the agent listens again, has left, failed, or is silent for too long."""
        assert self._client is not None
        started_ms, parts = self._now_ms(), _ReplyParts()
        with contextlib.suppress(TimeoutError):  # the agent was silent for too long
            while not (parts.listening and parts.texts) and not self.agent_left:
                async with asyncio.timeout(self._silence_s):
                    message = await self._client.messages.get()
                if message is None:
                    raise CallerLost(LOST)
                self._take(message, parts)
        await asyncio.to_thread(self._record, line, source, parts, started_ms)
        text = self._noted(line, parts)
        self.silent = not text_match.words(text) and not self.agent_left  # a lone dot is nothing to hear
        return text

    def _take(self, message: AgentMessage, parts: _ReplyParts) -> None:
        fields = message.fields
        if message.kind == "assistant.transcription" and fields.get("turn_status") in (ENDED, INTERRUPTED):
            parts.texts[int_or_zero(fields.get("turn_id"))] = str(fields.get("text", ""))
        elif message.kind == "message.state":
            parts.listening = fields.get("state") == "listening"
        elif message.kind == "turn.finished":
            parts.first_token_ms = parts.first_token_ms if parts.first_token_ms is not None else stages_of(fields).get("llm_ttft")
        elif message.kind == "tool.call":
            self._tool_called(fields)
        elif message.kind == "message.error":
            self.failure = failure_of(fields)
        elif message.kind == "agent.left":
            self.agent_left = True

    def _noted(self, line: str, parts: _ReplyParts) -> str:
        text = " ".join(parts.texts[number] for number in sorted(parts.texts))
        turn_id = min(parts.texts, default=self._turn_id)
        if parts.texts or line:
            self._replies.append(AgentReply(len(self._replies), text, turn_id, line, first_token_ms=parts.first_token_ms))
        elif not self._replies:  # a call without a greeting: replies are counted from the caller's first line all the same
            self._replies.append(AgentReply(0, ""))
        return text

    def _record(self, line: str, source: TurnSource, parts: _ReplyParts, started_ms: int) -> None:
        assert self.session_id is not None
        now = self._now_ms()
        for number in sorted(parts.texts) or ([self._turn_id + 1] if line else []):
            if line:
                self._calls.record_turn(self.session_id, Turn(number, "user", line, started_ms, started_ms, "typed"))
                line = ""
            if number in parts.texts:
                self._calls.record_turn(self.session_id, Turn(number, "agent", parts.texts[number], started_ms, now, source))
            self._turn_id = max(self._turn_id, number)
