"""Time limits for the headers and the body of a request, which Streamlit's server doesn't have."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Collection
from typing import Any
from weakref import WeakKeyDictionary

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.server import ServerState

from greenroom.http_security.client_network import client_of
from greenroom.security_log import record

#: From the connection, or the end of its last answer, to the last of a request's headers.
HEADERS_WITHIN_S = 20.0
LOOK_EVERY_S = 2.0
#: To the next piece of a body, and what a body must bring on average once the first minute is over.
PIECE_WITHIN_S, BYTES_A_SECOND, UNHURRIED_S = 30.0, 10_000, 60.0


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


async def close_slow_headers() -> None:
    """Look every :data:`LOOK_EVERY_S` seconds until cancelled. Ends at once if this process has no server, as in tests.

    Streamlit makes the server and hands it to nobody, so it is found among the live objects: call before they are frozen.
    Types are compared because isinstance reads the object's class, which raises for a weak proxy whose object is gone.
    """
    servers = [SlowHeaders(thing.connections) for thing in gc.get_objects() if type(thing) is ServerState]
    while servers:
        await asyncio.sleep(LOOK_EVERY_S)
        for server in servers:
            server.look()
