"""Time limits for the headers and the body of a request, for reading its answer and for the server's end; Streamlit sets none."""

from __future__ import annotations

import asyncio
import gc
import socket
import struct
import time
from collections.abc import Callable, Collection
from typing import Any
from weakref import WeakKeyDictionary

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.server import Server

from greenroom.http_security.client_network import client_of, network_of
from greenroom.security_log import record

#: From the connection, or the end of its last answer, to the last of a request's headers.
HEADERS_WITHIN_S = 20.0
LOOK_EVERY_S = 2.0
#: To the next piece of a body, and what a body must bring on average once the first minute is over.
PIECE_WITHIN_S, BYTES_A_SECOND, UNHURRIED_S = 30.0, 10_000, 60.0
#: What a client must read on average in each such time, as long as anything waits for it.
READ_WITHIN_S, READ_BYTES_A_SECOND = 60.0, 1_000
#: After the server is told to stop, open connections get this long to finish, then their handlers.
GRACEFUL_S, HANDLERS_S = 4, 10
#: Where Linux's tcp_info has the number of acknowledged bytes.
_ACKED_AT = 120


class SlowBodies:
    """Pure ASGI. A body that stalls or trickles ends as if its sender had left; sockets pass untouched."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic, piece_within_s: float = PIECE_WITHIN_S) -> None:
        self._app = app
        self._clock = clock
        self._piece_within_s = piece_within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, size, whole = self._clock(), 0, False

        async def receive_in_time() -> Message:
            nonlocal size, whole
            if whole:
                return await receive()  # nothing but the sender's leaving
            try:
                async with asyncio.timeout(self._piece_within_s):
                    message = await receive()
            except TimeoutError:
                return _given_up(scope)
            size += len(message.get("body", b""))
            whole = message["type"] != "http.request" or not message.get("more_body", False)
            if not whole and size < (self._clock() - begun - UNHURRIED_S) * BYTES_A_SECOND:
                return _given_up(scope)
            return message

        await self._app(scope, receive_in_time, send)


def _given_up(scope: Scope) -> Message:
    record("slow_body", path=scope["path"], client=client_of(HTTPConnection(scope)))
    return {"type": "http.disconnect"}


class SlowHeaders:
    """Closes connections without a whole request, by what uvicorn knows of them. For use on the event loop."""

    def __init__(self, connections: Collection[Any], clock: Callable[[], float] = time.monotonic) -> None:
        """``connections``: uvicorn's live collection."""
        self._connections = connections
        self._clock = clock
        #: When a connection was first seen waiting, and after which of its requests.
        self._waiting: WeakKeyDictionary[Any, tuple[Any, float]] = WeakKeyDictionary()

    def look(self) -> int:
        """Close those that have waited for too long; returns how many."""
        now, closed = self._clock(), 0
        for connection in list(self._connections):
            if getattr(connection, "handshake_initiated", False):
                continue  # a WebSocket whose headers could be read
            last = getattr(connection, "cycle", None)
            if last is not None and not last.response_complete:
                self._waiting.pop(connection, None)
                continue
            seen, since = self._waiting.setdefault(connection, (last, now))
            if seen is not last:
                self._waiting[connection] = (last, now)
            elif now - since > HEADERS_WITHIN_S and not connection.transport.is_closing():
                connection.transport.close()  # not in the log: browsers open connections that they don't need
                closed += 1
        return closed


class UnreadAnswers:
    """Aborts connections whose client hardly reads what waits for it. For use on the event loop."""

    def __init__(self, connections: Collection[Any], clock: Callable[[], float] = time.monotonic) -> None:
        """``connections``: uvicorn's live collection."""
        self._connections = connections
        self._clock = clock
        #: Since when something has waited, and how many bytes the client had received by then.
        self._waiting: WeakKeyDictionary[Any, tuple[float, int]] = WeakKeyDictionary()

    def look(self) -> int:
        """Abort those that took too little in their last :data:`READ_WITHIN_S`; returns how many."""
        now, aborted = self._clock(), 0
        for connection in list(self._connections):
            if not connection.transport.get_write_buffer_size() or (received := _received(connection.transport)) is None:
                self._waiting.pop(connection, None)
                continue
            since, before = self._waiting.setdefault(connection, (now, received))
            if now - since < READ_WITHIN_S:
                continue
            if received - before < READ_WITHIN_S * READ_BYTES_A_SECOND:
                connection.transport.abort()  # closing waits until everything is sent
                record("unread_answer", client=network_of((connection.client or ("local",))[0]))
                aborted += 1
            else:
                self._waiting[connection] = (now, received)
        return aborted


def _received(transport: asyncio.Transport) -> int | None:
    """How many bytes the other end has acknowledged; None where the system doesn't say."""
    kind = getattr(socket, "TCP_INFO", None)
    if kind is None:
        return None
    try:
        info = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, kind, _ACKED_AT + 8)
    except (OSError, AttributeError):
        return None
    return struct.unpack_from("=Q", info, _ACKED_AT)[0] if len(info) == _ACKED_AT + 8 else None


async def close_slow_connections() -> None:
    """Look every :data:`LOOK_EVERY_S` seconds until cancelled. Ends at once if this process has no server, as in tests.

    Streamlit makes the server and hands it to nobody, so it is found among the live objects: call before they are frozen.
    Types are compared because isinstance reads the object's class, which raises for a weak proxy whose object is gone.
    """
    watched = [(thing, _looks(thing.server_state.connections)) for thing in gc.get_objects() if type(thing) is Server]
    for server, _ in watched:
        server.config.timeout_graceful_shutdown = GRACEFUL_S + HANDLERS_S
    while watched:
        await asyncio.sleep(LOOK_EVERY_S)
        for server, looks in watched:
            for look in looks:
                look()
            if server.should_exit:
                await asyncio.sleep(GRACEFUL_S)
                for connection in list(server.server_state.connections):
                    connection.transport.abort()


def _looks(connections: Collection[Any]) -> tuple[Callable[[], int], ...]:
    return SlowHeaders(connections).look, UnreadAnswers(connections).look
