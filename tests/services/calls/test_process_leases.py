"""Whose calls are whose: processes on one database, those that died among them, and clocks that jump."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from greenroom.errors import Conflict
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.launch import LaunchRequest
from greenroom.model.process import WatchingProcess
from greenroom.model.session import REHEARSAL, SessionId
from greenroom.services.calls.leases import LEASE_S
from greenroom.services.operations import process_lease
from greenroom.store.processes import ProcessStore
from tests.services.conftest import Harness, make_harness

pytestmark = pytest.mark.twin

NOBODY = "http://127.0.0.1:9"
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("jump_s", [20, 3600, -3600, 86_400])
def test_a_jump_of_the_wall_clock_ends_no_call(harness: Harness, jump_s: int) -> None:
    session_id = harness.run()
    harness.guard.tick()
    harness.clock.wall_jump_s = jump_s
    harness.guard.tick()
    assert harness.session(session_id).state == "running"


@pytest.mark.parametrize("jump_s", [-3600, 3600])
def test_a_jump_of_the_wall_clock_uses_up_no_cap_and_is_in_no_length(twin, tmp_path, jump_s: int) -> None:
    harness = make_harness(twin.url, tmp_path, max_day_s=1800)
    link = harness.services.guest_links.create(GuestLinkOptions(agent_id=harness.agents.default().id, total_s=600))
    key = harness.services.guest_links.path(link).partition("#")[2]
    guest = harness.services.guest_visits.launch(link.id, key, "", False).ticket.session_id
    harness.calls.start_agent(guest)
    harness.clock.wall_jump_s = jump_s
    harness.clock.ahead_s = 10
    assert harness.calls.limits.use().seconds in range(10, 60)
    for _ in range(8):
        harness.calls.seen(guest)
        harness.guard.tick()
        harness.clock.ahead_s += 1
    assert harness.session(guest).state == "running"
    harness.calls.end(guest, "ended")
    assert harness.session(guest).length_s in range(18, 60)
    assert harness.services.guest_links.list()[0].link.used_s == harness.session(guest).length_s


@pytest.mark.parametrize("jump_s", [-3600, 3600])
def test_a_jump_of_the_wall_clock_keeps_no_agent_of_a_dead_page(harness: Harness, jump_s: int) -> None:
    session_id = harness.run()
    harness.guard.tick()
    harness.clock.wall_jump_s = jump_s
    harness.clock.ahead_s = LEASE_S["browser"] + 1
    harness.guard.tick()
    assert harness.session(session_id).end_reason == "stage_lost"


@pytest.mark.parametrize("jump_s", [-3600, 3600])
def test_events_stand_where_they_happened_in_the_call_after_a_jump_of_the_wall_clock(harness: Harness, jump_s: int) -> None:
    session_id = harness.run()
    harness.guard.tick()
    harness.clock.ahead_s = 30
    harness.clock.wall_jump_s = jump_s
    harness.calls.record_event(session_id, "marked")
    at_ms = next(event.at_ms for event in harness.sessions.transcript.events(session_id) if event.kind == "marked")
    assert 30_000 <= at_ms < 90_000


def test_a_start_that_may_still_come_is_looked_for_after_a_jump_of_the_wall_clock(harness: Harness) -> None:
    session_id = harness.launch()
    harness.sessions.advance(session_id, state="starting", from_states=("launching",))
    harness.calls.end(session_id, "refused", "no answer")
    harness.clock.wall_jump_s = 3600
    harness.guard.tick()
    assert not harness.session(session_id).agent_stopped


def test_the_longest_call_is_counted_on_a_clock_that_does_not_jump(twin, tmp_path) -> None:
    harness = make_harness(twin.url, tmp_path, max_call_s=60)
    session_id = harness.run()
    harness.guard.tick()
    harness.clock.wall_jump_s = -3600
    harness.clock.ahead_s = 61
    for _ in range(2):
        harness.calls.seen(session_id)
        harness.guard.tick()
        harness.clock.ahead_s += 10
    assert harness.session(session_id).end_reason == "capped"


@pytest.fixture
def two(twin, tmp_path) -> tuple[Harness, Harness]:
    """Two machines with folders of their own on one database."""
    one = make_harness(twin.url, tmp_path / "one")
    return one, make_harness(twin.url, tmp_path / "two", database_url=one.config.database_url)


def test_a_process_elsewhere_is_dead_when_its_beat_stops(two: tuple[Harness, Harness]) -> None:
    here, there = two
    session_id = there.run()
    assert here.guard.sweep() == 0
    for _ in range(3):
        here.clock.ahead_s += process_lease.LEASE_S - 1
        there.clock.ahead_s = here.clock.ahead_s
        there.base.process.beat()
        assert here.guard.sweep() == 0, "it beats"
    there.kill()
    here.clock.ahead_s += process_lease.LEASE_S + 1
    assert here.guard.sweep() == 1
    session = here.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("lost", True)
    assert here.agent_status(session_id) in ("STOPPING", "STOPPED")


def test_closing_one_process_leaves_the_others_calls_alone(two: tuple[Harness, Harness]) -> None:
    here, there = two
    mine, theirs = here.run(), there.run()
    here.guard.stop_all()
    here.base.process.stop()
    assert here.session(mine).end_reason == "stopped"
    assert there.session(theirs).state == "running"
    there.calls.end(theirs, "ended")


def test_a_page_that_reconnects_to_another_process_is_watched_there(two: tuple[Harness, Harness]) -> None:
    here, there = two
    session_id = there.run()
    here.calls.page_connected(session_id)
    there.clock.ahead_s = 3600
    there.guard.tick()
    there.kill()
    here.clock.ahead_s = process_lease.LEASE_S + 1
    here.calls.seen(session_id)
    here.guard.tick()
    assert here.session(session_id).state == "running"
    here.calls.end(session_id, "ended")


def test_two_real_processes_share_a_folder_and_a_killed_one_is_swept_at_once(twin, tmp_path) -> None:
    """Its lock goes with it, whatever killed it: nobody has to wait for a beat that does not come."""
    harness = make_harness(twin.url, tmp_path)
    command = [sys.executable, "-m", "tests.services.calls.calling_process", twin.url, str(tmp_path), harness.config.database_url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        session_id = SessionId(other.stdout.readline().strip())
        assert harness.session(session_id).state == "running"
        mine = harness.run()
        for _ in range(5):
            harness.clock.ahead_s += process_lease.LEASE_S + 1
            harness.calls.seen(mine)
            harness.guard.tick()
        assert {harness.session(one).state for one in (session_id, mine)} == {"running"}, "both go on, however long one looks"
        other.kill()
        other.wait()
    assert harness.guard.sweep() == 1
    assert harness.session(session_id).end_reason == "lost"
    assert harness.agent_status(session_id) in ("STOPPING", "STOPPED")
    assert harness.session(mine).state == "running"
    harness.calls.end(mine, "ended")


def test_a_lock_file_that_cannot_be_removed_holds_up_neither_the_end_nor_the_sweep(twin, tmp_path) -> None:
    """As in a folder that became read-only. The end's exception left the database open."""
    here, other = make_harness(twin.url, tmp_path), make_harness(twin.url, tmp_path)
    for process in (here.base.process, other.base.process):
        file = process._file(process.id)
        file.unlink()
        file.mkdir()
    session_id = other.launch()
    other.kill()
    here.clock.ahead_s += process_lease.LEASE_S + 1
    here.guard.sweep()
    here.clock.ahead_s += process_lease.LEASE_S + 1
    here.guard.sweep()
    assert here.session(session_id).end_reason == "lost"
    here.base.process.stop()


