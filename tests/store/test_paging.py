"""The table of sessions comes in pages from the database: each session once, newest first, whatever happens meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, event, insert

from greenroom.errors import NotFound
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


def walk(sessions: SessionStore, limit: int) -> Iterator[list[Session]]:
    cursor: str | None = None
    for _ in range(100):
        rows, cursor = sessions.page(limit, cursor)
        yield rows
        if cursor is None:
            return
    raise AssertionError("the pages have no end")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    # Few different times, so that many sessions share one; microseconds, so that no digit may get lost in a cursor.
    seconds=st.lists(st.sampled_from([0, 1e-6, 1, 1.000001, 60, 86400]), max_size=25),
    removed=st.sets(st.integers(0, 24)),
    limit=st.integers(1, 30),
)
def test_walking_the_pages_meets_each_session_exactly_once_newest_first(
    database: Database, sessions: SessionStore, version: Version, seconds: list[float], removed: set[int], limit: int
) -> None:
    rows = [ended(version, f"s{n}", second) for n, second in enumerate(seconds)]
    deleted = frozenset(f"s{n}" for n in removed)
    fill(database, rows, deleted)
    kept = {row.id: row for row in rows if row.id not in deleted}
    pages = list(walk(sessions, limit))
    met = [row for page in pages for row in page]
    assert sorted(row.id for row in met) == sorted(kept)
    assert met == [kept[row.id] for row in met]
    times = [row.created_at for row in met]
    assert times == sorted(times, reverse=True)
    assert [row.id for row in met] == [row.id for row in next(walk(sessions, 500))]  # one order, whatever the limit
    assert all(len(page) == limit for page in pages[:-1])
    assert sessions.count() == len(kept)


def test_a_session_that_starts_meanwhile_does_not_shift_the_pages(
    database: Database, sessions: SessionStore, version: Version
) -> None:
    fill(database, [ended(version, f"s{n}", n) for n in range(6)])
    first, cursor = sessions.page(3)
    sessions.open(a_session(version, "new", created_at=NOON + timedelta(days=1)))
    sessions.delete(first[-1].id)  # the one the cursor stands on
    second, end = sessions.page(3, cursor)
    assert [row.id for row in (*first, *second)] == ["s5", "s4", "s3", "s2", "s1", "s0"]
    assert end is None


def test_an_empty_table_is_one_empty_page(sessions: SessionStore) -> None:
    assert sessions.page() == ([], None)


def test_a_page_has_at_least_one_and_at_most_500_rows(database: Database, sessions: SessionStore, version: Version) -> None:
    fill(database, [ended(version, f"s{n}", n) for n in range(501)])
    assert [len(sessions.page(limit)[0]) for limit in (0, -5, 10**9)] == [1, 1, 500]


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "é", "AAAA", "bm90IGEgdGltZSBzMQ==", "MjAyNi0wMy0wMVQxMjowMDowMCBzMQ=="])
def test_a_cursor_that_is_none_is_not_found_with_advice(sessions: SessionStore, cursor: str) -> None:
    with pytest.raises(NotFound) as caught:
        sessions.page(10, cursor)
    assert "first page" in caught.value.advice


def test_a_cursor_needs_no_escaping_in_a_url(database: Database, sessions: SessionStore, version: Version) -> None:
    fill(database, [ended(version, f"s{'x' * n}", n) for n in range(5)])
    cursors = [sessions.page(limit)[1] or "" for limit in (1, 2, 3, 4)]  # of four lengths
    assert all(re.fullmatch("[A-Za-z0-9_-]+", cursor) for cursor in cursors)
    assert [len(sessions.page(9, cursor)[0]) for cursor in cursors] == [4, 3, 2, 1]


ASKED = {
    "ix_sessions_newest": lambda sessions, cursor: sessions.page(2, cursor),
    "ix_sessions_unfinished": lambda sessions, cursor: sessions.unfinished(),
    "ix_sessions_leftover": lambda sessions, cursor: sessions.leftovers(60, NOON),
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
    _, cursor = sessions.page(1)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    ASKED[index](sessions, cursor)
    event.remove(Engine, "before_cursor_execute", note)
    [(statement, parameters)] = [each for each in asked if each[0].startswith("SELECT")]
    with database.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert len(plan) == 1  # no temporary table for the order
    assert index in plan[0]
    database.close()
