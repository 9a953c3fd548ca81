"""The newest sessions, and the lists of the watchdog: complete, in one order, and read through their index."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, event, insert

from greenroom.model.agent import Version
from greenroom.model.session import Session
from greenroom.store import AgentStore, Database, SessionStore
from greenroom.store.schema import sessions as sessions_table
from tests.store.conftest import SteppingClock
from tests.store.records import NOON, a_session

pytestmark = pytest.mark.unit


def fill(database: Database, rows: list[Session], deleted: frozenset[str] = frozenset()) -> None:
    """Put exactly these ended sessions into the table."""
    values: list[dict[str, Any]] = [
        {field.name: getattr(row, field.name) for field in fields(row)}
        | {"deleted_at": NOON if row.id in deleted else None, "length_s": row.length_s}
        for row in rows
    ]
    with database.transaction() as connection:
        connection.execute(delete(sessions_table))
        if values:
            connection.execute(insert(sessions_table), values)


def ended(version: Version, session_id: str, second: float) -> Session:
    moment = NOON + timedelta(seconds=second)
    return a_session(version, session_id, created_at=moment, state="ended", ended_at=moment, end_reason="ended")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    # Few different times, so that many sessions share one.
    seconds=st.lists(st.sampled_from([0, 1e-6, 1, 1.000001, 60, 86400]), max_size=25),
    removed=st.sets(st.integers(0, 24)),
    limit=st.integers(1, 30),
)
def test_the_newest_sessions_come_in_one_order_without_the_deleted(
    database: Database, sessions: SessionStore, version: Version, seconds: list[float], removed: set[int], limit: int
) -> None:
    rows = [ended(version, f"s{n}", second) for n, second in enumerate(seconds)]
    deleted = frozenset(f"s{n}" for n in removed)
    fill(database, rows, deleted)
    kept = [row for row in rows if row.id not in deleted]
    newest = sorted(kept, key=lambda row: (row.created_at, row.id), reverse=True)
    assert sessions.newest(limit) == newest[:limit]
    assert sessions.count() == len(kept)


def test_a_list_has_at_least_one_and_at_most_500_rows(database: Database, sessions: SessionStore, version: Version) -> None:
    fill(database, [ended(version, f"s{n}", n) for n in range(501)])
    assert [len(sessions.newest(limit)) for limit in (0, -5, 10**9)] == [1, 1, 500]


ASKED = {
    "ix_sessions_newest": lambda sessions: sessions.newest(2),
    "ix_sessions_unfinished": lambda sessions: sessions.unfinished(),
    "ix_sessions_leftover": lambda sessions: sessions.leftovers(60, NOON),
}


@pytest.mark.parametrize("index", ASKED)
def test_the_table_and_the_watchdogs_lists_are_read_through_their_index(tmp_path: Path, index: str) -> None:
    """On SQLite, whose plan does not depend on how many rows there are."""
    database = Database(f"sqlite:///{tmp_path}/greenroom.db")
    database.migrate()
    clock = SteppingClock()
    agents, sessions = AgentStore(database, clock), SessionStore(database, clock)
    version = agents.freeze(agents.create("Ava", {}).id)
    fill(database, [ended(version, f"s{n}", n) for n in range(3)])
    asked: list[tuple[str, Any]] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    ASKED[index](sessions)
    event.remove(Engine, "before_cursor_execute", note)
    [(statement, parameters)] = [each for each in asked if each[0].startswith("SELECT")]
    with database.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert len(plan) == 1  # no temporary table for the order
    assert index in plan[0]
    database.close()
