"""Pieces of a recording: in order, once, to the byte; joined when the call is over; deleted for good."""

from __future__ import annotations

import shutil
from urllib.parse import parse_qs, urlsplit

import pytest

from greenroom.errors import Conflict, LimitReached, NotAllowed, NotFound
from greenroom.services.sessions.recordings import ADDRESS_LIFE_S, PIECE_MAX_BYTES, SETTLE_AFTER_S
from tests.recording.sound import loud, webm

pytestmark = pytest.mark.twin


@pytest.fixture
def pieces(tmp_path):
    """Two seconds as eight pieces, cut where it comes."""
    data = webm(tmp_path / "call.webm", 2.0).read_bytes()
    size = len(data) // 8 + 1
    return [data[start : start + size] for start in range(0, len(data), size)]


def folder(harness):
    return harness.config.data_dir / "recordings"


def names(harness):
    return sorted(path.name for path in folder(harness).iterdir())


def test_pieces_become_a_file_when_the_call_has_ended(harness, pieces):
    session_id = harness.launch()
    for number, piece in enumerate(pieces):
        assert harness.recordings.take(session_id, 1000, number, piece) == number + 1
    harness.recordings.settle_due()
    assert harness.recordings.of(session_id).state == "coming", "the call still runs"
    harness.calls.end(session_id, "ended")
    harness.recordings.settle_due()
    assert harness.recordings.of(session_id).state == "coming", "the last piece may still be on its way"
    harness.clock.ahead_s += SETTLE_AFTER_S + 1
    harness.recordings.settle_due()
    recording = harness.recordings.of(session_id)
    assert recording.state == "ready"
    assert abs(recording.length_ms - 3000) < 80
    assert names(harness) == [f"{session_id}.outline", f"{session_id}.webm"]
    assert recording.size == harness.recordings.file(session_id).stat().st_size
    assert (loud(harness.recordings.file(session_id))[12:28, 0] > 500).all()
    assert harness.recordings.of_all([session_id]) == {session_id}


def test_a_piece_that_is_sent_twice_is_kept_once_and_a_gap_is_refused(harness, pieces):
    session_id = harness.launch()
    assert harness.recordings.take(session_id, 0, 0, pieces[0]) == 1
    assert harness.recordings.take(session_id, 0, 0, pieces[0]) == 1
    with pytest.raises(Conflict, match="Expected piece 1"):
        harness.recordings.take(session_id, 0, 2, pieces[2])
    for number, piece in enumerate(pieces[1:], 1):
        harness.recordings.take(session_id, 0, number, piece)
    harness.recordings.settle(session_id)
    assert abs(harness.recordings.of(session_id).length_ms - 2000) < 80


def test_what_a_killed_server_wrote_beyond_its_record_is_written_again(harness, pieces):
    session_id = harness.launch()
    harness.recordings.take(session_id, 0, 0, pieces[0])
    (part,) = folder(harness).iterdir()
    with part.open("ab") as file:
        file.write(pieces[1] + b"half of the next one")
    for number, piece in enumerate(pieces[1:], 1):
        harness.recordings.take(session_id, 0, number, piece)
    assert part.read_bytes() == b"".join(pieces)


def test_a_part_that_begins_in_the_middle_is_refused(harness, pieces):
    with pytest.raises(Conflict):
        harness.recordings.take(harness.launch(), 0, 3, pieces[3])


def test_a_piece_that_is_too_long_is_refused(harness):
    with pytest.raises(LimitReached):
        harness.recordings.take(harness.launch(), 0, 0, bytes(PIECE_MAX_BYTES + 1))


def test_after_the_call_nothing_more_is_taken(harness, pieces):
    session_id = harness.launch()
    harness.calls.end(session_id, "ended")
    harness.recordings.take(session_id, 0, 0, pieces[0])
    harness.clock.ahead_s += SETTLE_AFTER_S + 1
    with pytest.raises(NotAllowed, match=r"^The call is over\.$") as refused:
        harness.recordings.take(session_id, 0, 1, pieces[1])
    assert refused.value.advice == "Launch a new call."


def test_a_deleted_recording_leaves_no_file_and_takes_nothing_more(harness, pieces):
    session_id = harness.launch()
    harness.recordings.take(session_id, 0, 0, pieces[0])
    harness.recordings.delete(session_id)
    assert names(harness) == []
    with pytest.raises(NotAllowed):
        harness.recordings.take(session_id, 0, 1, pieces[1])
    with pytest.raises(NotFound):
        harness.recordings.file(session_id)
    with pytest.raises(NotFound):
        harness.recordings.delete(harness.launch())


def test_garbage_is_marked_as_broken_and_not_tried_for_ever(harness):
    session_id = harness.launch()
    harness.recordings.take(session_id, 0, 0, b"no sound")
    harness.recordings.settle(session_id)
    assert harness.recordings.of(session_id).state == "broken"
    assert names(harness) == []
    harness.recordings.settle(session_id)


def test_a_disk_that_takes_nothing_is_said_and_the_parts_stay(harness, pieces):
    session_id = harness.launch()
    for number, piece in enumerate(pieces):
        harness.recordings.take(session_id, 0, number, piece)
    (folder(harness) / f"{session_id}.webm").mkdir()  # whatever the reason, the file cannot be put there
    with pytest.raises(Exception, match="Couldn't write"):
        harness.recordings.settle(session_id)
    assert harness.recordings.of(session_id).state == "coming"
    shutil.rmtree(folder(harness) / f"{session_id}.webm")
    harness.recordings.settle(session_id)
    assert harness.recordings.of(session_id).state == "ready"


def query_of(address):
    query = parse_qs(urlsplit(address).query)
    return query["until"][0], query["key"][0]


def test_an_address_is_good_for_its_recording_and_for_some_hours(harness):
    one, other = harness.launch(), harness.launch()
    until, key = query_of(harness.recordings.address(one))
    harness.recordings.require(one, until, key)
    later = str(int(until) + 1)
    for session_id, moment, asked in [(other, until, key), (one, later, key), (one, until, "0" * 64), (one, "", "")]:
        with pytest.raises(NotAllowed):
            harness.recordings.require(session_id, moment, asked)
    harness.clock.ahead_s += ADDRESS_LIFE_S + 1
    with pytest.raises(NotAllowed, match="expired"):
        harness.recordings.require(one, until, key)


def test_the_key_of_an_address_is_not_the_capability_of_the_session(harness):
    session_id = harness.launch()
    _, key = query_of(harness.recordings.address(session_id))
    with pytest.raises(NotAllowed):
        harness.calls.require(session_id, key)
