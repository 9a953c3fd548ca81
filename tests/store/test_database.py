"""Connecting, transactions, and the border at which the database's errors become ours."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from greenroom.errors import Conflict, GreenroomError, NotFound, StoreUnavailable
from greenroom.store import AgentStore, Database
from greenroom.store.schema import agents as agents_table
from greenroom.store.schema import drafts
from tests.postgres import PrivatePostgres
from tests.store.conftest import NOON, SteppingClock

pytestmark = pytest.mark.unit


def agent_row(agent_id: str, **changes: object) -> dict[str, object]:
    return {"id": agent_id, "name": "Ava", "created_at": NOON, "updated_at": NOON, "archived": False, **changes}


def test_sqlite_runs_with_wal_foreign_keys_and_a_busy_time_out(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/greenroom.db", wait_s=3)
    with database.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 3000, "synchronous": 1}
    database.close()


@pytest.mark.sqlite_only
def test_a_file_that_another_program_holds_is_said_to_be_locked_instead_of_waited_for(tmp_path: Path) -> None:
    """Each try to switch to WAL waits by itself: five hundred of them took more than an hour."""
    with contextlib.closing(sqlite3.connect(tmp_path / "greenroom.db", isolation_level=None)) as holder:
        holder.execute("CREATE TABLE t (x)")
        holder.execute("BEGIN EXCLUSIVE")
        database = Database(f"sqlite:///{tmp_path}/greenroom.db", wait_s=1)
        begun = time.monotonic()
        with pytest.raises(StoreUnavailable, match="database is locked") as refused:
            database.migrate()
        assert time.monotonic() - begun < 30
        assert "Another program" in refused.value.advice
        database.close()


def test_sqlite_files_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    old_mask = os.umask(0)
    try:
        database = Database(f"sqlite:///{tmp_path}/new/greenroom.db")
        database.migrate()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    finally:
        os.umask(old_mask)
    assert modes == {"greenroom.db": 0o600, "greenroom.db-wal": 0o600, "greenroom.db-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    database.close()


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "greenroom.db"
    path.touch(0o644)
    Database(f"sqlite:///{path}").close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("broken", ["DELETE FROM alembic_version", "ALTER TABLE agents RENAME TO somebody_elses"])
def test_a_database_with_other_tables_is_called_so(url: str, broken: str) -> None:
    database = Database(url)
    database.migrate()
    with database.transaction() as connection:
        connection.execute(text(broken))
    with pytest.raises(StoreUnavailable) as caught:  # noqa: PT012 - either finds it
        database.migrate()
        AgentStore(database, SteppingClock()).list()
    assert "isn't Greenroom's" in caught.value.advice
    database.close()


def test_what_is_no_file_keeps_its_mode(tmp_path: Path) -> None:
    """As root, /dev/null would be closed to all other programs."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o666)
    pipe.chmod(0o666)
    with pytest.raises(StoreUnavailable, match="isn't a database file"):
        Database(f"sqlite:///{pipe}")
    assert stat.S_IMODE(pipe.stat().st_mode) == 0o666


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_written_to_a_deleted_file(tmp_path: Path, clock: SteppingClock, replaced: bool) -> None:
    """Whoever deletes the data folder under a running studio would else lose all that comes after, without a word."""
    file, away = tmp_path / "greenroom.db", tmp_path / "away.db"
    with contextlib.closing(Database(f"sqlite:///{file}")) as database:
        database.migrate()
        agents = AgentStore(database, clock)
        agents.create("Ava", {})
        file.rename(away)
        if replaced:
            file.write_bytes(away.read_bytes())
        with pytest.raises(StoreUnavailable, match="deleted or replaced"):
            agents.create("Ben", {})
        assert [agent.name for agent in agents.list()] == ["Ava"], "calls that are running can still be ended"
        away.replace(file)
        agents.create("Cleo", {})
    with contextlib.closing(Database(f"sqlite:///{file}")) as again:
        assert {agent.name for agent in AgentStore(again, clock).list()} == {"Ava", "Cleo"}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        pytest.param("not a url", "is invalid", id="no-url"),
        pytest.param("mysql://user:hunter2@host/name", "support mysql", id="other-database"),
        pytest.param("sqlite://", "needs a file", id="memory"),
        pytest.param("postgresql://user:hunter2@host:port/x", "is invalid", id="bad-port"),
    ],
)
def test_an_unusable_url_is_refused_with_advice_and_without_its_password(url: str, says: str) -> None:
    with pytest.raises(StoreUnavailable, match=says) as caught:
        Database(url)
    assert "GREENROOM_DATABASE_URL" in caught.value.advice
    assert "hunter2" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match=r"file/greenroom\.db"):
        Database(f"sqlite:///{tmp_path}/file/greenroom.db")


