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
from tests.services.conftest import make_harness

pytestmark = pytest.mark.unit

DAY_S = 24 * 3600


@pytest.fixture
def harness(tmp_path):
    return make_harness("http://127.0.0.1:9", tmp_path / "data")


@pytest.fixture
def sound(tmp_path):
    return webm(tmp_path / "sound", 1.0).read_bytes()


def held(harness, sound=None, words="hello"):
    session_id = harness.launch()
    harness.calls.record_turn(session_id, Turn(1, "user", words, 0, 500))
    harness.calls.record_event(session_id, "agent_seen")
    if sound:
        harness.recordings.take(session_id, 0, 0, sound)
    harness.calls.end(session_id, "ended")
    harness.recordings.settle(session_id)
    harness.reviews.set_tags(session_id, ["kept"])
    harness.reviews.add_note(session_id, "noted")
    return session_id


def files(harness):
    folder = harness.config.data_dir / "recordings"
    return {path.name.split(".")[0] for path in folder.iterdir()} if folder.exists() else set()


def test_a_deleted_session_can_be_brought_back_for_an_hour_and_then_nothing_of_it_is_left(harness, sound):
    session_id, other = held(harness, sound, "zanzibar"), held(harness, sound)
    harness.records.delete(session_id)
    harness.retention.purge()
    harness.records.restore(session_id)
    assert harness.records.get(session_id).turns
    harness.records.delete(session_id)
    harness.clock.ahead_s += UNDO.total_seconds() + 1
    assert harness.retention.purge() == 1
    assert files(harness) == {other}
    assert harness.sessions.transcript.turns(session_id) == []
    with pytest.raises(NotFound):
        harness.reviews.of(session_id)
    harness.retention.vacuum()
    assert b"zanzibar" not in everything_in(harness.sessions._database), "not even in the pages that SQLite keeps for later"
    assert harness.records.get(other).turns


def test_the_preview_says_what_then_goes(harness, sound):
    old = [held(harness, sound), held(harness)]
    harness.clock.ahead_s += 40 * DAY_S
    young = held(harness, sound)
    running = harness.launch()
    rule = RetentionRule(sessions_days=30)
    size = harness.recordings.of(old[0]).size
    assert harness.retention.preview(rule) == RetentionPreview(2, 1, size)
    assert harness.retention.apply(rule) == RetentionPreview(2, 1, size)
    assert harness.retention.preview(rule) == RetentionPreview(0, 0, 0)
    assert files(harness) == {young}
    assert harness.records.count() == 2
    harness.calls.end(running, "ended")


def test_a_running_call_is_never_deleted_however_old(harness):
    session_id = harness.launch()
    harness.clock.ahead_s += 400 * DAY_S
    harness.retention.apply(RetentionRule(sessions_days=1))
    assert harness.session(session_id).state == "launching"
    harness.calls.end(session_id, "ended")


def test_old_sound_goes_and_its_words_stay(harness, sound):
    session_id = held(harness, sound)
    harness.clock.ahead_s += 8 * DAY_S
    assert harness.retention.apply(RetentionRule(recordings_days=7)).recordings == 1
    assert files(harness) == set()
    assert harness.recordings.of(session_id).state == "deleted"
    assert harness.records.get(session_id).turns


def test_beyond_the_size_the_oldest_sound_goes(harness, tmp_path):
    loud = webm(tmp_path / "long", 45.0).read_bytes()  # some 500 kB
    ids = []
    for _ in range(4):
        ids.append(held(harness, loud))
        harness.clock.ahead_s += 60
    sizes = [harness.recordings.of(one).size for one in ids]
    assert sum(sizes[1:]) > 1_000_000 > sizes[3]
    harness.retention.apply(RetentionRule(recordings_mb=1))
    left = files(harness)
    assert ids[3] in left
    assert ids[0] not in left
    assert sum(harness.recordings.of(one).size for one in ids) <= 1_000_000


def test_the_clock_applies_the_options_every_ten_minutes(tmp_path, sound):
    harness = make_harness("http://127.0.0.1:9", tmp_path, keep_days=2)
    session_id = held(harness, sound)
    harness.retention.tick()
    harness.clock.ahead_s += 3 * DAY_S
    harness.retention.tick()
    assert harness.records.count() == 0
    assert files(harness) == set()
    with pytest.raises(NotFound):
        harness.records.get(session_id)


def test_a_clock_that_was_set_wrongly_deletes_nothing(tmp_path, sound):
    harness = make_harness("http://127.0.0.1:9", tmp_path, keep_days=2)
    held(harness, sound)
    harness.sessions.delete(deleted := held(harness, sound))
    harness.retention.tick()
    harness.clock.wall_jump_s = 20 * 365 * DAY_S
    for _ in range(5):
        harness.retention.tick()
        harness.clock.ahead_s += 650
    harness.clock.wall_jump_s = 0.0
    harness.retention.tick()
    assert harness.records.count() == 1
    harness.sessions.restore(deleted)
    assert harness.records.count() == 2


def test_the_rule_is_applied_after_the_clock_was_set_back(tmp_path, sound):
    harness = make_harness("http://127.0.0.1:9", tmp_path, keep_days=2)
    harness.clock.wall_jump_s = 30 * DAY_S
    harness.retention.tick()
    harness.clock.wall_jump_s = 0.0
    held(harness, sound)
    harness.clock.ahead_s += 3 * DAY_S
    harness.retention.tick()
    assert harness.records.count() == 0


def test_the_stock_counts_what_there_is(harness, sound):
    first, second = held(harness, sound), held(harness)
    harness.records.delete(second)
    stock = harness.retention.usage()
    assert (stock.sessions, stock.deleted, stock.recordings) == (1, 1, 1)
    assert stock.bytes == harness.recordings.of(first).size


@pytest.mark.sqlite_only
def test_the_words_of_an_erased_session_are_not_found_any_more(harness):
    session_id = held(harness, words="zanzibar")
    harness.records.delete(session_id)
    harness.clock.ahead_s += UNDO.total_seconds() + 1
    harness.retention.purge()
    with sqlite3.connect(harness.config.data_dir / "greenroom.db") as connection:
        assert connection.execute("SELECT count(*) FROM turns_fts WHERE turns_fts MATCH 'zanzibar'").fetchone() == (0,)
