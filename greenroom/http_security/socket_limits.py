"""Limits of all WebSockets: how many one network opens, how large a message is before anybody has read it, and what the server
keeps for a client that doesn't read."""

from __future__ import annotations

from collections import Counter
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from greenroom.http_security.client_network import client_of
from greenroom.loopback import is_loopback
from greenroom.security_log import record

#: An office behind one address: a page has one socket of Streamlit's, and a second during a call.
MOST_FROM_ONE = 300
#: Of Streamlit's own socket, whose widgets hold what was pasted, and of all others.
PAGE_MAX_BYTES, OURS_MAX_BYTES = 25_000_000, 256 * 1024
#: The most that is queued for a client that sends pings without reading the answers, and the most fragments of a message.
UNREAD_MAX_BYTES, PIECES_MAX = 512 * 1024, 20_000
#: RFC 6455: try again later. Before the handshake is answered it reaches the browser as 403.
_TRY_AGAIN_LATER = 1013


class SocketLimits:
    """Pure ASGI. ``page_path``: where Streamlit's own socket is, which takes larger messages."""

    def __init__(self, app: ASGIApp, page_path: str = "/_stcore/stream", most_from_one: int = MOST_FROM_ONE) -> None:
        self._app = app
        self._page_path = page_path
        self._most = most_from_one
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        client = client_of(HTTPConnection(scope))
        # Behind a proxy that doesn't forward client addresses, everyone comes from one address of this machine.
        if self._open[client] >= self._most and client != "local" and not is_loopback(client.partition("/")[0]):
            record("socket_refused", why="too many from one network", client=client, path=scope["path"])
            await receive()  # the handshake
            await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER, "reason": "Too many connections."})
            return
        is_page = scope["path"].endswith(self._page_path)
        _bound(receive, PAGE_MAX_BYTES if is_page else OURS_MAX_BYTES)
        self._open[client] += 1
        try:
            await self._app(scope, _without_text(receive) if is_page else receive, send)
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]


class ControlFrames:
    """Pure ASGI. Ends a socket whose client doesn't read the answers to its pings, or sends a message without an end.

    Uvicorn answers every ping at once, however much waits to be sent, and counts the bytes of a message, not its pieces.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        protocol = getattr(receive, "__self__", None)
        if scope["type"] == "websocket" and hasattr(protocol, "handle_ping") and hasattr(protocol, "handle_cont"):
            _watch_frames(protocol, client_of(HTTPConnection(scope)), scope["path"])
        await self._app(scope, receive, send)


def _watch_frames(protocol: Any, client: str, path: str) -> None:
    answer, take = protocol.handle_ping, protocol.handle_cont

    def end(why: str) -> None:
        if not protocol.transport.is_closing():
            record("socket_closed", why=why, client=client, path=path)
        protocol.transport.abort()

    def handle_ping() -> None:
        if protocol.transport.get_write_buffer_size() > UNREAD_MAX_BYTES:
            protocol.conn.data_to_send()  # forget the answer
            end("unread answers")
        else:
            answer()

    def handle_cont(event: Any) -> None:
        if len(protocol.frames) >= PIECES_MAX:
            end("too many pieces")
        else:
            take(event)

    protocol.handle_ping, protocol.handle_cont = handle_ping, handle_cont


def _without_text(receive: Receive) -> Receive:
    """Streamlit speaks binary messages, and raises on a text."""

    async def received() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive" or message.get("bytes") is not None:
                return message

    return received


def _bound(receive: Receive, most: int) -> None:
    """Uvicorn has one limit for all sockets, Streamlit's 200 MB, and collects a message before it hands it over."""
    connection = getattr(getattr(receive, "__self__", None), "conn", None)
    if connection is not None and hasattr(connection, "max_message_size"):
        connection.max_message_size = most
