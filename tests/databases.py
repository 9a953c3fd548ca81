"""The databases that an installation of the tests stands on: SQLite's file and, where a server is installed, PostgreSQL."""

from __future__ import annotations

import functools
import inspect
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from sqlalchemy import text

from greenroom.store import Database
from tests.postgres import PrivatePostgres, find_binaries

BINARIES = find_binaries()
BACKENDS = ["sqlite", "postgresql"] if BINARIES else ["sqlite"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    if BINARIES is None:
        pytest.skip("no PostgreSQL server is installed")
    server = PrivatePostgres(BINARIES)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_template(postgres: PrivatePostgres) -> str:
    """The name of a database with the present schema, to be copied."""
    name = postgres.new_database()
    database = Database(postgres.url(name))
    database.migrate()
    database.close()
    return name


@functools.cache
def _migrated_file() -> bytes:
    """SQLite's file with the present schema: applying every migration again for each test would take most of its time."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "greenroom.db"
        database = Database(f"sqlite:///{file}")
        database.migrate()
        database.close()
        return file.read_bytes()


def migrated_sqlite(file: Path) -> str:
    """The URL of a new SQLite database with the present schema; one that is there already stays as it is."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(0o600)
        file.write_bytes(_migrated_file())
    return f"sqlite:///{file}"


class Ground:
    """What the installations of one test stand on: the same folder, the same database."""

    def __init__(self) -> None:
        self._server: PrivatePostgres | None = None
        self._template = ""
        self._urls: dict[Path, str] = {}
        self._opened: list[Database] = []
        self._endings: list[Callable[[], object]] = []

    def at_the_end(self, work: Callable[[], object]) -> None:
        """Done when the test ends, before the databases are closed."""
        self._endings.append(work)

    def url(self, data_dir: Path) -> str | None:
        """Of the folder's database on the server; None where it is the folder's own file."""
        if self._server is None:
            return None
        if data_dir not in self._urls:
            self._urls[data_dir] = self._server.url(self._server.new_database(self._template))
        return self._urls[data_dir]

    def open(self, url: str) -> Database:
        """Closed with the test, so that a server does not run out of connections."""
        if url.startswith("sqlite:///"):
            migrated_sqlite(Path(url.removeprefix("sqlite:///")))
        database = Database(url)
        self._opened.append(database)
        return database

    @contextmanager
    def of_a_test(self, server: PrivatePostgres | None, template: str) -> Iterator[None]:
        self._server, self._template = server, template
        try:
            yield
        finally:
            for work in self._endings:
                work()
            for database in self._opened:
                database.close()
            self._server, self._template = None, ""
            self._urls, self._opened, self._endings = {}, [], []


ground = Ground()


def everything_in(database: Database) -> bytes:
    """What a thief of the database would read: SQLite's file as it lies on the disk, or each row of the server's tables."""
    if database.is_sqlite:
        file = Path(str(database._engine.url.database))
        return b"".join(part.read_bytes() for part in (file, Path(f"{file}-wal")) if part.exists())
    with database.reading() as connection:
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        rows = [row for table in tables for row in connection.execute(text(f'SELECT row::text FROM "{table}" AS row')).scalars()]
    return "\n".join(rows).encode()


@pytest.fixture(autouse=True)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """``sqlite`` or ``postgresql``; what the test installs stands on it until the test ends."""
    name = getattr(request, "param", BACKENDS[0])
    on_server = name == "postgresql"
    server = request.getfixturevalue("postgres") if on_server else None
    template = request.getfixturevalue("migrated_template") if on_server else ""
    with ground.of_a_test(server, template):
        yield name


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever installs Greenroom does so on each database, but for what is about one of them or about none."""
    alone = any(metafunc.definition.get_closest_marker(name) for name in ("sqlite_only", "any_database"))
    if _installs(metafunc) and not alone:
        metafunc.parametrize("backend", BACKENDS, indirect=True)


def _installs(metafunc: pytest.Metafunc) -> bool:
    """Whether the test, one of its fixtures or a function of its module that they call makes an installation."""
    makers = {"make_harness"}
    functions = [value for value in vars(metafunc.module).values() if isinstance(value, FunctionType)]
    while more := {f.__name__ for f in functions if f.__name__ not in makers and makers & _names_in(f.__code__)}:
        makers |= more
    fixtures = [found[-1].func for found in metafunc._arg2fixturedefs.values() if found]
    used = [metafunc.function, *(f for f in fixtures if isinstance(f, FunctionType))]
    return "harness" in metafunc.fixturenames or any(makers & _names_in(inspect.unwrap(f).__code__) for f in used)


def _names_in(code: CodeType) -> set[str]:
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return set(code.co_names).union(*map(_names_in, inner))
