"""Compares a SQLite file with the schema that this version creates: a file from elsewhere may hold triggers, views and more."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from greenroom.store.database import Database

#: SQLite's own tables, which it makes when it needs them.
_OF_SQLITE = frozenset({"sqlite_sequence", "sqlite_stat1", "sqlite_stat4"})
#: A trigger or view runs whenever a table is written or read, so it goes before the schema is updated.
_RUNS = ("trigger", "view")


class _Object(NamedTuple):
    kind: str
    table: str
    sql: str | None


_Schema = dict[str, _Object]


def altered(file: Path) -> list[str]:
    """Names of our tables, indexes and triggers that are missing or different. Empty for a file of an older version."""
    known, newest = _known()
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        found = _objects(connection)
        if _version(connection) != newest:
            return []
    return sorted(name for name, thing in known.items() if found.get(name) != thing)


def drop_what_runs(file: Path) -> None:
    """Drop all triggers and views that aren't exactly ours. Raises sqlite3.Error."""
    known, _ = _known()
    _drop(file, lambda name, thing: thing.kind in _RUNS and known.get(name) != thing)


def drop_unknown(file: Path) -> None:
    """Drop everything that has none of our names. Raises sqlite3.Error."""
    known, _ = _known()
    _drop(file, lambda name, thing: name not in known)


def _drop(file: Path, unwanted: Callable[[str, _Object], bool]) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        for name, thing in _objects(connection).items():
            if unwanted(name, thing) and thing.sql is not None:  # None: the index of a constraint goes with its table
                quoted = name.replace('"', '""')
                connection.execute(f'DROP {thing.kind} IF EXISTS "{quoted}"')
        connection.commit()


@cache
def _known() -> tuple[_Schema, str]:
    """The schema and its version."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "new.db"
        database = Database(f"sqlite:///{file}")
        database.migrate()
        database.close()
        with contextlib.closing(sqlite3.connect(file)) as connection:
            return _objects(connection), _version(connection)


def _version(connection: sqlite3.Connection) -> str:
    return ",".join(str(number) for (number,) in connection.execute("SELECT version_num FROM alembic_version"))


def _objects(connection: sqlite3.Connection) -> _Schema:
    """Type, table and SQL of everything but SQLite's own tables, by name."""
    rows = connection.execute("SELECT name, type, tbl_name, sql FROM sqlite_master").fetchall()
    return {name: _Object(*thing) for name, *thing in rows if name not in _OF_SQLITE}
