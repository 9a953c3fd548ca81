"""Stars, tags and notes are kept, on both databases, as long as their session is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select

from greenroom.errors import Conflict, NotFound
from greenroom.model.review import NoteId, Review, ReviewNote
from greenroom.model.session import Session, SessionId
from greenroom.model.session_query import SessionQuery
from greenroom.store import Database
from greenroom.store.reviews import ReviewStore
from greenroom.store.schema import session_notes, session_tags
from greenroom.store.schema import sessions as sessions_table
from greenroom.store.search import SessionSearch
from tests.store.records import NOON, a_session

pytestmark = pytest.mark.unit


@pytest.fixture
def reviews(database: Database) -> ReviewStore:
    return ReviewStore(database)


@pytest.fixture
def session(sessions, version) -> Session:
    made = a_session(version)
    sessions.open(made)
    return made


def a_note(note_id: str, at_ms: int | None = None) -> ReviewNote:
    return ReviewNote(NoteId(note_id), f"Note {note_id}: Ünï 🐕", at_ms, NOON)


def test_a_session_nobody_judged_has_nothing(reviews, session):
    assert reviews.of(session.id) == Review()


def test_stars_tags_and_notes_are_read_back_in_their_order(reviews, sessions, session):
    reviews.rate(session.id, 4)
    reviews.tag([session.id], ["slow", "Best voice", "slow"])
    for note in (a_note("b", 9000), a_note("a", 1500), a_note("whole")):
        reviews.add_note(session.id, note)
    assert reviews.of(session.id) == Review(4, ("Best voice", "slow"), (a_note("whole"), a_note("a", 1500), a_note("b", 9000)))
    assert sessions.get(session.id).rating == 4
    reviews.rate(session.id, None)
    assert sessions.get(session.id).rating is None


def test_tagging_again_and_taking_what_is_not_there_change_nothing(reviews, session):
    reviews.tag([session.id], ["winner"])
    reviews.tag([session.id], ["winner", "new"], remove=["absent"])
    assert reviews.of(session.id).tags == ("new", "winner")
    reviews.tag([session.id], remove=["winner", "new"])
    assert reviews.of(session.id).tags == ()


def test_several_are_tagged_or_none(reviews, sessions, version, session):
    sessions.open(a_session(version, "s2"))
    reviews.tag([session.id, SessionId("s2")], ["both"])
    assert reviews.of(SessionId("s2")).tags == ("both",)
    with pytest.raises(NotFound):
        reviews.tag([session.id, SessionId("unknown")], ["half"])
    assert reviews.of(session.id).tags == ("both",)


def test_two_who_tag_at_once_do_not_meet_an_error(reviews, sessions, version):
    ids = [SessionId(f"t{n}") for n in range(4)]
    for session_id in ids:
        sessions.open(a_session(version, session_id))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda order: reviews.tag(order, ["same"]), [ids, ids[::-1]] * 4))
    assert [reviews.of(session_id).tags for session_id in ids] == [("same",)] * 4


def test_a_removed_note_comes_back_and_never_twice(reviews, session):
    note = a_note("n", 300)
    reviews.add_note(session.id, note)
    reviews.remove_note(note.id)
    reviews.remove_note(note.id)
    assert reviews.of(session.id).notes == ()
    reviews.add_note(session.id, note)
    with pytest.raises(Conflict):
        reviews.add_note(session.id, note)
    assert reviews.of(session.id).notes == (note,)


def test_what_is_judged_must_exist(reviews):
    unknown = SessionId("unknown")
    for act in (
        lambda: reviews.of(unknown),
        lambda: reviews.rate(unknown, 3),
        lambda: reviews.add_note(unknown, a_note("n")),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_tags_of_deleted_sessions_are_not_offered(reviews, sessions, session):
    reviews.tag([session.id], ["gone"])
    sessions.close(session.id, "ended", "", NOON)
    assert reviews.known_tags() == ["gone"]
    sessions.delete(session.id)
    assert reviews.known_tags() == []
    sessions.restore(session.id)
    assert reviews.known_tags() == ["gone"]


def test_deleting_the_row_takes_everything_with_it(database, reviews, session):
    reviews.tag([session.id], ["one"])
    reviews.add_note(session.id, a_note("n"))
    with database.transaction() as connection:
        connection.execute(delete(sessions_table))
    with database.reading() as connection:
        for table in (session_tags, session_notes):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_a_page_sorted_by_rating_is_read_through_its_index(tmp_path):
    """On SQLite, whose plan does not depend on how many rows there are."""
    database = Database(f"sqlite:///{tmp_path}/greenroom.db")
    database.migrate()
    asked: list[tuple[str, Any]] = []
    event.listen(database._engine, "before_cursor_execute", lambda c, k, sql, values, *_: asked.append((sql, values)))
    SessionSearch(database).page(SessionQuery(order="rating"))
    sql, values = next(each for each in asked if each[0].startswith("SELECT"))
    with database.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert plan == ["SCAN sessions USING INDEX ix_sessions_by_rating"]
    database.close()
