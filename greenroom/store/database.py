"""The database: connections, transactions, migrations, and translation of its errors."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from greenroom.errors import Conflict, GreenroomError, NotFound, StoreUnavailable
from greenroom.store.columns import storable

#: What SQLite says of a file that is none of its own, or no longer.
_DAMAGED = ("file is not a database", "database disk image is malformed")
_LOCKED = "database is locked"
#: What both say of a database with other tables than its version has.
_FOREIGN = re.compile(
    r"no such (table|column)|(table|relation) .* already exists|duplicate column|(relation|column) .* does not exist"
)
_ADVICE_LOCKED = "Another program holds the file. Close it, then try again."
_ADVICE_DAMAGED = "Restore a backup (make restore), or move the file away to begin with an empty database."
_ADVICE_GONE = "Put the file back and restart Greenroom, or restart it to begin with an empty database."
_ADVICE_FOREIGN = "It isn't Greenroom's, or not complete. Restore a backup, or set GREENROOM_DATABASE_URL to another one."
_ADVICE_URL = "Set GREENROOM_DATABASE_URL to postgresql://user:password@host/name, or leave it empty for SQLite."
#: PostgreSQL advisory locks for migrating, for launching, and for anything named; the numbers are arbitrary.
_MIGRATION_LOCK = 0x67726E72
_LAUNCH_LOCK = 0x67726E73
_NAMED_LOCK = 0x67726E74
_MIGRATIONS = Path(__file__).parent / "migrations"
_POSTGRES_DRIVERS = ("postgres", "postgresql", "postgresql+psycopg")


class Database:
    """One database, shared by all threads of the process. Its creator calls :meth:`close`.

    ``url`` is ``sqlite:///path`` (the file is made, readable by its owner only) or ``postgresql://…`` (psycopg 3).
    ``wait_s`` is how long a step waits for another writer, for a free connection, or for the server to answer.
    Every method may raise :class:`StoreUnavailable`. Calls block: from an event loop, run them in a thread.
    """

    def __init__(self, url: str, *, wait_s: float = 10.0) -> None:
        self._closed = False
        self._migrating = threading.Lock()
        target = _target(url)
        self.is_sqlite = target.get_backend_name() == "sqlite"
        self._engine = _sqlite(target, wait_s) if self.is_sqlite else _postgres(target, wait_s)
        self._writer = self._engine.execution_options(greenroom_writes=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading; in SQLite it neither waits for nor blocks writers."""
        with _translated_errors(), self._open(self._engine).begin() as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction: commits at the end of the block, rolls back on an exception."""
        with _translated_errors(), self._open(self._writer).begin() as connection:
            yield connection

    @contextmanager
    def launching(self) -> Iterator[Connection]:
        """A transaction that only one launch at a time can be in, so that caps are checked and taken in one step."""
        with self.transaction() as connection:
            if not self.is_sqlite:  # SQLite's writers queue up anyway
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LAUNCH_LOCK})
            yield connection

    @contextmanager
    def one_at_a_time(self, name: str) -> Iterator[Connection]:
        """A transaction that only one at a time can be in for this name."""
        with self.transaction() as connection:
            if not self.is_sqlite:  # SQLite's writers queue up anyway
                lock = text("SELECT pg_advisory_xact_lock(CAST(:kind AS integer), hashtext(:name))")
                connection.execute(lock, {"kind": _NAMED_LOCK, "name": storable(name)})
            yield connection

    @contextmanager
    def outside_transactions(self) -> Iterator[Connection]:
        """A connection without a transaction, for statements such as VACUUM; nothing is rolled back."""
        engine = self._open(self._engine).execution_options(isolation_level="AUTOCOMMIT")
        with _translated_errors(), engine.connect() as connection:
            if not self.is_sqlite:
                connection.execute(text("SET statement_timeout = 0"))
            yield connection

    def migrate(self) -> None:
        """Migrate the schema to the latest version. Idempotent; safe to call from several processes at once.

        Raises StoreUnavailable if a newer Greenroom wrote the database.
        """
        if self._is_current():
            return
        # Imported only when there is something to migrate: it takes longer than most CLI commands.
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        with self._migrating, self.transaction() as connection:
            if not self.is_sqlite:  # SQLite's writers queue up anyway
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as exc:
                raise StoreUnavailable(
                    f"The database doesn't match this version of Greenroom ({exc}).",
                    advice="Update Greenroom to the version that wrote this database, or use another database.",
                ) from exc

    def _is_current(self) -> bool:
        """Whether the stored schema is the newest that this version knows."""
        try:
            with self._open(self._engine).begin() as connection:
                stored = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        except DBAPIError:
            return False  # no such table yet, or a database that the migration will report
        return stored == [max(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))]

    def close(self) -> None:
        """Close all connections. Idempotent; any later use raises StoreUnavailable."""
        self._closed = True
        self._engine.dispose()

    def _open(self, engine: Engine) -> Engine:
        if self._closed:
            raise StoreUnavailable("The database is closed.", advice="Restart Greenroom.")
        return engine


def sqlite_file(url: str) -> Path | None:
    """The file of a ``sqlite:///`` address, whose special characters are percent-encoded; None for another database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database).absolute()


