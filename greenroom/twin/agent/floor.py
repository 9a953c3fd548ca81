"""Who has the floor: the agent says one thing at a time, and what it is to say next waits in line."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from greenroom.twin.agent.ledger import StartType, TurnRecord
from greenroom.twin.agent.reply import Body, Reply

log = logging.getLogger(__name__)

Work = Callable[[Reply], Awaitable[None]]


@dataclass(slots=True)
class Order:
    """Something the agent is to say. ``number`` is the turn it belongs to; None = one of its own."""

    start: StartType
    work: Work
    interruptable: bool = True
    number: int | None = None
    started_at: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)
    segments: dict[str, int] = field(default_factory=dict)


class Floor:
    """Owns the task of the reply in progress; :meth:`close` ends it."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._reply: Reply | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: deque[Order] = deque()
        self.turn = 0

    @property
    def reply(self) -> Reply | None:
        """What is being thought or said; None while the agent listens."""
        return self._reply

    def next_turn(self) -> int:
        self.turn += 1
        return self.turn

    def append(self, order: Order) -> None:
        """After what is being said and what waits already; at once when nothing is."""
        if self._reply is None:
            self._begin(order)
        else:
            self._waiting.append(order)

    def drop(self, cause: str, *, listen: bool = True) -> None:
        """Stop what is being thought or said and drop what waits; ``listen``: nothing else follows at once."""
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
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ── inside

    def _begin(self, order: Order) -> None:
        number = self.next_turn() if order.number is None else order.number
        record = TurnRecord(
            number, order.start, order.started_at or self._body.clock.now_ms(), order.metadata, segments=order.segments
        )
        self._body.ledger.open(record)
        reply = self._reply = Reply(self._body, record, self._body.clock.monotonic(), order.interruptable)
        if order.start not in ("greeting", "api_speak"):
            self._body.transcript.state("thinking", number)
        task = asyncio.create_task(self._carry_out(reply, order.work), name=f"reply {number}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, reply: Reply, work: Work) -> None:
        try:
            await work(reply)
        except Exception as error:
            # A fault in one turn must not end the talk.
            log.exception("turn %s failed", reply.record.number)
            reply.fail("unknown", "INTERNAL_ERR", RuntimeError(type(error).__name__))
        reply.finished = True
        if self._reply is reply:
            self._reply = None
            if self._waiting:
                self._begin(self._waiting.popleft())
            else:
                self._listen()

    def _listen(self) -> None:
        self._body.transcript.state("listening", self.turn)
