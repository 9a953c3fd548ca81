"""Health while the twin hangs: it takes connections and answers never, or one byte at a time."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from greenroom.errors import StoreUnavailable
from greenroom.services.calls.watchdog import low_disk
from greenroom.services.operations.process_lease import BEAT_EVERY_S
from greenroom.services.operations.twin_process import HEALTH_TIMEOUT_S
from greenroom.web.routes import routes
from tests.full_disk import full_disk
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


@pytest.mark.sqlite_only
def test_a_full_disk_is_said_and_forgotten_when_there_is_room_again(tmp_path) -> None:
    harness = make_harness("http://127.0.0.1:9", tmp_path, rest_base_url="", place="cloud")
    app = Starlette(routes=routes(harness.services, harness.stages, harness.clock))

    def watched() -> dict[str, str]:
        harness.clock.ahead_s += BEAT_EVERY_S
        with contextlib.suppress(StoreUnavailable):
            harness.guard.tick()
        return client.get("/api/health").json()

    with TestClient(app) as client:
        assert "database" not in watched()["why"]
        with full_disk(1):
            full = watched()
        assert (full["status"], "database can't be written" in full["why"]) == ("degraded", True)
        assert "database" not in watched()["why"]


def test_a_disk_that_is_nearly_full_is_said(tmp_path) -> None:
    assert low_disk(tmp_path / "none").startswith("The data folder can't be read.")
    assert low_disk(Path("/proc")).startswith("The data folder's disk is nearly full.")  # a file system without any room
