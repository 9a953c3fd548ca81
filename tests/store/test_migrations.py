"""The migrations lead from nothing to exactly the schema that the code uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, insert, text

from greenroom import store
from greenroom.errors import StoreUnavailable
from greenroom.model.agent import AgentId
from greenroom.model.session import SessionId
from greenroom.model.session_query import SessionQuery
from greenroom.store import AgentStore, Database, SessionStore
from greenroom.store.schema import metadata
from greenroom.store.search import SessionSearch
from tests.store.conftest import SteppingClock
from tests.store.records import NOON, a_session, a_turn

pytestmark = [
    pytest.mark.unit,
    # Indices on expressions cannot be read back from SQLite; their texts are compared here instead.
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection"),
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified"),
]

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
    sessions.transcript.add_turn(session.id, a_turn(1))
    database.migrate()
    database.migrate()
    assert sessions.transcript.turns(session.id) == [a_turn(1)]


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


OLDER = sorted(file.name[:4] for file in (Path(store.__file__).parent / "migrations" / "versions").glob("0*.py"))[:-1]


def bring_to(database: Database, revision: str) -> None:
    """The schema of an older Greenroom."""
    config = Config()
    config.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    with database.transaction() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def put(connection: Connection, name: str, values: dict[str, Any]) -> None:
    """A row as that Greenroom wrote it: with the columns that there were."""
    table = Table(name, MetaData(), autoload_with=connection)
    connection.execute(insert(table).values({key: value for key, value in values.items() if key in table.c}))


def put_an_applied_version(connection: Connection, settings: dict[str, Any], when: Any) -> None:
    """Version 2, which "Apply now" gave to a session of version 1 at its fifth second."""
    version = {"id": "v2", "agent_id": "a1", "number": 2, "settings": settings, "created_at": when, "name": ""}
    turn = {"session_id": "s1", "turn_id": 2, "speaker": "agent", "text": "They are.", "source": "voice", "interrupted": False}
    put(connection, "versions", version)
    put(connection, "events", {"session_id": "s1", "at_ms": 5000, "kind": "applied", "detail": "version 2"})
    times = {"started_ms": 6000, "ended_ms": 7000, "latency_ms": None}
    put(connection, "turns", {**turn, **times, "stages": {}, "version_number": 2})
    if connection.dialect.has_table(connection, "session_versions"):  # from 0008 on it was written with the click
        put(connection, "session_versions", {"session_id": "s1", "version_id": "v2", "version_number": 2, "applied_at": when})


@pytest.mark.parametrize("revision", OLDER)
def test_what_an_older_greenroom_stored_is_there_after_the_update(empty_url: str, revision: str) -> None:
    database = Database(empty_url)
    bring_to(database, revision)
    when = NOON if not database.is_sqlite else NOON.replace(tzinfo=None)
    with database.transaction() as connection:
        put(connection, "agents", {"id": "a1", "name": "Ava", "created_at": when, "updated_at": when, "archived": False})
        settings = {"prompt.system": "Be brief."}
        put(connection, "drafts", {"agent_id": "a1", "revision": 3, "settings": settings})
        put(
            connection,
            "versions",
            {
                "id": "v1",
                "agent_id": "a1",
                "number": 1,
                "settings": settings,
                "created_at": when,
                "name": "",
            },
        )
        put(
            connection,
            "sessions",
            {
                "id": "s1",
                "agent_id": "a1",
                "agent_name": "Ava",
                "version_id": "v1",
                "version_number": 1,
                "place": "twin",
                "channel": "c",
                "user_uid": 1,
                "agent_uid": 2,
                "state": "ended",
                "created_at": when,
                "person": "Mo",
                "agora_agent_id": "x",
                "started_at": when,
                "ended_at": when,
                "end_reason": "ended",
                "end_detail": "",
                "owner": "here",
                "agent_stopped": True,
                "turn_count": 1,
                "median_latency_ms": 700,
                "rating": 4,
                "length_s": 0,
                "applied_version": 2,
            },
        )
        put(
            connection,
            "turns",
            {
                "session_id": "s1",
                "turn_id": 1,
                "speaker": "user",
                "text": "Are dogs welcome?",
                "started_ms": 0,
                "ended_ms": 9,
                "source": "voice",
                "interrupted": False,
                "latency_ms": None,
                "stages": {},
            },
        )
        put(connection, "events", {"session_id": "s1", "at_ms": 5, "kind": "agent_seen", "detail": ""})
        put_an_applied_version(connection, settings, when)
    database.migrate()
    sessions = SessionStore(database, SteppingClock())
    session = sessions.get(SessionId("s1"))
    assert (session.agent_name, session.turn_count, session.created_at) == ("Ava", 1, NOON)
    assert [(turn.text, turn.version_number) for turn in sessions.transcript.turns(session.id)] == [
        ("Are dogs welcome?", None),
        ("They are.", 2),
    ]
    assert [event.kind for event in sessions.transcript.events(session.id)] == ["agent_seen", "applied"]
    assert (session.origin, session.caller, session.principal, session.overrides) == ("studio", "browser", "local", {})
    assert session.applied_version == 2
    agents = AgentStore(database, SteppingClock())
    assert agents.session_counts(AgentId("a1")) == {"v1": 1, "v2": 1}
    assert not agents.get(AgentId("a1")).imported
    assert agents.draft(AgentId("a1")).settings == {"prompt.system": "Be brief."}
    found, _ = SessionSearch(database).page(SessionQuery(words="dogs"))
    assert [one.session.id for one in found] == ["s1"], "its words are found, whichever version indexed them"
    with database.reading() as connection:
        assert differences(connection) == []
    database.close()
