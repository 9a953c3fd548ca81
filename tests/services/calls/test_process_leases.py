"""Whose calls are whose: processes on one database, those that died among them, and clocks that jump."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.launch import LaunchRequest
from greenroom.model.process import WatchingProcess
from greenroom.model.session import REHEARSAL, SessionId
from greenroom.services.calls.leases import LEASE_S
from greenroom.services.operations import process_lease
from greenroom.store.processes import ProcessStore
from tests.services.conftest import Desk, make_desk

pytestmark = pytest.mark.twin

NOBODY = "http://127.0.0.1:9"
ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("jump_s", [20, 3600, -3600, 86_400])
def test_a_jump_of_the_wall_clock_ends_no_call(desk: Desk, jump_s: int) -> None:
    session_id = desk.run()
    desk.guard.tick()
    desk.clock.wall_jump_s = jump_s
    desk.guard.tick()
    assert desk.session(session_id).state == "running"


@pytest.mark.parametrize("jump_s", [-3600, 3600])
def test_a_jump_of_the_wall_clock_uses_up_no_cap_and_is_in_no_length(twin, tmp_path, jump_s: int) -> None:
    desk = make_desk(twin.url, tmp_path, max_day_s=1800)
    link = desk.services.guest_links.create(GuestLinkOptions(agent_id=desk.agents.default().id, total_s=600))
    key = desk.services.guest_links.path(link).partition("#")[2]
    guest = desk.services.guest_visits.launch(link.id, key, "", False).ticket.session_id
    desk.calls.start_agent(guest)
    desk.clock.wall_jump_s = jump_s
    desk.clock.ahead_s = 10
    assert desk.calls.limits.use().seconds in range(10, 60)
    for _ in range(8):
        desk.calls.seen(guest)
        desk.guard.tick()
        desk.clock.ahead_s += 1
    assert desk.session(guest).state == "running"
    desk.calls.end(guest, "ended")
    assert desk.session(guest).length_s in range(18, 60)
    assert desk.services.guest_links.list()[0].link.used_s == desk.session(guest).length_s


@pytest.mark.parametrize("jump_s", [-3600, 3600])
def test_a_jump_of_the_wall_clock_keeps_no_agent_of_a_dead_page(desk: Desk, jump_s: int) -> None:
    session_id = desk.run()
    desk.guard.tick()
    desk.clock.wall_jump_s = jump_s
    desk.clock.ahead_s = LEASE_S["browser"] + 1
    desk.guard.tick()
    assert desk.session(session_id).end_reason == "stage_lost"


def test_the_longest_call_is_counted_on_a_clock_that_does_not_jump(twin, tmp_path) -> None:
    desk = make_desk(twin.url, tmp_path, max_call_s=60)
    session_id = desk.run()
    desk.guard.tick()
    desk.clock.wall_jump_s = -3600
    desk.clock.ahead_s = 61
    for _ in range(2):
        desk.calls.seen(session_id)
        desk.guard.tick()
        desk.clock.ahead_s += 10
    assert desk.session(session_id).end_reason == "capped"


@pytest.fixture
def two(twin, tmp_path) -> tuple[Desk, Desk]:
    """Two machines with folders of their own on one database."""
    one = make_desk(twin.url, tmp_path / "one")
    return one, make_desk(twin.url, tmp_path / "two", database_url=one.config.database_url)


def test_a_process_elsewhere_is_dead_when_its_beat_stops(two: tuple[Desk, Desk]) -> None:
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


def test_closing_one_process_leaves_the_others_calls_alone(two: tuple[Desk, Desk]) -> None:
    here, there = two
    mine, theirs = here.run(), there.run()
    here.guard.stop_all()
    here.base.process.stop()
    assert here.session(mine).end_reason == "stopped"
    assert there.session(theirs).state == "running"
    there.calls.end(theirs, "ended")


def test_a_page_that_reconnects_to_another_process_is_watched_there(two: tuple[Desk, Desk]) -> None:
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
    desk = make_desk(twin.url, tmp_path)
    command = [sys.executable, "-m", "tests.services.calls.calling_process", twin.url, str(tmp_path), desk.config.database_url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        session_id = SessionId(other.stdout.readline().strip())
        assert desk.session(session_id).state == "running"
        mine = desk.run()
        for _ in range(5):
            desk.clock.ahead_s += process_lease.LEASE_S + 1
            desk.calls.seen(mine)
            desk.guard.tick()
        assert {desk.session(one).state for one in (session_id, mine)} == {"running"}, "both go on, however long one looks"
        other.kill()
        other.wait()
    assert desk.guard.sweep() == 1
    assert desk.session(session_id).end_reason == "lost"
    assert desk.agent_status(session_id) in ("STOPPING", "STOPPED")
    assert desk.session(mine).state == "running"
    desk.calls.end(mine, "ended")


def test_a_simulated_caller_holds_a_lease_that_its_run_renews(desk: Desk) -> None:
    request = LaunchRequest(desk.agents.default().id, origin=REHEARSAL, caller="simulated")
    session_id = desk.calls.launch(request).session_id
    desk.calls.start_agent(session_id)
    for _ in range(3):
        desk.clock.ahead_s += LEASE_S["simulated"] - 1
        desk.calls.seen(session_id)
        desk.guard.tick()
        assert desk.session(session_id).state == "running"
    desk.clock.ahead_s += LEASE_S["simulated"] + 1
    desk.guard.tick()
    assert desk.session(session_id).end_reason == "stage_lost"


def dead_process(desk: Desk, **facts: object) -> str:
    known = WatchingProcess("died0001", "elsewhere", desk.config.place, desk.config.app_id, False)
    ProcessStore(desk.base.database, desk.clock).register(replace(known, **facts))  # type: ignore[arg-type]
    desk.guard.sweep()  # sees its beat for the first time
    desk.clock.ahead_s += process_lease.LEASE_S + 1
    return known.id


def owned_by(desk: Desk, owner: str, **changes: object) -> SessionId:
    session = replace(desk.session(desk.launch()), id=SessionId("abandoned"), owner=owner, **changes)  # type: ignore[arg-type]
    desk.sessions.open(session)
    desk.sessions.attach_agent(session.id, "an-agent", desk.clock.now())
    return session.id


def test_agents_of_a_twin_that_died_with_its_process_need_no_stop(tmp_path) -> None:
    desk = make_desk(NOBODY, tmp_path)
    session_id = owned_by(desk, "died0001")
    dead_process(desk, own_twin=True)
    assert desk.guard.sweep() == 1
    session = desk.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("lost", True)


def test_an_agent_in_the_cloud_is_not_called_stopped_by_one_who_cannot_reach_it(desk: Desk) -> None:
    session_id = owned_by(desk, "died0001", place="cloud")
    dead_process(desk, place="cloud")
    desk.guard.sweep()
    session = desk.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("lost", False), "whoever can reach it stops it"


def test_a_session_that_0_1_0_left_open_is_closed(desk: Desk) -> None:
    installation = (desk.config.data_dir / "installation").read_text()
    session_id = owned_by(desk, installation)
    assert desk.guard.sweep() == 1
    assert desk.session(session_id).end_reason == "lost"
