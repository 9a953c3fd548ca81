"""The connected stages: lets services on any thread send messages to pages."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import Any

from greenroom.model.session import SessionId

#: A stage that leaves this many messages unread is gone; the watchdog ends its session.
QUEUE_MAX = 256

Message = dict[str, Any]


class Outbox:
    """The queue of messages to a connected stage."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Message] = asyncio.Queue(QUEUE_MAX)

    def put(self, message: Message) -> None:
        """Queue a message, from any thread. A full queue means the page stopped reading."""
        self._loop.call_soon_threadsafe(self._put_now, message)

    def _put_now(self, message: Message) -> None:
        if not self._queue.full():
            self._queue.put_nowait(message)

    async def get(self) -> Message:
        """Wait for the next message, on the event loop."""
        return await self._queue.get()


class Stages:
    """Tracks which sessions have a connected page."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outboxes: dict[SessionId, list[Outbox]] = {}

    def open(self, session_id: SessionId) -> Outbox:
        """Register a session's connection. Call on the event loop."""
        outbox = Outbox()
        with self._lock:
            self._outboxes.setdefault(session_id, []).append(outbox)
        return outbox

    def close(self, session_id: SessionId, outbox: Outbox) -> None:
        """Forget this connection of the session; others of the same session stay. Idempotent."""
        with self._lock:
            left = [o for o in self._outboxes.get(session_id, []) if o is not outbox]
            if left:
                self._outboxes[session_id] = left
            else:
                self._outboxes.pop(session_id, None)

    def tell(self, session_id: SessionId, kind: str, fields: Mapping[str, Any]) -> None:
        """Send a message to every connected page of this session, from any thread."""
        with self._lock:
            outboxes = list(self._outboxes.get(session_id, ()))
        for outbox in outboxes:
            outbox.put({"type": kind, **fields})
