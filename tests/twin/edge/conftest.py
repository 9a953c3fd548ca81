"""An edge in process, driven over HTTP and JSON."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from greenroom.twin.edge import Edge
from tests.twin.edge.doubles import JsonBrowser, MovableClock, serve
from tests.twin.edge.serving import APP_ID, CERTIFICATE


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def edge(clock: MovableClock) -> Edge:
    return Edge(APP_ID, CERTIFICATE, clock, media_addresses=("127.0.0.1",))


@pytest.fixture
def client(edge: Edge) -> Iterator[TestClient]:
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
