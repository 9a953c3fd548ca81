"""Erasing takes a session whole and nothing else, in either database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from greenroom.model.retention import StorageUsage
from greenroom.model.review import NoteId, ReviewNote
from greenroom.model.session import Event, SessionId
from greenroom.store.recordings import RecordingStore
from greenroom.store.retention import RetentionStore
from greenroom.store.reviews import ReviewStore
from tests.store.conftest import NOON
from tests.store.records import a_session, a_turn

pytestmark = pytest.mark.unit


@pytest.fixture
def three(database, sessions, version):
    """s1 and s2 ended, with everything; s3 runs."""
    for number in (1, 2, 3):
        one = a_session(version, f"s{number}", created_at=NOON + timedelta(hours=number))
        sessions.open(one)
        sessions.transcript.add_turn(one.id, a_turn(1))
        sessions.transcript.add_event(one.id, Event(5, "agent_seen"))
        reviews = ReviewStore(database)
        reviews.tag([one.id], ["good"])
        reviews.add_note(one.id, ReviewNote(NoteId(f"n{number}"), "noted", None, NOON))
        RecordingStore(database).begin(one.id, 0)
        if number < 3:
            sessions.close(one.id, "ended", "", NOON + timedelta(hours=number, minutes=5))
            RecordingStore(database).settle(one.id, "ready", 1000 * number, 5000)
    return RetentionStore(database)


def test_the_stock_and_what_is_recorded(three):
    assert three.usage() == StorageUsage(3, 0, 2, 3000)
    assert [(one, size) for one, _, size in three.recorded()] == [("s2", 2000), ("s1", 1000)]


def test_erasing_leaves_nothing_of_one_and_all_of_the_others(three, database, sessions):
    three.erase(["s1"])
    assert sessions.transcript.turns("s1") == []
    assert sessions.transcript.events("s1") == []
    assert RecordingStore(database).get(SessionId("s1")) is None
    assert len(sessions.transcript.turns("s2")) == 1
    assert ReviewStore(database).of(SessionId("s2")).tags == ("good",)
    assert three.usage() == StorageUsage(2, 0, 1, 2000)
    three.vacuum()
    assert three.usage() == StorageUsage(2, 0, 1, 2000)


def test_what_is_old_and_what_was_deleted_is_found_but_never_what_runs(three, sessions):
    late = NOON + timedelta(days=9)
    assert three.begun_before(late, 10) == ["s1", "s2"]
    assert three.begun_before(NOON + timedelta(hours=2), 10) == ["s1"]
    assert three.count_begun_before(late) == 2
    assert three.deleted_before(late, 10) == []
    sessions.delete("s2")
    assert three.deleted_before(late, 10) == ["s2"]
    assert three.usage() == StorageUsage(2, 1, 2, 3000)
