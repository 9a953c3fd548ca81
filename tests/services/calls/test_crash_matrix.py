"""Whatever dies at whatever step: what was stored stays, the session is closed with the true reason, and no agent runs on."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from greenroom.errors import DiskFull, StoreUnavailable
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.session import API, SessionId, Turn
from greenroom.services.calls.leases import LEASE_S
from greenroom.services.calls.watchdog import SWEEP_EVERY_S
from greenroom.services.operations.process_lease import BEAT_EVERY_S
from greenroom.web.sample_backend import SampleBackend
from tests.conftest import until
from tests.full_disk import full_disk
from tests.postgres import PrivatePostgres, find_binaries
from tests.recording.sound import webm
from tests.services.conftest import Harness, make_harness

pytestmark = pytest.mark.twin

NOBODY = "http://127.0.0.1:9"
ROOT = Path(__file__).parents[3]
SAID = (Turn(0, "agent", "Good day.", 800, 1900, source="greeting"), Turn(1, "user", "Are dogs welcome?", 3000, 4200))


# ── the app is killed (SIGKILL: nothing of it runs any more) at each step of a call


def launched(harness: Harness) -> SessionId:
    return harness.launch()


def agent_asked_for(harness: Harness) -> SessionId:
    """Agora has started it, and the answer was on its way."""
    session_id = harness.launch()
    harness.sessions.advance(session_id, state="starting", from_states=("launching",))
    harness.agora.join(**harness.calls.runs.join_body(harness.session(session_id)))
    return session_id


def running(harness: Harness) -> SessionId:
    return harness.run()


def talking(harness: Harness) -> SessionId:
    session_id = harness.run()
    for turn in SAID:
        harness.calls.record_turn(session_id, turn)
    return session_id


def ending(harness: Harness) -> SessionId:
    """The record says ended; the order to leave had not been sent."""
    session_id = talking(harness)
    harness.sessions.close(session_id, "ended", "", harness.clock.now())
    return session_id


@pytest.mark.parametrize("step", [launched, agent_asked_for, running, talking, ending], ids=lambda step: step.__name__)
def test_an_app_that_is_killed_is_tidied_up_after_when_it_is_back(twin, tmp_path, step: Callable[[Harness], SessionId]):
    """row 30"""
    killed = make_harness(twin.url, tmp_path)
    session_id = step(killed)
    before = killed.sessions.transcript.turns(session_id)
    killed.kill()
    killed.sessions._database.close()

    back = make_harness(twin.url, tmp_path)
    started = time.monotonic()
    back.guard.sweep()
    back.clock.ahead_s += SWEEP_EVERY_S + 1
    back.guard.tick()
    assert time.monotonic() - started < 30
    session = back.session(session_id)
    assert (session.state, session.end_reason) == ("ended", "ended" if step is ending else "lost")
    assert [turn for turn in back.sessions.transcript.turns(session_id) if turn in before] == before
    live = [
        agent
        for state in ("1", "2")
        for agent in back.agora.list(channel=session.channel, state=state, agent_uid=session.agent_uid).agents
    ]
    assert live == []


def test_a_recording_of_a_killed_app_can_be_played_when_it_is_back(tmp_path):
    killed = make_harness(NOBODY, tmp_path)
    session_id = killed.launch()
    data = webm(tmp_path / "sound", 3.0).read_bytes()
    for number, start in enumerate(range(0, len(data) * 2 // 3, 4000)):
        killed.recordings.take(session_id, 0, number, data[start : start + 4000])
    killed.kill()
    killed.sessions._database.close()

    back = make_harness(NOBODY, tmp_path)
    back.guard.sweep()
    back.clock.ahead_s += 60
    back.recordings.settle_due()
    recording = back.recordings.of(session_id)
    assert recording is not None
    assert recording.state == "ready"
    assert 1000 < recording.length_ms < 2500


# ── the power is cut: the files as they stand at one moment of a writer in full swing


@pytest.mark.sqlite_only
def test_a_database_copied_in_the_middle_of_writing_is_whole(tmp_path):
    harness = make_harness(NOBODY, tmp_path / "data")
    session_id = harness.launch()
    harness.sessions._database.close()
    file = harness.config.data_dir / "greenroom.db"
    command = [sys.executable, "-m", "tests.store.writer", f"sqlite:///{file}", session_id, "1", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        committed = 0
        for cut in range(8):
            for _ in range(1 + 7 * cut):
                committed = int(writer.stdout.readline())
            writer.send_signal(signal.SIGSTOP)
            folder = tmp_path / f"cut{cut}"
            folder.mkdir()
            for part in (file, Path(f"{file}-wal")):
                shutil.copy(part, folder / part.name)
            writer.send_signal(signal.SIGCONT)
            with sqlite3.connect(folder / file.name) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                numbers = [row[0] for row in connection.execute("SELECT turn_id FROM turns ORDER BY turn_id")]
                (count,) = connection.execute("SELECT turn_count FROM sessions").fetchone()
            assert numbers == list(range(1, len(numbers) + 1)), "no hole"
            assert len(numbers) >= committed
            assert count == len(numbers), "a turn and the sum of the session come together"
        writer.kill()


# ── the disk is full


def fill(harness: Harness, session_id: SessionId, stored: list[int]) -> None:
    for number in range(1, 2000):
        harness.calls.record_turn(session_id, Turn(number, "user", "word " * 400, number, number + 1))
        stored.append(number)


@pytest.mark.sqlite_only
def test_a_full_disk_loses_no_turn_and_says_so_to_a_recording(tmp_path):
    harness = make_harness(NOBODY, tmp_path)
    session_id = harness.launch()
    stored: list[int] = []
    assert harness.recordings.take(session_id, 0, 0, bytes(1000)) == 1
    wal = Path(f"{harness.config.data_dir / 'greenroom.db'}-wal")
    size = max(wal.stat().st_size, (harness.config.data_dir / "greenroom.db").stat().st_size)
    with full_disk(size + 100_000):
        fill(harness, session_id, stored)
        with pytest.raises(DiskFull):
            harness.recordings.take(session_id, 0, 1, bytes(900_000))
    written = [turn.turn_id for turn in harness.sessions.transcript.turns(session_id)]
    assert 0 < len(written) < len(stored)
    harness.guard.tick()
    assert [turn.turn_id for turn in harness.sessions.transcript.turns(session_id)] == stored, (
        "the rest is written when there is room again"
    )
    assert harness.recordings.take(session_id, 0, 1, bytes(1000)) == 2
    assert harness.calls.end(session_id, "ended")


@pytest.mark.sqlite_only
@pytest.mark.parametrize("ends", ["the button", "a page that fell silent"])
def test_on_a_full_disk_the_agent_is_stopped_and_the_record_completed_later(twin, tmp_path, ends):
    harness = make_harness(twin.url, tmp_path)
    session_id = harness.run()
    until(lambda: harness.agent_status(session_id) == "RUNNING")
    agent_id = harness.session(session_id).agora_agent_id
    harness.agora.speak(agent_id, "Only the agent knows this.")
    until(lambda: any("Only" in line.content for line in harness.agora.history(agent_id).lines))
    with full_disk(1):
        if ends == "the button":
            assert harness.calls.end(session_id, "ended")
        else:
            harness.clock.ahead_s = LEASE_S["browser"] + 1
            with pytest.raises(StoreUnavailable):
                harness.guard.tick()
            harness.clock.ahead_s += BEAT_EVERY_S
            with pytest.raises(StoreUnavailable):
                harness.guard.tick()
        assert harness.told.count((session_id, "ended")) == 1, "it ends once, however long the disk stays full"
        assert harness.calls.get(session_id).state == "ended", "to a page that reconnects"
        assert harness.session(session_id).state == "running", "nothing could be written"
        assert harness.agent_status(session_id) in ("STOPPING", "STOPPED")
    harness.guard.tick()
    session = harness.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("ended" if ends == "the button" else "stage_lost", True)
    if ends != "the button":  # its page has not reported the last turns
        assert any("Only the agent" in turn.text for turn in harness.sessions.transcript.turns(session_id))


@pytest.mark.sqlite_only
def test_on_a_full_disk_each_way_to_stop_agents_stops_them(twin, tmp_path):
    here, there = make_harness(twin.url, tmp_path), make_harness(twin.url, tmp_path)
    link = here.services.guest_links.create(GuestLinkOptions(agent_id=here.agents.default().id))
    key = here.services.guest_links.path(link).partition("#")[2]
    guest = here.services.guest_visits.launch(link.id, key, "", False).ticket.session_id
    here.calls.start_agent(guest)
    others = [there.run(), here.run()]
    overview = [one for one in here.running.overview().agents if one.session and one.session.id in others]
    with full_disk(1):
        with pytest.raises(StoreUnavailable):
            here.services.guest_links.end(link.id)
        assert here.agent_status(guest) in ("STOPPING", "STOPPED")
        here.running.stop_all(overview)
        assert {here.agent_status(one) for one in others} <= {"STOPPING", "STOPPED"}
    for harness in (here, there):
        harness.guard.tick()
    assert here.sessions.unfinished() == []


# ── the database goes away and comes back


@pytest.fixture
def server() -> Iterator[PrivatePostgres]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed")
    made = PrivatePostgres(binaries)
    yield made
    made.stop()


def test_a_database_that_goes_away_and_comes_back_costs_nothing(twin, tmp_path, server):
    harness = make_harness(twin.url, tmp_path, database_url=server.url(server.new_database()))
    session_id = talking(harness)
    backend = SampleBackend(harness.services.external, API)
    agent_id = harness.session(harness.run()).agora_agent_id
    server.crash()
    assert backend.hang_up({"agent_id": agent_id}).status == 200
    assert harness.agora.get(agent_id).status in ("STOPPING", "STOPPED"), "the API stops agents even so"
    assert backend.hang_up({"agent_id": "not-one-of-ours"}).status == 503
    harness.calls.record_turn(session_id, Turn(2, "user", "late", 5000, 6000))
    with pytest.raises(StoreUnavailable):
        harness.guard.tick()
    server.come_back()
    harness.calls.seen(session_id)
    harness.guard.tick()
    assert harness.session(session_id).state == "running", "the call went on"
    harness.calls.record_turn(session_id, Turn(3, "user", "here again", 7000, 8000))
    assert [turn.turn_id for turn in harness.sessions.transcript.turns(session_id)] == [0, 1, 2, 3]
    assert harness.calls.end(session_id, "ended")
    assert harness.session(session_id).agent_stopped


def test_two_dashboards_on_one_database_tidy_up_after_themselves_only(twin, tmp_path, server):
    url = server.url(server.new_database())
    one = make_harness(twin.url, tmp_path / "one", database_url=url)
    two = make_harness(twin.url, tmp_path / "two", database_url=url)
    mine, theirs = one.run(), two.run()
    assert {session.id for session in one.sessions.unfinished()} == {mine, theirs}
    one.kill()
    again = make_harness(twin.url, tmp_path / "one", database_url=url)
    assert again.guard.sweep() == 1
    assert again.session(mine).end_reason == "lost"
    assert again.session(theirs).state == "running"
    assert two.calls.end(theirs, "ended")
    assert not one.calls.end(theirs, "stopped"), "one of the two ended it, once"
