"""The table of sessions narrowed, searched and sorted: as a plain list would be, in pages from the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from greenroom.errors import NotFound
from greenroom.model.session import Event, Session, SessionId
from greenroom.model.session_query import Order, SessionQuery, SessionRow
from greenroom.store import AgentStore, Database, SessionStore
from greenroom.store.reviews import ReviewStore
from greenroom.store.search import SessionSearch
from tests.store.records import NOON, a_session, a_turn
from tests.store.test_newest_sessions import fill

pytestmark = pytest.mark.unit


@pytest.fixture
def search(database: Database) -> SessionSearch:
    return SessionSearch(database)


@pytest.fixture
def three(sessions: SessionStore, version) -> list[SessionId]:
    """An idle one of a minute, one of a person with a quick answer, one that was refused."""
    made = []
    breakfast, dogs = "Breakfast is served from seven.", "Dögs are welcome."
    for number, (length_s, latency, end, line) in enumerate(
        [(60, 900, "idle", breakfast), (10, 500, "ended", dogs), (None, None, "refused", "")]
    ):
        session = a_session(version, f"s{number}", created_at=NOON + timedelta(hours=number))
        sessions.open(session)
        if length_s is not None:
            sessions.attach_agent(session.id, f"a{number}", session.created_at)
            sessions.transcript.add_turn(session.id, a_turn(1, "agent", line, latency_ms=latency))
        sessions.close(session.id, end, "", session.created_at + timedelta(seconds=length_s or 0))  # type: ignore[arg-type]
        made.append(session.id)
    return made


@pytest.fixture
def judged(database: Database, three: list[SessionId]) -> list[SessionId]:
    reviews = ReviewStore(database)
    reviews.rate(three[0], 4)
    reviews.rate(three[1], 2)
    reviews.tag(three[:2], ["winner"])
    reviews.tag(three[:1], ["slow"])
    return three


def ids(search: SessionSearch, **wanted: Any) -> list[str]:
    return [found.session.id for found in search.page(SessionQuery(**wanted))[0]]


def test_everything_comes_newest_first(search, three):
    assert ids(search) == ["s2", "s1", "s0"]
    assert search.count(SessionQuery()) == 3


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("length", ["s2", "s1", "s0"]),
        ("latency", ["s2", "s1", "s0"]),
        ("end", ["s1", "s0", "s2"]),
        ("turns", ["s2", "s0", "s1"]),
        ("rating", ["s2", "s1", "s0"]),
    ],
)
def test_it_is_sorted_by_anything_both_ways_what_is_missing_first(search, judged, order, expected):
    assert ids(search, order=order, descending=False) == expected
    assert ids(search, order=order) == expected[::-1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"ends": frozenset({"idle", "refused"})}, ["s2", "s0"]),
        ({"places": frozenset({"cloud"})}, []),
        ({"version": 1}, ["s2", "s1", "s0"]),
        ({"version": 2}, []),
        ({"since": NOON + timedelta(minutes=30)}, ["s2", "s1"]),
        ({"until": NOON}, ["s0"]),
        ({"length": (11, None)}, ["s0"]),
        ({"length": (10, 10)}, ["s1"]),
        ({"latency": (None, 500)}, ["s1"]),
        ({"latency": (501, 899)}, []),
        ({"rating": (3, None)}, ["s0"]),
        ({"rating": (None, 2)}, ["s1"]),
        ({"tags": frozenset({"winner"})}, ["s1", "s0"]),
        ({"tags": frozenset({"slow", "unheard of"})}, ["s0"]),
    ],
)
def test_every_part_narrows_it(search, judged, wanted, expected):
    assert ids(search, **wanted) == expected
    assert search.count(SessionQuery(**wanted)) == len(expected)


def hit(found: SessionRow) -> list[str]:
    return [piece.text for piece in found.said if piece.hit]


def test_words_are_found_in_what_was_said_and_the_hit_is_shown(search, three):
    (found,), _ = search.page(SessionQuery(words="breakfast SEV"))
    assert found.session.id == "s0"
    assert hit(found) == ["Breakfast", "seven"]
    assert "".join(piece.text for piece in found.said).startswith("Breakfast is served")


@pytest.mark.parametrize("words", ["breakfast dogs", "served]", "AND", "!!", '"', "' | *", "zzz", "\x00"])
def test_nothing_of_what_is_typed_is_an_operator(search, three, words):
    assert ids(search, words=words) in ([], ["s0"])


def test_a_turn_that_is_told_again_is_found_by_its_new_words_only(search, sessions, three):
    sessions.transcript.add_turn(SessionId("s0"), a_turn(1, "agent", "Supper is at eight.", latency_ms=900))
    assert ids(search, words="breakfast") == []
    assert ids(search, words="supper") == ["s0"]


def test_a_page_has_the_tags_of_its_sessions(search, judged):
    assert [found.tags for found in search.page(SessionQuery())[0]] == [(), ("winner",), ("slow", "winner")]


def test_deleted_sessions_are_not_found(search, sessions, three):
    sessions.delete(SessionId("s1"))
    assert ids(search) == ["s2", "s0"]
    assert ids(search, words="are welcome") == []


def test_a_cursor_of_another_order_and_nonsense_are_refused(search, three):
    _, cursor = search.page(SessionQuery(order="length"), limit=1)
    assert cursor is not None
    for wrong, order in ((cursor, "when"), ("nonsense", "when"), ("", "length"), ("W10", "length")):
        with pytest.raises(NotFound):
            search.page(SessionQuery(order=order), after=wrong)  # type: ignore[arg-type]


ORDERS: tuple[Order, ...] = get_args(Order)
KEYS: dict[Order, Any] = {
    "origin": lambda s: s.origin,
    "when": lambda s: s.created_at,
    "agent": lambda s: s.agent_name,
    "version": lambda s: s.version_number,
    "length": lambda s: -1 if s.length_s is None else s.length_s,
    "turns": lambda s: s.turn_count,
    "latency": lambda s: -1 if s.median_latency_ms is None else s.median_latency_ms,
    "end": lambda s: s.end_reason or "",
    "place": lambda s: s.place,
    "rating": lambda s: -1 if s.rating is None else s.rating,
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from([None, 0, 1, 60]),
            st.sampled_from([None, 400, 401]),
            st.sampled_from(["ended", "idle"]),
            st.sampled_from([None, 1, 5]),
        ),
        max_size=14,
    ),
    order=st.sampled_from(ORDERS),
    descending=st.booleans(),
    limit=st.integers(1, 6),
)
def test_the_pages_of_any_order_are_the_sorted_list(database, agents: AgentStore, version, rows, order, descending, limit):
    made: list[Session] = []
    for number, (second, length_s, latency, end, rating) in enumerate(rows):
        at = NOON + timedelta(seconds=second)
        made.append(
            a_session(
                version,
                f"s{number:02d}",
                created_at=at,
                started_at=None if length_s is None else at,
                state="ended",
                ended_at=at + timedelta(seconds=length_s or 0),
                end_reason=end,
                median_latency_ms=latency,
                rating=rating,
            )
        )
    fill(database, made)
    search, wanted, after, seen = SessionSearch(database), SessionQuery(order=order, descending=descending), None, []
    while True:
        page, after = search.page(wanted, limit, after)
        seen += [found.session for found in page]
        if after is None:
            break
    assert seen == sorted(made, key=lambda s: (KEYS[order](s), s.id), reverse=descending)
    assert search.count(replace(wanted, ends=frozenset({"idle"}))) == sum(s.end_reason == "idle" for s in made)


def test_sessions_with_trouble_failed_or_have_an_error_among_their_events(search, sessions, three):
    sessions.transcript.add_event(three[1], Event(900, "vendor_error", "tts 500"))
    sessions.transcript.add_event(three[0], Event(900, "agent_seen"))
    assert ids(search, troubled=True) == ["s2", "s1"]
    assert ids(search, only=frozenset({"s0", "s1"}), troubled=True) == ["s1"]


def test_a_page_has_the_latencies_of_its_turns_in_one_query_more(database, search, sessions, three):
    sessions.transcript.add_turn(three[0], a_turn(2, "agent", "And eggs.", latency_ms=700))
    sessions.transcript.add_turn(three[0], a_turn(2, "user", "Eggs?"))
    asked: list[str] = []
    event.listen(database._engine, "before_cursor_execute", lambda c, k, sql, *_: asked.append(sql))
    found = {row.session.id: row.latencies for row in search.page(SessionQuery(), latencies=True)[0]}
    assert found == {"s0": (900, 700), "s1": (500,), "s2": ()}
    assert sum("FROM turns" in sql for sql in asked) == 1
    assert search.page(SessionQuery())[0][0].latencies == ()