@pytest.fixture
def apart(twin, tmp_path) -> Iterator[tuple[Harness, Harness]]:
    """Two processes on one folder, each with a twin of its own; the second one's has never heard of the first one's agents."""
    gone = httpx.Response(404, json={"reason": "TaskNotFound", "detail": "no such agent"})
    here = make_harness("", tmp_path)
    there = make_harness("", tmp_path, transport=lambda real: httpx.MockTransport(lambda request: gone))
    for harness in (here, there):
        harness.base.twin._url = twin.url
    yield here, there
    here.guard.stop_all()


def test_an_agent_in_the_twin_of_another_process_is_stopped_by_that_one(apart: tuple[Harness, Harness]) -> None:
    here, there = apart
    session_id = here.run()
    here.guard.tick()
    assert there.calls.end(session_id, "stopped", "Stopped on the Running agents page.")
    assert not there.session(session_id).agent_stopped, "nobody has stopped it yet"
    there.guard.sweep()
    assert not there.session(session_id).agent_stopped
    here.guard.tick()
    assert here.agent_status(session_id) in ("STOPPING", "STOPPED")
    assert (here.session(session_id).agent_stopped, here.told[-1]) == (True, (session_id, "ended"))


def test_an_agent_in_the_twin_of_a_process_that_was_taken_for_dead_is_stopped_when_that_one_wakes_up(apart) -> None:
    here, there = apart
    session_id = here.run()
    here.guard.tick()
    there.sessions.close(session_id, "lost", "Greenroom stopped unexpectedly during the call.", there.clock.now())
    there.sessions.agent_stopped(session_id)  # as for a twin that died with its process
    here.guard.tick()
    assert here.agent_status(session_id) in ("STOPPING", "STOPPED")
    assert here.told[-1] == (session_id, "ended")


