"""What of a recording has come in: counted once, whoever writes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from greenroom.errors import Conflict, NotFound
from greenroom.model.recording import Recording, RecordingPart
from greenroom.store.recordings import RecordingStore
from tests.store.conftest import NOON
from tests.store.records import a_session

pytestmark = pytest.mark.unit


@pytest.fixture
def store(database) -> RecordingStore:
    return RecordingStore(database)


@pytest.fixture
def session_id(sessions, version):
    session = a_session(version)
    sessions.open(session)
    return session.id


def test_a_part_grows_piece_by_piece(store, session_id):
    assert store.get(session_id) is None
    store.begin(session_id, 0)
    store.begin(session_id, 9000)
    store.grown(session_id, RecordingPart(0, 0, 0), 100)
    store.grown(session_id, RecordingPart(0, 1, 100), 50)
    assert store.parts(session_id) == [RecordingPart(0, 2, 150), RecordingPart(9000, 0, 0)]
    assert store.get(session_id) == Recording(session_id, "coming")


def test_of_two_who_write_the_same_piece_one_is_refused(store, session_id):
    store.begin(session_id, 0)
    store.grown(session_id, RecordingPart(0, 0, 0), 100)
    with pytest.raises(Conflict):
        store.grown(session_id, RecordingPart(0, 0, 0), 100)
    with pytest.raises(Conflict):
        store.begin(session_id, 0)


def test_an_unknown_session_has_no_recording(store):
    with pytest.raises(NotFound):
        store.begin("nobody", 0)
    with pytest.raises(NotFound):
        store.settle("nobody", "ready")


def test_what_is_settled_has_no_parts_and_is_found_by_its_session(store, session_id):
    store.begin(session_id, 0)
    store.settle(session_id, "ready", 1234, 5000)
    assert store.parts(session_id) == []
    assert store.of([session_id, "nobody"]) == {session_id: Recording(session_id, "ready", 1234, 5000)}


def test_only_recordings_of_ended_sessions_wait_to_be_settled(store, sessions, session_id):
    store.begin(session_id, 0)
    later = NOON + timedelta(days=1)
    assert store.unsettled(later) == []
    sessions.close(session_id, "ended", "", NOON + timedelta(minutes=5))
    assert store.unsettled(NOON) == []
    assert store.unsettled(later) == [session_id]
    store.settle(session_id, "broken")
    assert store.unsettled(later) == []
