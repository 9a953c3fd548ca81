"""A simulated call from launch to hang-up, whatever its mode: the session, its lease, and the agent's messages in common."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

from greenroom.clock import Clock
from greenroom.errors import GreenroomError
from greenroom.model.call import Ticket
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import SessionId
from greenroom.rehearsal.evidence import AgentReply
from greenroom.rehearsal.players import CallerStep
from greenroom.services.calls import Calls, ToolCallReader

P = ParamSpec("P")
R = TypeVar("R")

SEEN_EVERY_S = 5.0
ENDED, INTERRUPTED = 1, 2
LOST = "The caller lost the channel. Run the test again."


async def completed(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run ``work`` in a thread. A cancellation waits for it: what it starts has to be known before it can be ended."""
    task = asyncio.create_task(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        task.exception()  # what went wrong then is nobody's concern any more
        raise


class SimulatedCall(ABC):
    """``open``, then ``greeting`` and ``say`` in turn, then ``close`` whatever happened. Raises GreenroomError and CallerLost."""

    def __init__(self, calls: Calls, clock: Clock, silence_s: float) -> None:
        self._calls = calls
        self._clock = clock
        self._silence_s = silence_s
        self._heartbeat: asyncio.Task[None] | None = None
        self._began = clock.monotonic()
        self._tool_calls = ToolCallReader()
        self._writing: set[asyncio.Task[None]] = set()
        self.session_id: SessionId | None = None
        #: The agent has left the channel.
        self.agent_left = False
        #: The agent did not answer the last line within the time that the scenario allows.
        self.silent = False
        #: What Agora's ``message.error`` said; "" = nothing failed.
        self.failure = ""

    @property
    @abstractmethod
    def replies(self) -> Sequence[AgentReply]:
        """What the agent said so far, a reply for the greeting and for each line."""

    @abstractmethod
    async def greeting(self, expected: bool, barge_in_ms: int | None = None) -> str:
        """Wait for the greeting and return what the caller heard; without one there is nothing to wait for."""

    @abstractmethod
    async def say(self, step: CallerStep, barge_in_ms: int | None = None) -> str:
        """Say a line and return what the caller heard of the reply; with ``barge_in_ms`` until the caller talks over it."""

    async def open(self, request: LaunchRequest) -> None:
        """In the channel, with the agent started, when it returns."""
        ticket = await completed(self._launch, request)
        await self._join(ticket)
        await completed(self._calls.start_agent, ticket.session_id)
        self._began = self._clock.monotonic()
        self._heartbeat = asyncio.create_task(self._beat(ticket.session_id))

    async def close(self, detail: str, *, keep: bool = True) -> None:
        """End the session and leave, on every path. ``keep``: whether anybody will look at this call."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            await asyncio.gather(self._heartbeat, return_exceptions=True)
        await asyncio.gather(*self._writing, return_exceptions=True)  # what is missing then, the end of the call fetches
        try:
            if self.session_id is not None:
                await asyncio.to_thread(self._calls.end, self.session_id, "ended", detail)
        finally:
            await self._leave(keep)

    async def stuck_caller(self) -> str:
        """Why the caller stopped talking, so that what it left unsaid says nothing about the agent; "" if it didn't."""
        return ""

    def doubt(self) -> str:
        """Why the call says nothing about the agent although it took place; "" if it does."""
        return ""

    # ── inside

    @abstractmethod
    async def _join(self, ticket: Ticket) -> None: ...

    @abstractmethod
    async def _leave(self, keep: bool) -> None: ...

    def _launch(self, request: LaunchRequest) -> Ticket:
        ticket = self._calls.launch(request)
        self.session_id = ticket.session_id
        return ticket

    async def _beat(self, session_id: SessionId) -> None:
        while True:
            await asyncio.sleep(SEEN_EVERY_S)
            with contextlib.suppress(GreenroomError):  # the next beat tries again
                await asyncio.to_thread(self._calls.seen, session_id)

    def _tool_called(self, fields: Mapping[str, Any]) -> None:
        """Store a tool call that is over, while the conversation goes on."""
        call = self._tool_calls.ended(fields.get("payload"), self._now_ms())
        if call is not None and self.session_id is not None:
            task = asyncio.create_task(asyncio.to_thread(self._calls.record_tool_call, self.session_id, call))
            self._writing.add(task)

    def _now_ms(self) -> int:
        return int((self._clock.monotonic() - self._began) * 1000)


def failure_of(fields: Mapping[str, Any]) -> str:
    """Agora's ``message.error`` in a line."""
    return f"{fields.get('module', 'agent')} {fields.get('code', '')}: {fields.get('message', '')}"[:300]


def stages_of(fields: Mapping[str, Any]) -> dict[str, int]:
    """The latencies of a ``turn.finished``, milliseconds by Agora's names."""
    value: object = fields
    for name in ("payload", "metrics", "segmented_latency_ms"):
        value = value.get(name) if isinstance(value, Mapping) else None
    rows = value if isinstance(value, list) else []
    return {str(row.get("name")): int_or_zero(row.get("latency")) for row in rows if isinstance(row, Mapping)}


def int_or_zero(value: object) -> int:
    """The value, or 0 for anything that isn't an int."""
    return value if isinstance(value, int) else 0
