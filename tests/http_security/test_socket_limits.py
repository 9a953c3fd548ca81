"""All sockets: what a message may weigh before anybody has read it, and how many one network opens."""

from __future__ import annotations

import contextlib
import socket
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

from greenroom.http_security.socket_limits import OURS_MAX_BYTES, PIECES_MAX, UNREAD_MAX_BYTES, ControlFrames, SocketLimits
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
        middleware=[Middleware(ControlFrames), Middleware(SocketLimits)],
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
        with contextlib.suppress(ConnectionClosedError):  # the server may close between the two frames
            socket.send(["x" * OURS_MAX_BYTES, "x"])
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


def flood(port: int, frames: bytes, most: int, first: bytes = b"") -> int:
    """How many bytes of these frames, again and again, the server takes from a client that reads nothing."""
    opening = (
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    )
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(f"GET /api/calls/s/stage HTTP/1.1\r\nHost: localhost\r\n{opening}\r\n\r\n".encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 101 ")
        connection.sendall(first)
        with contextlib.suppress(ConnectionError):
            while sent < most:
                connection.sendall(frames)
                sent += len(frames)
    return sent


def frame(first: int, payload: bytes = b"") -> bytes:
    """A client's frame, with the mask 0."""
    return bytes([first, 0x80 | len(payload)]) + bytes(4) + payload


def test_a_client_that_pings_and_reads_no_answer_is_cut_off(port: int) -> None:
    """The kernel takes some megabytes before the server has to keep anything."""
    assert flood(port, frame(0x89, b"x" * 125) * 500, 48 * UNREAD_MAX_BYTES) < 48 * UNREAD_MAX_BYTES


def test_a_client_that_pings_and_reads_is_answered(port: int) -> None:
    with connect(f"ws://127.0.0.1:{port}/api/calls/s/stage", proxy=None) as page:
        assert all([page.ping(str(number).encode()).wait(PATIENCE_S) for number in range(200)])
        page.send("still here")
        assert page.recv(PATIENCE_S) == "10"


def test_a_message_in_endless_pieces_is_cut_off(port: int) -> None:
    assert flood(port, frame(0x00) * PIECES_MAX, 100 * 6 * PIECES_MAX, frame(0x01, b"x")) < 100 * 6 * PIECES_MAX


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