def _target(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # From None, since the cause may quote a part of the URL, and that may be the password.
        raise StoreUnavailable("The database URL is invalid.", advice=_ADVICE_URL) from None
    if parsed.drivername in _POSTGRES_DRIVERS:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise StoreUnavailable(f"Greenroom doesn't support {parsed.drivername} databases.", advice=_ADVICE_URL)
    if parsed.database in (None, "", ":memory:"):
        raise StoreUnavailable("SQLite needs a file, such as sqlite:///path/to/greenroom.db.", advice=_ADVICE_URL)
    return parsed.set(drivername="sqlite+pysqlite", database=str(sqlite_file(url)))


def _engine(url: URL, wait_s: float, connect_args: dict[str, Any], *, ping: bool) -> Engine:
    dumps = partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # hide_parameters: transcripts and prompts must not show up in the text of an error.
    return create_engine(
        url,
        connect_args=connect_args,
        pool_pre_ping=ping,
        pool_timeout=wait_s,
        hide_parameters=True,
        json_serializer=dumps,
    )


def _sqlite(url: URL, wait_s: float) -> Engine:
    path = Path(str(url.database))
    _owner_only(path)
    opened = _identity(path)
    engine = _engine(url, wait_s, {"timeout": wait_s}, ping=False)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not start transactions itself: begin() below does
        _use_wal(connection, wait_s)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
            return
        # A writer takes the lock first: SQLite fails at once, without waiting, when a reader turns into a writer.
        writes = connection.get_execution_options().get("greenroom_writes")
        if writes and _identity(path) != opened:  # SQLite would go on writing to the file that nobody can open again
            raise StoreUnavailable(f"The database file {path} was deleted or replaced.", advice=_ADVICE_GONE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _use_wal(connection: sqlite3.Connection, wait_s: float) -> None:
    """Retry: SQLite ignores its timeout while another process switches the same new file to WAL."""
    deadline = time.monotonic() + wait_s  # each try may wait as long by itself
    while time.monotonic() < deadline:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        time.sleep(0.02)
    connection.execute("PRAGMA journal_mode = WAL")


def _postgres(url: URL, wait_s: float) -> Engine:
    wait_ms = max(1, int(wait_s * 1000))
    # The last one ends the transaction of a process that stands still: its locks would hold up all others.
    limits = f"-c lock_timeout={wait_ms} -c statement_timeout={3 * wait_ms} -c idle_in_transaction_session_timeout={3 * wait_ms}"
    arguments: dict[str, Any] = {"connect_timeout": max(2, int(wait_s))}
    if "options" not in url.query:
        arguments["options"] = limits
    return _engine(url, wait_s, arguments, ping=True)


def _owner_only(path: Path) -> None:
    """Create the file before SQLite does, readable by its owner only; -wal and -shm inherit the mode."""
    if path.exists() and not path.is_file():  # /dev/null, for example: its mode is not ours to change
        raise StoreUnavailable(f"{path} isn't a database file.", advice=_ADVICE_URL)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as exc:
        raise StoreUnavailable(
            f"Couldn't write the database file {path}: {exc.strerror}.",
            advice="Make the folder writable, or set GREENROOM_DATA_DIR to one that is.",
        ) from exc


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode; None if there is no such file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextmanager
def _translated_errors() -> Iterator[None]:
    try:
        yield
    except IntegrityError as exc:
        raise _constraint_error(exc) from exc
    except (DataError, OverflowError) as exc:
        raise GreenroomError("A value is too large to store.", advice="Shorten it, then try again.") from exc
    except PoolTimeout as exc:
        raise StoreUnavailable("The database is too busy: no connection is available.") from exc
    except DBAPIError as exc:
        # Only the first line: PostgreSQL's next ones may quote the row.
        reason = (str(exc.orig).strip() or type(exc.orig).__name__).splitlines()[0]
        raise StoreUnavailable(f"The database reported an error: {reason}.", advice=_advice(reason)) from exc


def _advice(reason: str) -> str | None:
    if reason in _DAMAGED:
        return _ADVICE_DAMAGED
    if reason == _LOCKED:
        return _ADVICE_LOCKED
    return _ADVICE_FOREIGN if _FOREIGN.search(reason) else None


def _constraint_error(exc: IntegrityError) -> NotFound | Conflict:
    foreign_key = getattr(exc.orig, "sqlstate", "") == "23503" or "FOREIGN KEY" in str(exc.orig)
    if foreign_key:
        return NotFound("A related record is missing from the database.")
    return Conflict("The database is in an unexpected state.")