def test_a_file_that_is_no_database_is_store_unavailable(tmp_path: Path) -> None:
    (tmp_path / "greenroom.db").write_text("hello " * 1000)
    database = Database(f"sqlite:///{tmp_path}/greenroom.db")
    with pytest.raises(StoreUnavailable, match="not a database"):
        database.migrate()
    database.close()


def test_a_postgres_server_that_is_away_is_store_unavailable(tmp_path: Path) -> None:
    database = Database(f"postgresql://user:hunter2@/name?host={tmp_path}")
    with pytest.raises(StoreUnavailable) as caught, database.reading():
        pass
    assert "hunter2" not in str(caught.value)
    database.close()


def test_a_missing_table_is_store_unavailable(empty_url: str, clock: SteppingClock) -> None:
    database = Database(empty_url)
    with pytest.raises(StoreUnavailable, match="agents"):
        AgentStore(database, clock).list()
    database.close()


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    def half_done() -> None:
        with database.transaction() as connection:
            connection.execute(insert(agents_table).values(agent_row("a")))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        half_done()
    with database.reading() as connection:
        assert connection.execute(select(agents_table)).all() == []


def test_a_broken_rule_of_the_schema_is_conflict_or_not_found(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(insert(agents_table).values(agent_row("a")))
    with pytest.raises(Conflict), database.transaction() as connection:
        connection.execute(insert(agents_table).values(agent_row("a")))
    with pytest.raises(NotFound), database.transaction() as connection:
        connection.execute(insert(drafts).values(agent_id="nobody", revision=1, settings={}))


def test_a_number_too_large_for_the_database_is_said_so(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(insert(agents_table).values(agent_row("a")))
    with pytest.raises(GreenroomError, match="too large"), database.transaction() as connection:
        connection.execute(insert(drafts).values(agent_id="a", revision=10**30, settings={}))


def test_the_text_of_an_error_holds_nothing_that_was_to_be_stored(database: Database) -> None:
    row = agent_row("a", name="a private prompt")
    with pytest.raises(Conflict) as caught, database.transaction() as connection:
        connection.execute(insert(agents_table), [row, row])
    cause = caught.value.__cause__
    assert cause is not None
    assert "a private prompt" not in f"{caught.value} {cause}"


def test_a_time_without_a_zone_is_a_mistake_of_the_caller(database: Database) -> None:
    with pytest.raises(Exception, match="timezone-aware"), database.transaction() as connection:
        connection.execute(insert(agents_table).values(agent_row("a", created_at=NOON.replace(tzinfo=None))))


def test_a_closed_database_says_so_and_may_be_closed_again(database: Database) -> None:
    database.close()
    database.close()
    with pytest.raises(StoreUnavailable, match="closed"), database.reading():
        pass


def test_a_writer_that_holds_on_for_too_long_makes_the_other_give_up(url: str, clock: SteppingClock) -> None:
    holder, waiter = Database(url), Database(url, wait_s=0.2)
    agent = AgentStore(holder, clock).create("Ava", {})
    with holder.transaction() as connection:
        connection.execute(text("UPDATE agents SET name = 'Held'"))
        with pytest.raises(StoreUnavailable, match="lock"):
            AgentStore(waiter, clock).rename(agent.id, "Second")
        assert AgentStore(waiter, clock).get(agent.id).name == "Ava"  # readers do not wait
    assert AgentStore(waiter, clock).rename(agent.id, "Second").name == "Second"
    holder.close()
    waiter.close()


def test_a_file_that_another_program_holds_is_store_unavailable_after_the_wait(tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / "greenroom.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")  # not WAL yet: SQLite itself would not wait for the switch
    database = Database(f"sqlite:///{tmp_path}/greenroom.db", wait_s=0.1)
    with pytest.raises(StoreUnavailable, match="locked"):
        database.migrate()
    holder.execute("ROLLBACK")
    database.migrate()
    holder.close()
    database.close()


def test_more_threads_than_connections_is_said_so_after_the_wait(url: str) -> None:
    database = Database(url, wait_s=0.1)
    with ExitStack() as held:
        for _ in range(15):
            held.enter_context(database.reading())
        with pytest.raises(StoreUnavailable, match="too busy"), database.reading():
            pass
    with database.reading() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.close()


@pytest.mark.parametrize(("query", "limits"), [("", ("2s", "6s")), ("&options=-c%20lock_timeout%3D7s", ("7s", "0"))])
def test_postgres_waits_as_long_as_told_here_or_in_the_url(
    postgres: PrivatePostgres, query: str, limits: tuple[str, str]
) -> None:
    database = Database(postgres.url("postgres") + query, wait_s=2)
    with database.reading() as connection:
        found = tuple(connection.execute(text(f"SHOW {name}")).scalar_one() for name in ("lock_timeout", "statement_timeout"))
    assert found == limits
    database.close()


def test_a_process_that_stands_still_in_a_launch_holds_the_others_up_for_a_moment_alone(postgres: PrivatePostgres) -> None:
    url = postgres.url(postgres.new_database())
    frozen, other = Database(url, wait_s=0.2), Database(url, wait_s=5)
    held = ExitStack()
    held.enter_context(frozen.launching())
    with other.launching():
        pass
    with pytest.raises(StoreUnavailable, match="idle-in-transaction"):
        held.close()
    with frozen.launching():
        pass
    frozen.close()
    other.close()


def test_a_full_disk_is_store_unavailable_and_loses_nothing(tmp_path: Path, clock: SteppingClock) -> None:
    database = Database(f"sqlite:///{tmp_path}/greenroom.db")
    database.migrate()
    agents = AgentStore(database, clock)
    agent = agents.create("Ava", {"prompt.system": "kept"})
    with database.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # of this connection, which the pool gives out again
    with pytest.raises(StoreUnavailable, match="full"):
        agents.save_draft(agent.id, {"prompt.system": "x" * 1_000_000}, 1)
    assert agents.draft(agent.id).settings == {"prompt.system": "kept"}
    database.close()


def test_many_threads_share_one_database(database: Database, clock: SteppingClock) -> None:
    agents = AgentStore(database, clock)
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for _ in range(5):
                agents.create(f"Agent {number}", {})
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert len(agents.list()) == 100


def test_postgres_heals_when_its_connections_were_cut(postgres: PrivatePostgres) -> None:
    url = postgres.url(postgres.new_database())
    database, other = Database(url), Database(url)
    for each in (database, other):
        with each.reading() as connection:
            connection.execute(text("SELECT 1"))
    with other.reading() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
    with database.reading() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.close()
    other.close()


def test_a_sqlite_copy_taken_in_the_middle_of_writing_opens(tmp_path: Path, clock: SteppingClock) -> None:
    database = Database(f"sqlite:///{tmp_path}/greenroom.db")
    database.migrate()
    AgentStore(database, clock).create("Ava", {})
    with database.transaction() as connection:
        connection.execute(text("UPDATE agents SET name = 'not committed'"))
        (tmp_path / "copy").mkdir()
        for name in ("greenroom.db", "greenroom.db-wal"):
            (tmp_path / "copy" / name).write_bytes((tmp_path / name).read_bytes())
    with sqlite3.connect(tmp_path / "copy" / "greenroom.db") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT name FROM agents").fetchall() == [("Ava",)]
    copy.close()
    database.close()
