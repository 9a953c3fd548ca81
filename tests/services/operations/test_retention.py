"""What is deleted is gone, sound too; what is not meant stays."""

from __future__ import annotations

import sqlite3

import pytest

from greenroom.errors import NotFound
from greenroom.model.retention import RetentionPreview, RetentionRule
from greenroom.model.session import Turn
from greenroom.services.operations.retention import UNDO
from tests.databases import everything_in
from tests.recording.sound import webm
from tests.services.conftest import make_desk

pytestmark = pytest.mark.unit

DAY_S = 24 * 3600


@pytest.fixture
def desk(tmp_path):
    return make_desk("http://127.0.0.1:9", tmp_path / "data")


@pytest.fixture
def sound(tmp_path):
    return webm(tmp_path / "sound", 1.0).read_bytes()


def held(desk, sound=None, words="hello"):
    session_id = desk.launch()
    desk.calls.record_turn(session_id, Turn(1, "user", words, 0, 500))
    desk.calls.record_event(session_id, "agent_seen")
    if sound:
        desk.recordings.take(session_id, 0, 0, sound)
    desk.calls.end(session_id, "ended")
    desk.recordings.settle(session_id)
    desk.reviews.set_tags(session_id, ["kept"])
    desk.reviews.add_note(session_id, "noted")
    return session_id


def files(desk):
    folder = desk.config.data_dir / "recordings"
    return {path.name.split(".")[0] for path in folder.iterdir()} if folder.exists() else set()


def test_a_deleted_session_can_be_brought_back_for_an_hour_and_then_nothing_of_it_is_left(desk, sound):
    session_id, other = held(desk, sound, "zanzibar"), held(desk, sound)
    desk.records.delete(session_id)
    desk.retention.purge()
    desk.records.restore(session_id)
    assert desk.records.get(session_id).turns
    desk.records.delete(session_id)
    desk.clock.ahead_s += UNDO.total_seconds() + 1
    assert desk.retention.purge() == 1
    assert files(desk) == {other}
    assert desk.sessions.turns(session_id) == []
    with pytest.raises(NotFound):
        desk.reviews.of(session_id)
    desk.retention.vacuum()
    assert b"zanzibar" not in everything_in(desk.sessions._database), "not even in the pages that SQLite keeps for later"
    assert desk.records.get(other).turns


def test_the_preview_says_what_then_goes(desk, sound):
    old = [held(desk, sound), held(desk)]
    desk.clock.ahead_s += 40 * DAY_S
    young = held(desk, sound)
    running = desk.launch()
    rule = RetentionRule(sessions_days=30)
    size = desk.recordings.of(old[0]).size
    assert desk.retention.preview(rule) == RetentionPreview(2, 1, size)
    assert desk.retention.apply(rule) == RetentionPreview(2, 1, size)
    assert desk.retention.preview(rule) == RetentionPreview(0, 0, 0)
    assert files(desk) == {young}
    assert desk.records.count() == 2
    desk.calls.end(running, "ended")


def test_a_running_call_is_never_deleted_however_old(desk):
    session_id = desk.launch()
    desk.clock.ahead_s += 400 * DAY_S
    desk.retention.apply(RetentionRule(sessions_days=1))
    assert desk.session(session_id).state == "launching"
    desk.calls.end(session_id, "ended")


def test_old_sound_goes_and_its_words_stay(desk, sound):
    session_id = held(desk, sound)
    desk.clock.ahead_s += 8 * DAY_S
    assert desk.retention.apply(RetentionRule(recordings_days=7)).recordings == 1
    assert files(desk) == set()
    assert desk.recordings.of(session_id).state == "deleted"
    assert desk.records.get(session_id).turns


def test_beyond_the_size_the_oldest_sound_goes(desk, tmp_path):
    loud = webm(tmp_path / "long", 45.0).read_bytes()  # some 500 kB
    ids = []
    for _ in range(4):
        ids.append(held(desk, loud))
        desk.clock.ahead_s += 60
    sizes = [desk.recordings.of(one).size for one in ids]
    assert sum(sizes[1:]) > 1_000_000 > sizes[3]
    desk.retention.apply(RetentionRule(recordings_mb=1))
    left = files(desk)
    assert ids[3] in left
    assert ids[0] not in left
    assert sum(desk.recordings.of(one).size for one in ids) <= 1_000_000


def test_the_clock_applies_the_options_every_ten_minutes(tmp_path, sound):
    desk = make_desk("http://127.0.0.1:9", tmp_path, keep_days=2)
    session_id = held(desk, sound)
    desk.retention.tick()
    desk.clock.ahead_s += 3 * DAY_S
    desk.retention.tick()
    assert desk.records.count() == 0
    assert files(desk) == set()
    with pytest.raises(NotFound):
        desk.records.get(session_id)


def test_the_stock_counts_what_there_is(desk, sound):
    first, second = held(desk, sound), held(desk)
    desk.records.delete(second)
    stock = desk.retention.stock()
    assert (stock.sessions, stock.deleted, stock.recordings) == (1, 1, 1)
    assert stock.bytes == desk.recordings.of(first).size


@pytest.mark.sqlite_only
def test_the_words_of_an_erased_session_are_not_found_any_more(desk):
    session_id = held(desk, words="zanzibar")
    desk.records.delete(session_id)
    desk.clock.ahead_s += UNDO.total_seconds() + 1
    desk.retention.purge()
    with sqlite3.connect(desk.config.data_dir / "greenroom.db") as connection:
        assert connection.execute("SELECT count(*) FROM turns_fts WHERE turns_fts MATCH 'zanzibar'").fetchone() == (0,)
