"""The agent's replies: one at a time, the others wait in a queue."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from greenroom.twin.agent.conversation_log import StartType, TurnRecord
from greenroom.twin.agent.reply import Reply, ReplyContext

log = logging.getLogger(__name__)

ReplyAction = Callable[[Reply], Awaitable[None]]


@dataclass(slots=True)
class ReplyRequest:
    """A reply to make. ``number`` is the turn it belongs to; None = a new one."""

    start: StartType
    work: ReplyAction
    interruptable: bool = True
    number: int | None = None
    started_at: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)
    segments: dict[str, int] = field(default_factory=dict)


class ReplyQueue:
    """Owns the task of the reply in progress; :meth:`close` ends it."""

    def __init__(self, context: ReplyContext) -> None:
        self._context = context
        self._reply: Reply | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: deque[ReplyRequest] = deque()
        self.turn = 0

    @property
    def reply(self) -> Reply | None:
        """The reply in progress; None while the agent listens."""
        return self._reply

    def next_turn(self) -> int:
        """Number another turn, from 1; the first greeting is 0."""
        self.turn += 1
        return self.turn

    def append(self, order: ReplyRequest) -> None:
        """Queue a reply; start it at once when none is in progress."""
        if self._reply is None:
            self._begin(order)
        else:
            self._waiting.append(order)

    def drop(self, cause: str, *, listen: bool = True) -> None:
        """Stop the reply in progress and drop the queue. ``listen``: no other reply follows at once."""
        self._waiting.clear()
        reply, self._reply = self._reply, None
        if reply is None:
            return
        reply.interrupt(cause)
        for task in self._tasks:
            task.cancel()
        if listen:
            self._listen()

    async def close(self) -> None:
        """Cancel the reply in progress and wait until it has ended. The queue is left: :meth:`drop` empties it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ── inside

    def _begin(self, order: ReplyRequest) -> None:
        number = self.next_turn() if order.number is None else order.number
        record = TurnRecord(
            number, order.start, order.started_at or self._context.clock.now_ms(), order.metadata, segments=order.segments
        )
        self._context.conversation.open(record)
        reply = self._reply = Reply(self._context, record, self._context.clock.monotonic(), order.interruptable)
        if order.start not in ("greeting", "api_speak"):
            self._context.transcript.state("thinking", number)
        task = asyncio.create_task(self._carry_out(reply, order.work), name=f"reply {number}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, reply: Reply, work: ReplyAction) -> None:
        try:
            await work(reply)
        except Exception as error:
            # A failed turn must not end the call.
            log.exception("turn %s failed", reply.record.number)
            reply.break_off(RuntimeError(type(error).__name__))
        if self._reply is reply:
            self._reply = None
            if self._waiting:
                self._begin(self._waiting.popleft())
            else:
                self._listen()

    def _listen(self) -> None:
        self._context.transcript.state("listening", self.turn)
