"""Each store test runs on SQLite and, when a server is installed, on a private PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from greenroom.clock import Clock
from greenroom.model.agent import Version
from greenroom.store import AgentStore, Database, SessionStore
from tests.databases import BACKENDS, migrated_sqlite, migrated_template, postgres  # noqa: F401 - fixtures
from tests.postgres import PrivatePostgres

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class SteppingClock(Clock):
    """Each look at it is one second later."""

    def __init__(self) -> None:
        self._next = NOON

    def now(self) -> datetime:
        self._next += timedelta(seconds=1)
        return self._next


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path}/data/greenroom.db"
    server: PrivatePostgres = request.getfixturevalue("postgres")
    return server.url(server.new_database())


@pytest.fixture
def url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with the present schema and no rows."""
    if backend == "postgresql":
        server: PrivatePostgres = request.getfixturevalue("postgres")
        return server.url(server.new_database(request.getfixturevalue("migrated_template")))
    return migrated_sqlite(tmp_path / "data" / "greenroom.db")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def agents(database: Database, clock: SteppingClock) -> AgentStore:
    return AgentStore(database, clock)


@pytest.fixture
def sessions(database: Database, clock: SteppingClock) -> SessionStore:
    return SessionStore(database, clock)


@pytest.fixture
def version(agents: AgentStore) -> Version:
    return agents.freeze(agents.create("Ava", {"prompt.system": "You run a small hotel."}).id)
