"""One simulated call in text mode: launch, join, exchange messages, hang up. Recorded as any session is."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from greenroom.callers import AgentMessage, CallerLost, ChannelClient
from greenroom.clock import Clock
from greenroom.errors import GreenroomError
from greenroom.model.call import Ticket
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import SessionId, Turn, TurnSource
from greenroom.rehearsal.evidence import AgentReply
from greenroom.services.calls import Calls

P = ParamSpec("P")
R = TypeVar("R")

SEEN_EVERY_S = 5.0
_ENDED, _INTERRUPTED = 1, 2


@dataclass(slots=True)
class _ReplyParts:
    """What arrives between two lines of the caller. ``listening``: the agent has finished."""

    texts: dict[int, str] = field(default_factory=dict)
    first_token_ms: int | None = None
    listening: bool = False


async def _completed(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run ``work`` in a thread. A cancellation waits for it: what it starts has to be known before it can be ended."""
    task = asyncio.create_task(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


class TextCall:
    """``open``, then ``reply`` and ``say`` in turn, then ``close`` whatever happened. Raises GreenroomError and CallerLost."""

    def __init__(self, calls: Calls, clock: Clock, silence_s: float) -> None:
        self._calls = calls
        self._clock = clock
        self._silence_s = silence_s
        self._client: ChannelClient | None = None
        self._heartbeat: asyncio.Task[None] | None = None
        self._began = clock.monotonic()
        self._turn_id = 0
        self.session_id: SessionId | None = None
        self.replies: list[AgentReply] = []
        #: The agent has left the channel.
        self.agent_left = False
        #: What Agora's ``message.error`` said; "" = nothing failed.
        self.failure = ""

    async def open(self, request: LaunchRequest) -> None:
        """In the channel, with the agent started, when it returns."""
        ticket = await _completed(self._launch, request)
        await self._join(ticket)
        await _completed(self._calls.start_agent, ticket.session_id)
        self._began = self._clock.monotonic()
        self._heartbeat = asyncio.create_task(self._beat(ticket.session_id))

    async def greeting(self, expected: bool) -> str:
        """Wait for the greeting; without one there is nothing to wait for."""
        return await self._reply("", "greeting") if expected else self._noted("", _ReplyParts(listening=True))

    async def say(self, text: str) -> str:
        """Say a line and return the whole reply; "" = the agent was silent for too long."""
        assert self.session_id is not None
        await asyncio.to_thread(self._calls.commands.send, self.session_id, text)
        return await self._reply(text, "voice")

    async def close(self, detail: str) -> None:
        """End the session and leave, on every path."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            await asyncio.gather(self._heartbeat, return_exceptions=True)
        try:
            if self.session_id is not None:
                await asyncio.to_thread(self._calls.end, self.session_id, "ended", detail)
        finally:
            if self._client is not None:
                await self._client.leave()

    # ── inside

    def _launch(self, request: LaunchRequest) -> Ticket:
        ticket = self._calls.launch(request)
        self.session_id = ticket.session_id
        return ticket

    async def _join(self, ticket: Ticket) -> None:
        self._client = ChannelClient(ticket)
        await self._client.join()

    async def _beat(self, session_id: SessionId) -> None:
        while True:
            await asyncio.sleep(SEEN_EVERY_S)
            with contextlib.suppress(GreenroomError):
                await asyncio.to_thread(self._calls.seen, session_id)

    async def _reply(self, said: str, source: TurnSource) -> str:
        """Collect until the agent listens again, has left, failed, or is silent for too long."""
        assert self._client is not None
        started_ms, found = self._now_ms(), _ReplyParts()
        with contextlib.suppress(TimeoutError):
            while not (found.listening and found.texts) and not self.agent_left:
                async with asyncio.timeout(self._silence_s):
                    message = await self._client.messages.get()
                if message is None:
                    raise CallerLost("The caller lost the channel.")
                self._take(message, found)
        await asyncio.to_thread(self._record, said, source, found, started_ms)
        return self._noted(said, found)

    def _take(self, message: AgentMessage, found: _ReplyParts) -> None:
        fields = message.fields
        if message.kind == "assistant.transcription" and fields.get("turn_status") in (_ENDED, _INTERRUPTED):
            found.texts[_whole(fields.get("turn_id"))] = str(fields.get("text", ""))
        elif message.kind == "message.state":
            found.listening = fields.get("state") == "listening"
        elif message.kind == "turn.finished":
            found.first_token_ms = found.first_token_ms if found.first_token_ms is not None else _first_token(fields)
        elif message.kind == "message.error":
            self.failure = f"{fields.get('module', 'agent')} {fields.get('code', '')}: {fields.get('message', '')}"[:300]
        elif message.kind == "agent.left":
            self.agent_left = True

    def _noted(self, said: str, found: _ReplyParts) -> str:
        text = " ".join(found.texts[number] for number in sorted(found.texts))
        turn_id = min(found.texts, default=self._turn_id)
        if found.texts or said:
            self.replies.append(AgentReply(len(self.replies), text, turn_id, said, first_token_ms=found.first_token_ms))
        elif not self.replies:  # a call without a greeting: replies are counted from the caller's first line all the same
            self.replies.append(AgentReply(0, ""))
        return text

    def _record(self, said: str, source: TurnSource, found: _ReplyParts, started_ms: int) -> None:
        assert self.session_id is not None
        now = self._now_ms()
        for number in sorted(found.texts) or ([self._turn_id + 1] if said else []):
            if said:
                self._calls.record_turn(self.session_id, Turn(number, "user", said, started_ms, started_ms, "typed"))
                said = ""
            if number in found.texts:
                self._calls.record_turn(self.session_id, Turn(number, "agent", found.texts[number], started_ms, now, source))
            self._turn_id = max(self._turn_id, number)

    def _now_ms(self) -> int:
        return int((self._clock.monotonic() - self._began) * 1000)


def _first_token(fields: object) -> int | None:
    """Agora's ``llm_ttft`` of a finished turn."""
    read: Callable[[object, str], object] = lambda of, name: of.get(name) if isinstance(of, dict) else None  # noqa: E731
    segments = read(read(read(fields, "payload"), "metrics"), "segmented_latency_ms")
    for segment in segments if isinstance(segments, list) else ():
        if read(segment, "name") == "llm_ttft":
            return _whole(read(segment, "latency"))
    return None


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
