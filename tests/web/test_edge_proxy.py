"""The edge at ``/edge/`` of the studio: a real edge behind a real server, and what is not forwarded."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from greenroom.errors import TwinUnavailable
from greenroom.http_security.allowed_hosts import AllowedHosts
from greenroom.http_security.host_guard import HostGuard
from greenroom.web import edge_proxy
from greenroom.web.edge_proxy import EdgeProxy
from tests.conftest import PATIENCE_S
from tests.twin.edge.doubles import join_message
from tests.twin.edge.serving import APP_ID, EdgeServer

pytestmark = pytest.mark.twin


class ProxiedStudio:
    """The studio's part: the proxy and the guard of hosts and origins."""

    def __init__(self, twin_url: Callable[[], str]) -> None:
        self.proxy = EdgeProxy(twin_url)
        app = Starlette(routes=self.proxy.routes(), middleware=[Middleware(HostGuard, AllowedHosts("https://studio.example"))])
        config = uvicorn.Config(app, "127.0.0.1", 0, log_level="warning", ws="websockets-sansio", timeout_graceful_shutdown=3)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="front")

    def __enter__(self) -> ProxiedStudio:
        self._thread.start()
        until(lambda: self._server.started)
        self.port: int = self._server.servers[0].sockets[0].getsockname()[1]
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)

    def socket(self, path: str = "/edge/", **headers: str) -> ClientConnection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return connect(f"ws://127.0.0.1:{self.port}{path}", proxy=None, additional_headers=named)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def edge() -> Iterator[EdgeServer]:
    with EdgeServer() as running:
        yield running


@pytest.fixture
def front(edge: EdgeServer) -> Iterator[ProxiedStudio]:
    with ProxiedStudio(lambda: f"http://127.0.0.1:{edge.port}") as running:
        yield running


def ask(socket: ClientConnection, verb: str, message: object = None) -> dict:
    socket.send(json.dumps({"_id": "q", "_type": verb, "_message": message}))
    while (frame := json.loads(socket.recv(PATIENCE_S))).get("_id") != "q":
        pass
    return frame


@pytest.mark.parametrize("path", ["/edge/", "/edge/ws/?p=8600"])
def test_a_browser_joins_through_it(front: ProxiedStudio, path: str) -> None:
    with front.socket(path) as browser:
        assert ask(browser, "join_v3", join_message("room", 7))["_result"] == "success"
        assert ask(browser, "ping")["_result"] == "success"


def test_the_access_point_answers_with_the_port_that_the_sdk_is_to_use(front: ProxiedStudio) -> None:
    buffer = {"cname": "room", "key": join_message("room", 7)["channel_key"], "service_ids": [11], "uid": 7, "detail": {}}
    envelope = {"appid": APP_ID, "opid": 1, "request_bodies": [{"uri": 22, "buffer": buffer}]}
    url = f"http://127.0.0.1:{front.port}/edge/api/v2/transpond/webrtc?v=2"
    answer = httpx.post(url, files={"request": (None, json.dumps(envelope))}, timeout=PATIENCE_S)
    assert answer.json()["response_body"][0]["buffer"]["code"] == 0


def test_a_forged_token_is_refused_by_the_edge(front: ProxiedStudio) -> None:
    with front.socket() as browser:
        assert ask(browser, "join_v3", join_message("room", 7, token="007forged"))["_result"] == "failed"


@pytest.mark.parametrize(
    "path", ["/edge/health", "/edge/twin/agents", "/edge/twin/faults", "/edge/api/conversational-ai-agent/v2/x"]
)
def test_nothing_else_of_the_twin_is_reachable(front: ProxiedStudio, path: str) -> None:
    for method in ("GET", "POST"):
        assert httpx.request(method, f"http://127.0.0.1:{front.port}{path}", timeout=PATIENCE_S).status_code == 404


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}])
def test_other_sites_and_other_names_are_refused(front: ProxiedStudio, headers: dict[str, str]) -> None:
    if "Host" not in headers:  # the client has sent one already
        with pytest.raises(InvalidStatus, match="403"), front.socket(**headers):
            pass
    url = f"http://127.0.0.1:{front.port}/edge/api/v1?action=stringuid"
    assert httpx.post(url, headers=headers, timeout=PATIENCE_S).status_code == 403


def test_both_ends_close_together(front: ProxiedStudio, edge: EdgeServer) -> None:
    with front.socket() as browser:
        ask(browser, "join_v3", join_message("together", 7))
        until(lambda: front.proxy.open_sockets == 1)
        edge.do(edge.edge.drop_sockets)
        with contextlib.suppress(ConnectionClosed):
            while True:
                browser.recv(PATIENCE_S)
    until(lambda: front.proxy.open_sockets == 0)
    with front.socket() as browser:
        ask(browser, "join_v3", join_message("again", 8))
        awaited = edge.do(lambda: edge.edge.awaited)
    until(lambda: edge.do(lambda: edge.edge.awaited) > awaited)
    until(lambda: front.proxy.open_sockets == 0)


def test_a_browser_that_says_nothing_is_let_go(front: ProxiedStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_proxy, "SILENT_S", 0.2)
    with front.socket() as browser, pytest.raises(ConnectionClosed):
        browser.recv(PATIENCE_S)


def test_sockets_are_counted(front: ProxiedStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_proxy, "MOST_SOCKETS", 1)
    with front.socket(), pytest.raises(InvalidStatus, match="403"), front.socket():
        pass
    until(lambda: front.proxy.open_sockets == 0)
    with front.socket():
        pass


def test_a_large_body_is_refused(front: ProxiedStudio) -> None:
    url = f"http://127.0.0.1:{front.port}/edge/api/v1"
    assert httpx.post(url, content=b"x" * (edge_proxy.BODY_MAX_BYTES + 1), timeout=PATIENCE_S).status_code == 400


def test_without_a_twin_it_says_so() -> None:
    def gone() -> str:
        raise TwinUnavailable("The offline twin isn't running.")

    with ProxiedStudio(gone) as front:
        assert httpx.post(f"http://127.0.0.1:{front.port}/edge/api/v1", timeout=PATIENCE_S).status_code == 503
        with pytest.raises((InvalidStatus, ConnectionClosed)), front.socket() as browser:
            browser.recv(PATIENCE_S)
