"""All sockets: what a message may weigh before anybody has read it, and how many one network opens."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from greenroom.http_security.socket_limits import OURS_MAX_BYTES, SocketLimits
from tests.conftest import PATIENCE_S, until

pytestmark = pytest.mark.twin


async def weigh(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        await socket.send_text(str(len(await socket.receive_text())))


async def weigh_bytes(socket: WebSocket) -> None:
    """As Streamlit's own: a text raises."""
    await socket.accept()
    while True:
        await socket.send_bytes(str(len(await socket.receive_bytes())).encode())


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """As Streamlit starts it: one limit of 200 MB for all."""
    app = Starlette(
        routes=[WebSocketRoute("/api/calls/s/stage", weigh), WebSocketRoute("/_stcore/stream", weigh_bytes)],
        middleware=[Middleware(SocketLimits)],
    )
    config = uvicorn.Config(app, "127.0.0.1", 0, log_level="critical", ws="websockets-sansio", ws_max_size=200_000_000)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(PATIENCE_S)


def test_a_message_that_is_too_large_ends_its_socket_before_it_is_whole(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}/api/calls/s/stage", proxy=None) as socket:
        socket.send("x" * OURS_MAX_BYTES)
        assert socket.recv(PATIENCE_S) == str(OURS_MAX_BYTES)
        socket.send(["x" * OURS_MAX_BYTES, "x"])  # in two frames
        with pytest.raises(ConnectionClosedError) as closed:
            socket.recv(PATIENCE_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_streamlits_own_socket_takes_what_its_widgets_hold(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", proxy=None) as socket:
        socket.send(b"x" * (OURS_MAX_BYTES * 4))
        assert socket.recv(PATIENCE_S) == str(OURS_MAX_BYTES * 4).encode()


def test_a_text_does_not_end_streamlits_own_socket(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}/_stcore/stream", proxy=None) as socket:
        socket.send("hello")
        socket.send(b"12345")
        assert socket.recv(PATIENCE_S) == b"5"


@pytest.mark.parametrize(("client", "let_in"), [("203.0.113.5", 3), ("2001:db8:1::5", 3), ("127.0.0.1", 5), ("::1", 5)])
async def test_one_network_opens_only_so_many(client: str, let_in: int) -> None:
    inside = 0

    async def app(scope, receive, send) -> None:
        nonlocal inside
        inside += 1
        if inside < 5:
            await opened(scope)

    async def opened(scope) -> None:
        await limits(scope, receive, send)

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    said = []

    async def send(message) -> None:
        said.append((message["type"], message["code"]))

    limits = SocketLimits(app, most_from_one=3)
    await opened({"type": "websocket", "path": "/_stcore/stream", "client": (client, 1), "headers": []})
    assert inside == let_in
    assert said == ([("websocket.close", 1013)] if let_in == 3 else [])
