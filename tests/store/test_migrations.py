"""The migrations lead from nothing to exactly the schema that the code uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from greenroom import store
from greenroom.errors import StoreUnavailable
from greenroom.store import Database
from greenroom.store.schema import metadata
from tests.store.conftest import SteppingClock
from tests.store.records import a_session, a_turn

pytestmark = pytest.mark.unit

NEWEST = max(file.name[:4] for file in (Path(store.__file__).parent / "migrations" / "versions").glob("0*.py"))
SQLITE_OBJECTS = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type = 'index' ORDER BY name"
POSTGRES_OBJECTS = """
    SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass ORDER BY 1, 2"""


def differences(connection: Connection) -> list[object]:
    """Without SQLite's own tables for the words, which no metadata can describe."""
    options = {
        "compare_type": True,
        "compare_server_default": True,
        "include_object": lambda thing, name, kind, *_: not (kind == "table" and str(name).startswith("turns_fts")),
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_an_empty_database_gets_the_schema_of_the_code(empty_url: str) -> None:
    database = Database(empty_url)
    database.migrate()
    with database.reading() as connection:
        assert differences(connection) == []
    database.close()


def test_indexes_and_rules_of_the_migrations_are_those_of_the_code(empty_url: str) -> None:
    """Alembic compares neither the conditions of indexes nor checks; the databases' own words for them do."""
    database = Database(empty_url)
    database.migrate()
    definitions = text(SQLITE_OBJECTS if database.is_sqlite else POSTGRES_OBJECTS)
    with database.reading() as connection:
        migrated = [tuple(row) for row in connection.execute(definitions)]
    with database.transaction() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    with database.reading() as connection:
        created = [tuple(row) for row in connection.execute(definitions)]
    assert migrated == created
    assert any("created_at" in definition for _, definition in migrated)
    database.close()


def test_migrating_again_changes_nothing_and_keeps_the_rows(database: Database, version, sessions) -> None:
    session = a_session(version)
    sessions.open(session)
    sessions.add_turn(session.id, a_turn(1))
    database.migrate()
    database.migrate()
    assert sessions.turns(session.id) == [a_turn(1)]


def test_several_processes_may_migrate_the_same_empty_database_at_once(empty_url: str, tmp_path: Path) -> None:
    script = "import sys; from greenroom.store import Database; d = Database(sys.argv[1]); d.migrate(); d.close()"
    root = Path(__file__).parents[2]
    running = [subprocess.Popen([sys.executable, "-c", script, empty_url], cwd=root) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    database = Database(empty_url)
    with database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [NEWEST]
    database.close()


def test_migrating_works_from_any_working_directory(empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(empty_url)
    monkeypatch.chdir(tmp_path)
    database.migrate()
    database.close()


def test_a_failing_migration_leaves_nothing_behind(empty_url: str) -> None:
    database = Database(empty_url)
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE sessions (only INTEGER)" if database.is_sqlite else "CREATE TABLE sessions ()"))
    with pytest.raises(StoreUnavailable, match="sessions"):
        database.migrate()
    with database.transaction() as connection:
        connection.execute(text("DROP TABLE sessions"))
    database.migrate()
    with database.reading() as connection:
        assert differences(connection) == []
    database.close()


def test_a_database_of_a_newer_greenroom_is_refused_with_advice(database: Database, clock: SteppingClock) -> None:
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable) as caught:
        database.migrate()
    assert "Update Greenroom" in caught.value.advice
