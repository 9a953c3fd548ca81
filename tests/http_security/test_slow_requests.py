"""Requests that never become whole: a real server closes their connections, and forgets their bodies."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import threading
import time
import weakref
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from greenroom.http_security import slow_requests
from greenroom.http_security.slow_requests import SlowBodies, close_slow_connections
from tests.conftest import PATIENCE_S, until

pytestmark = pytest.mark.twin

#: More than the system takes off the server's hands.
LARGE = 30_000_000


async def told(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def large(request: Request) -> Response:
    return Response(bytes(LARGE))


@contextlib.asynccontextmanager
async def watched(app: Starlette) -> AsyncIterator[None]:
    task = asyncio.create_task(close_slow_connections())
    yield
    task.cancel()


class Gone:
    """Has a weak proxy that outlives it."""


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(slow_requests, "HEADERS_WITHIN_S", 0.6)
    monkeypatch.setattr(slow_requests, "LOOK_EVERY_S", 0.1)
    gone = Gone()
    dead = weakref.proxy(gone)  # among the live objects, where the server is looked for
    del gone
    monkeypatch.setattr(slow_requests, "READ_WITHIN_S", 0.6)
    monkeypatch.setattr(slow_requests, "GRACEFUL_S", 0.3)
    app = Starlette(
        routes=[Route("/", told, methods=["GET", "POST"]), Route("/large", large)],
        middleware=[Middleware(SlowBodies, piece_within_s=0.6)],
        lifespan=watched,
    )
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="critical", timeout_keep_alive=60))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(PATIENCE_S)
    del dead


def until_it_is_closed(connection: socket.socket, first: bytes) -> float:
    """Seconds, in which each byte comes in time."""
    begun, piece = time.monotonic(), first
    while time.monotonic() - begun < PATIENCE_S:
        try:
            connection.sendall(piece)
        except OSError:
            break
        piece = b"X"
        time.sleep(0.05)
    return time.monotonic() - begun


@pytest.mark.parametrize(
    "opening",
    [b"", b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    ids=["nothing", "half of the headers", "after one whole request"],
)
def test_a_connection_that_trickles_headers_is_closed(port: int, opening: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        connection.sendall(opening)
        assert until_it_is_closed(connection, b"X" if opening else b"G") < PATIENCE_S


def test_a_socket_whose_headers_cannot_be_read_is_closed(port: int) -> None:
    """The server leaves a connection open when one of them is longer than its WebSocket library takes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        lines = ["GET / HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket", "X: " + "x" * 9_000]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        while connection.recv(4096):
            pass


def test_whoever_asks_again_and_again_stays_connected(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S, trust_env=False) as client:
        until_then = time.monotonic() + 1.5
        while time.monotonic() < until_then:
            assert client.get("/").text == "0"
            time.sleep(0.1)


def test_a_body_that_stalls_is_given_up(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc")
        assert b"500" in connection.recv(4096).split(b"\r\n")[0]
        while connection.recv(4096):  # and the connection ends
            pass


@pytest.fixture
def download(port: int) -> Iterator[socket.socket]:
    """Has asked for a large answer, and read nothing of it."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(PATIENCE_S)
        connection.connect(("127.0.0.1", port))
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        yield connection


def test_an_answer_that_is_not_read_is_given_up(download: socket.socket) -> None:
    connections = only_server().server_state.connections
    until(lambda: len(connections) == 1)
    until(lambda: not connections)
    size = 0
    with contextlib.suppress(ConnectionResetError):
        while piece := download.recv(1_000_000):
            size += len(piece)
    assert size < LARGE


def test_an_answer_that_is_read_slowly_comes_whole(download: socket.socket) -> None:
    begun, size = time.monotonic(), 0
    while size < LARGE:
        size += len(download.recv(1_000_000 if time.monotonic() - begun > 2 else 4096))
        time.sleep(0.01 if time.monotonic() - begun < 2 else 0)
    assert size >= LARGE


def test_an_answer_that_is_not_read_does_not_hold_up_the_end(download: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow_requests, "READ_WITHIN_S", 2 * PATIENCE_S)
    server = only_server()
    until(lambda: len(server.server_state.connections) == 1)
    server.should_exit = True
    until(lambda: not server.server_state.connections)


def only_server() -> uvicorn.Server:
    (server,) = [thing for thing in gc.get_objects() if type(thing) is uvicorn.Server and not thing.should_exit]
    return server


async def test_a_body_that_trickles_is_given_up_however_steadily_it_comes() -> None:
    now, pieces = [0.0], 0

    async def receive() -> dict:
        nonlocal pieces
        pieces, now[0] = pieces + 1, now[0] + 20
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def app(scope, receive, send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    scope = {"type": "http", "path": "/", "client": ("203.0.113.5", 1), "headers": []}
    await SlowBodies(app, clock=lambda: now[0])(scope, receive, None)  # type: ignore[arg-type]
    assert pieces == 4
