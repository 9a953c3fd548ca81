"""The stages that are connected right now: how a service, on any thread, tells a page something."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from greenroom.model.session import SessionId

#: A stage that does not read for this many messages is gone; the watchdog closes its session.
QUEUE_MAX = 256

Message = dict[str, Any]


class Outbox:
    """Messages on their way to one connected stage."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Message] = asyncio.Queue(QUEUE_MAX)

    def put(self, message: Message) -> None:
        """From any thread. Silently late messages are impossible: a full queue means a page that stopped reading."""
        self._loop.call_soon_threadsafe(self._put_now, message)

    def _put_now(self, message: Message) -> None:
        if not self._queue.full():
            self._queue.put_nowait(message)

    async def get(self) -> Message:
        return await self._queue.get()


class Stages:
    """Which sessions have a page connected."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outboxes: dict[SessionId, list[Outbox]] = {}

    def open(self, session_id: SessionId) -> Outbox:
        """Register the connection of this session; call on the event loop."""
        outbox = Outbox()
        with self._lock:
            self._outboxes.setdefault(session_id, []).append(outbox)
        return outbox

    def close(self, session_id: SessionId, outbox: Outbox) -> None:
        with self._lock:
            left = [o for o in self._outboxes.get(session_id, []) if o is not outbox]
            if left:
                self._outboxes[session_id] = left
            else:
                self._outboxes.pop(session_id, None)

    def tell(self, session_id: SessionId, kind: str, fields: Mapping[str, Any]) -> None:
        """Send to every page of this session; nobody connected = nothing happens. From any thread."""
        with self._lock:
            outboxes = list(self._outboxes.get(session_id, ()))
        for outbox in outboxes:
            outbox.put({"type": kind, **fields})
