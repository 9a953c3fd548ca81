"""Health while the twin hangs: it takes connections and answers never, or one byte at a time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from greenroom.services.operations.twin_process import HEALTH_TIMEOUT_S
from greenroom.web.routes import routes
from tests.services.conftest import make_harness

pytestmark = pytest.mark.unit


class HungTwin:
    """``drips``: the head of an answer, then a byte now and then."""

    def __init__(self, drips: bool) -> None:
        self._drips = drips
        self._open: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def asked(self) -> int:
        return len(self._open)

    def close(self) -> None:
        for one in (self._server, *self._open):
            one.close()

    def _serve(self) -> None:
        while True:
            try:
                accepted, _ = self._server.accept()
            except OSError:
                return
            self._open.append(accepted)
            if self._drips:
                threading.Thread(target=_drip, args=(accepted,), daemon=True).start()


def _drip(connection: socket.socket) -> None:
    try:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")
        while True:
            connection.sendall(b" ")
            time.sleep(0.2)
    except OSError:
        return


@pytest.fixture(params=[False, True], ids=["silent", "dripping"])
def hung(request: pytest.FixtureRequest) -> Iterator[HungTwin]:
    twin = HungTwin(request.param)
    yield twin
    twin.close()


def test_a_hung_twin_hangs_no_health_and_no_other_route(hung: HungTwin, tmp_path) -> None:
    """row 15"""
    harness = make_harness(hung.url, tmp_path)
    app = Starlette(routes=routes(harness.services, harness.stages, harness.clock))
    with TestClient(app) as client, ThreadPoolExecutor(60) as pool:
        asked = [pool.submit(client.get, "/api/health") for _ in range(60)]  # more than there are threads in the server
        assert client.get("/health").status_code == 200
        assert not all(one.done() for one in asked), "another route waited for the twin"
        answers = [one.result(timeout=20 * HEALTH_TIMEOUT_S) for one in asked]
    assert {answer.status_code for answer in answers} == {503}
    assert "isn't responding" in answers[0].json()["why"]
    assert hung.asked <= 20, "callers share one question"