def test_a_call_in_the_twin_of_another_process_is_left_to_it_in_words(apart: tuple[Harness, Harness]) -> None:
    here, there = apart
    session_id = here.run()
    capability = here.calls._tokens.capabilities.issue(session_id)
    for attempt in (
        lambda: there.calls.commands.say(session_id, "Hello"),
        lambda: there.calls.apply(session_id),
        lambda: there.calls.page_connected(session_id),
        lambda: there.calls.ticket_again(session_id, capability),
        lambda: there.external.speak(here.session(session_id).agora_agent_id, "Hello", "APPEND"),
    ):
        with pytest.raises(Conflict, match="another process"):
            attempt()
    there.guard.tick()
    assert (here.session(session_id).state, here.session(session_id).owner) == ("running", here.base.process.id)


def test_a_simulated_caller_holds_a_lease_that_its_run_renews(harness: Harness) -> None:
    request = LaunchRequest(harness.agents.default().id, origin=REHEARSAL, caller="simulated")
    session_id = harness.calls.launch(request).session_id
    harness.calls.start_agent(session_id)
    for _ in range(3):
        harness.clock.ahead_s += LEASE_S["simulated"] - 1
        harness.calls.seen(session_id)
        harness.guard.tick()
        assert harness.session(session_id).state == "running"
    harness.clock.ahead_s += LEASE_S["simulated"] + 1
    harness.guard.tick()
    assert harness.session(session_id).end_reason == "stage_lost"


def dead_process(harness: Harness, **facts: object) -> str:
    known = WatchingProcess("died0001", "elsewhere", harness.config.place, harness.config.app_id, False)
    ProcessStore(harness.base.database, harness.clock).register(replace(known, **facts))  # type: ignore[arg-type]
    harness.guard.sweep()  # sees its beat for the first time
    harness.clock.ahead_s += process_lease.LEASE_S + 1
    return known.id


def owned_by(harness: Harness, owner: str, **changes: object) -> SessionId:
    session = replace(harness.session(harness.launch()), id=SessionId("abandoned"), owner=owner, **changes)  # type: ignore[arg-type]
    harness.sessions.open(session)
    harness.sessions.attach_agent(session.id, "an-agent", harness.clock.now())
    return session.id


def test_agents_of_a_twin_that_died_with_its_process_need_no_stop(tmp_path) -> None:
    harness = make_harness(NOBODY, tmp_path)
    session_id = owned_by(harness, "died0001")
    dead_process(harness, own_twin=True)
    assert harness.guard.sweep() == 1
    session = harness.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("lost", True)


def test_an_agent_in_the_cloud_is_not_called_stopped_by_one_who_cannot_reach_it(harness: Harness) -> None:
    session_id = owned_by(harness, "died0001", place="cloud")
    dead_process(harness, place="cloud")
    harness.guard.sweep()
    session = harness.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("lost", False), "whoever can reach it stops it"


def test_a_session_that_0_1_0_left_open_is_closed(harness: Harness) -> None:
    installation = (harness.config.data_dir / "installation").read_text()
    session_id = owned_by(harness, installation)
    assert harness.guard.sweep() == 1
    assert harness.session(session_id).end_reason == "lost"
