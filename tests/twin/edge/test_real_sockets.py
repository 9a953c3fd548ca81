"""The gateway behind a real server: connections that break, floods, and the end of it all."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.conftest import PATIENCE_S
from tests.twin.edge.doubles import EdgeClock, join_message
from tests.twin.edge.serving import EdgeServer

pytestmark = pytest.mark.twin


@pytest.fixture
def server() -> Iterator[EdgeServer]:
    with EdgeServer(clock=EdgeClock()) as running:
        yield running
    assert running.left_over == []


def opened(server: EdgeServer) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{server.port}/", proxy=None, max_size=None)


def ask(browser: ClientConnection, verb: str, message: object = None) -> dict:
    browser.send(json.dumps({"_id": "q", "_type": verb, "_message": message}))
    while (frame := json.loads(browser.recv(10))).get("_id") != "q":
        pass
    return frame


def until(condition: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_reset_connection_leaves_a_session_that_is_awaited(server: EdgeServer) -> None:
    with opened(server) as browser:
        token = ask(browser, "join_v3", join_message("room", 7))["_message"]["rejoin_token"]
        browser.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        browser.socket.shutdown(socket.SHUT_RDWR)
        browser.socket.close()
        until(lambda: server.edge.awaited == 1)
    with opened(server) as again:
        assert ask(again, "rejoin_v3", {"token": token})["_result"] == "success"
        assert server.edge.awaited == 0


def test_a_frame_of_megabytes_ends_at_most_its_own_socket(server: EdgeServer) -> None:
    with opened(server) as browser, opened(server) as other:
        ask(browser, "join_v3", join_message("room", 7))
        ask(other, "join_v3", join_message("room", 8))
        try:
            browser.send("x" * 2_000_000)
            assert ask(browser, "ping")["_result"] == "success"
        except ConnectionClosed:
            until(lambda: server.edge.awaited == 1)
        assert ask(other, "ping")["_result"] == "success"


def test_a_flood_of_frames_is_served_in_order(server: EdgeServer) -> None:
    with opened(server) as browser:
        ask(browser, "join_v3", join_message("room", 7))
        for number in range(2000):
            browser.send(json.dumps({"_id": str(number), "_type": "ping"}))
        answers = []
        while len(answers) < 2000:
            frame = json.loads(browser.recv(10))
            if "_id" in frame:
                answers.append(int(frame["_id"]))
        assert answers == list(range(2000))


def test_closing_the_edge_ends_sessions_sockets_and_tasks() -> None:
    with contextlib.ExitStack() as opened_ones:
        with EdgeServer() as server:
            browsers = [opened_ones.enter_context(opened(server)) for _ in range(5)]
            for uid, browser in enumerate(browsers, 1):
                ask(browser, "join_v3", join_message("room", uid))
            assert (server.edge.sessions, server.edge.channels) == (5, 1)
        assert server.left_over == []
        assert (server.edge.sessions, server.edge.channels) == (0, 0)
        for browser in browsers:
            with contextlib.suppress(ConnectionClosed):
                list(browser)
            assert browser.close_code is not None
