"""An edge in process, driven over HTTP and JSON."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from greenroom.twin.edge import RtcEdge
from tests.twin.edge.doubles import EdgeClock, JsonBrowser, serve
from tests.twin.edge.serving import APP_ID, CERTIFICATE


@pytest.fixture
def clock() -> EdgeClock:
    return EdgeClock()


@pytest.fixture
def edge(clock: EdgeClock) -> RtcEdge:
    return RtcEdge(APP_ID, CERTIFICATE, clock, media_addresses=("127.0.0.1",))


@pytest.fixture
def client(edge: RtcEdge) -> Iterator[TestClient]:
    with serve(edge) as running:
        yield running


@pytest.fixture
def anna(client: TestClient) -> Iterator[JsonBrowser]:
    with JsonBrowser(client) as browser:
        yield browser


@pytest.fixture
def ben(client: TestClient) -> Iterator[JsonBrowser]:
    with JsonBrowser(client) as browser:
        yield browser
