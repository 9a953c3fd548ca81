"""Nobody's agent is left running: silence, caps, crashes and agents that leave by themselves."""

from __future__ import annotations

import time

import pytest

from greenroom.services.calls.agent_runs import LATE_START_S
from greenroom.services.calls.call_ending import GOODBYE_S
from greenroom.services.calls.leases import LEASE_S
from greenroom.services.calls.watchdog import LAUNCH_TIMEOUT_S, SWEEP_EVERY_S
from tests.conftest import until
from tests.services.conftest import make_desk

pytestmark = pytest.mark.twin


def test_a_fault_of_ours_in_one_call_leaves_the_others_watched(desk, monkeypatch, caplog):
    odd, dead = desk.run(), desk.run()
    desk.guard.tick()
    age_s = desk.calls._leases.age_s

    def failing(session):
        if session.id == odd:
            raise RuntimeError("a fault of ours")
        return age_s(session)

    monkeypatch.setattr(desk.calls._leases, "age_s", failing)
    desk.clock.ahead_s += LEASE_S["browser"] + 1
    desk.guard.tick()
    assert [desk.session(one).state for one in (odd, dead)] == ["running", "ended"]
    assert "a fault of ours" in caplog.text


def test_a_page_that_fell_silent_loses_its_agent(desk):
    """row 30"""
    session_id = desk.run()
    desk.clock.ahead_s = LEASE_S["browser"] + 1
    desk.guard.tick()
    session = desk.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("stage_lost", True)
    assert desk.agent_status(session_id) in ("STOPPING", "STOPPED")


def test_a_page_that_says_it_lives_keeps_its_agent(desk):
    session_id = desk.run()
    desk.clock.ahead_s = LEASE_S["browser"] + 1
    desk.calls.seen(session_id)
    desk.guard.tick()
    assert desk.session(session_id).state == "running"


def test_a_launch_that_never_gets_into_the_channel_is_closed(desk):
    """row 25"""
    session_id = desk.launch()
    desk.clock.ahead_s = LAUNCH_TIMEOUT_S + 1
    desk.guard.tick()
    assert desk.session(session_id).end_reason == "start_timeout"


def test_the_longest_call_ends_by_itself(twin, tmp_path):
    """row 26: warned, said goodbye to, then ended"""
    desk = make_desk(twin.url, tmp_path, max_call_s=180)
    session_id = desk.run()
    for ahead, expected in ((100, []), (130, ["notice"]), (140, ["notice"]), (181, ["notice"] * 2), (183, ["notice"] * 2)):
        desk.clock.ahead_s = ahead
        desk.calls.seen(session_id)
        desk.guard.tick()
        assert [kind for _, kind in desk.told] == expected, ahead
        assert desk.session(session_id).state == "running"
    desk.clock.ahead_s = 183 + GOODBYE_S
    desk.calls.seen(session_id)
    desk.guard.tick()
    assert desk.session(session_id).end_reason == "capped"


def test_the_agent_says_goodbye_before_it_is_taken_away(twin, tmp_path):
    desk = make_desk(twin.url, tmp_path, max_call_s=60)
    session_id = desk.run()
    session = desk.session(session_id)
    until(lambda: desk.agent_status(session_id) == "RUNNING")
    desk.clock.ahead_s = 61
    desk.calls.seen(session_id)
    desk.guard.tick()

    def said():
        history = desk.agora.history(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        return any("goodbye" in line.content for line in history.lines)

    until(said)
    desk.calls.end(session_id, "ended")


def test_an_agent_that_nobody_talks_to_leaves_and_the_session_says_so(desk):
    """row 26: the time-out is the twin's own; nobody ever comes into this channel."""
    agent = desk.agents.list()[0]
    draft = desk.agents.draft(agent.id)
    desk.agents.save(agent.id, {**draft.settings, "turns.idle": 5}, draft.revision)
    session_id = desk.run()
    deadline = time.monotonic() + 20
    while desk.session(session_id).state != "ended" and time.monotonic() < deadline:
        desk.calls.seen(session_id)
        desk.guard.stage_left(session_id)
        desk.guard.tick()
        time.sleep(0.2)
    assert desk.session(session_id).end_reason == "idle"


def test_after_a_crash_the_sweep_stops_the_agent_and_says_that_the_server_was_killed(twin, tmp_path):
    """row 30"""
    killed = make_desk(twin.url, tmp_path)
    session_id = killed.run()
    killed.kill()
    again = make_desk(twin.url, tmp_path)
    assert again.guard.sweep() == 1
    session = again.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("lost", True)
    assert again.agent_status(session_id) in ("STOPPING", "STOPPED")


def test_a_crash_between_agoras_answer_and_the_note_of_it_leaves_no_agent(twin, tmp_path):
    killed = make_desk(twin.url, tmp_path)
    session_id = killed.launch()
    killed.sessions.advance(session_id, state="starting", from_states=("launching",))
    session = killed.session(session_id)
    joined = killed.agora.join(**killed.calls.runs.join_body(session))
    killed.kill()
    again = make_desk(twin.url, tmp_path)
    again.guard.sweep()
    state = again.agora.get(joined.agent_id, channel=session.channel, agent_uid=session.agent_uid)
    assert state.status in ("STOPPING", "STOPPED")
    assert again.session(session_id).agent_stopped


def test_the_sweep_leaves_the_calls_of_a_living_process_alone(twin, tmp_path):
    """Two processes on one folder and one database."""
    other = make_desk(twin.url, tmp_path)
    session_id = other.run()
    second = make_desk(twin.url, tmp_path)
    assert second.guard.sweep() == 0
    second.clock.ahead_s = 3600
    second.guard.tick()
    second.guard.stop_all()
    assert other.session(session_id).state == "running"
    other.calls.end(session_id, "ended")


def test_closing_the_app_stops_every_call(desk):
    sessions = [desk.run(), desk.launch()]
    desk.guard.stop_all()
    assert {desk.session(s).end_reason for s in sessions} == {"stopped"}
    assert desk.sessions.unfinished() == []


def test_a_start_that_succeeds_late_is_still_found_and_stopped(twin, tmp_path):
    """The answer to the start was lost, and the agent appears only after it was looked for."""
    desk = make_desk(twin.url, tmp_path)
    session_id = desk.launch()
    desk.sessions.advance(session_id, state="starting", from_states=("launching",))
    desk.calls.end(session_id, "refused", "no answer")
    desk.guard.tick()
    session = desk.session(session_id)
    assert not session.agent_stopped
    late = desk.agora.join(**desk.calls.runs.join_body(session))
    desk.clock.ahead_s = SWEEP_EVERY_S + 1
    desk.guard.tick()
    state = desk.agora.get(late.agent_id, channel=session.channel, agent_uid=session.agent_uid)
    assert state.status in ("STOPPING", "STOPPED")
    assert desk.session(session_id).agent_stopped


def test_a_start_that_never_came_is_given_up_after_a_while(twin, tmp_path):
    desk = make_desk(twin.url, tmp_path)
    session_id = desk.launch()
    desk.sessions.advance(session_id, state="starting", from_states=("launching",))
    desk.calls.end(session_id, "refused", "no answer")
    desk.clock.ahead_s = LATE_START_S + 1
    desk.guard.tick()
    assert desk.session(session_id).agent_stopped
