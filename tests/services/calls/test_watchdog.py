"""Nobody's agent is left running: silence, caps, crashes and agents that leave by themselves."""

from __future__ import annotations

import time

import pytest

from greenroom.services.calls.agent_runs import LATE_START_S
from greenroom.services.calls.call_ending import GOODBYE_S
from greenroom.services.calls.leases import LEASE_S
from greenroom.services.calls.watchdog import LAUNCH_TIMEOUT_S, SWEEP_EVERY_S
from tests.conftest import until
from tests.services.conftest import make_harness

pytestmark = pytest.mark.twin


def test_a_fault_of_ours_in_one_call_leaves_the_others_watched(harness, monkeypatch, caplog):
    odd, dead = harness.run(), harness.run()
    harness.guard.tick()
    age_s = harness.calls._leases.age_s

    def failing(session):
        if session.id == odd:
            raise RuntimeError("a fault of ours")
        return age_s(session)

    monkeypatch.setattr(harness.calls._leases, "age_s", failing)
    harness.clock.ahead_s += LEASE_S["browser"] + 1
    harness.guard.tick()
    assert [harness.session(one).state for one in (odd, dead)] == ["running", "ended"]
    assert "a fault of ours" in caplog.text


def test_a_page_that_fell_silent_loses_its_agent(harness):
    """row 30"""
    session_id = harness.run()
    harness.clock.ahead_s = LEASE_S["browser"] + 1
    harness.guard.tick()
    session = harness.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("stage_lost", True)
    assert harness.agent_status(session_id) in ("STOPPING", "STOPPED")


def test_a_page_that_says_it_lives_keeps_its_agent(harness):
    session_id = harness.run()
    harness.clock.ahead_s = LEASE_S["browser"] + 1
    harness.calls.seen(session_id)
    harness.guard.tick()
    assert harness.session(session_id).state == "running"


def test_a_launch_that_never_gets_into_the_channel_is_closed(harness):
    """row 25"""
    session_id = harness.launch()
    harness.clock.ahead_s = LAUNCH_TIMEOUT_S + 1
    harness.guard.tick()
    assert harness.session(session_id).end_reason == "start_timeout"


def test_the_longest_call_ends_by_itself(twin, tmp_path):
    """row 26: warned, said goodbye to, then ended"""
    harness = make_harness(twin.url, tmp_path, max_call_s=180)
    session_id = harness.run()
    for ahead, expected in ((100, []), (130, ["notice"]), (140, ["notice"]), (181, ["notice"] * 2), (183, ["notice"] * 2)):
        harness.clock.ahead_s = ahead
        harness.calls.seen(session_id)
        harness.guard.tick()
        assert [kind for _, kind in harness.told] == expected, ahead
        assert harness.session(session_id).state == "running"
    harness.clock.ahead_s = 183 + GOODBYE_S
    harness.calls.seen(session_id)
    harness.guard.tick()
    assert harness.session(session_id).end_reason == "capped"


def test_the_agent_says_goodbye_before_it_is_taken_away(twin, tmp_path):
    harness = make_harness(twin.url, tmp_path, max_call_s=60)
    session_id = harness.run()
    session = harness.session(session_id)
    until(lambda: harness.agent_status(session_id) == "RUNNING")
    harness.clock.ahead_s = 61
    harness.calls.seen(session_id)
    harness.guard.tick()

    def said():
        history = harness.agora.history(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        return any("goodbye" in line.content for line in history.lines)

    until(said)
    harness.calls.end(session_id, "ended")


def test_an_agent_that_nobody_talks_to_leaves_and_the_session_says_so(harness):
    """row 26: the time-out is the twin's own; nobody ever comes into this channel."""
    agent = harness.agents.list()[0]
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, "turns.idle": 5}, draft.revision)
    session_id = harness.run()
    deadline = time.monotonic() + 20
    while harness.session(session_id).state != "ended" and time.monotonic() < deadline:
        harness.calls.seen(session_id)
        harness.guard.stage_left(session_id)
        harness.guard.tick()
        time.sleep(0.2)
    assert harness.session(session_id).end_reason == "idle"


def test_after_a_crash_the_sweep_stops_the_agent_and_says_that_the_server_was_killed(twin, tmp_path):
    """row 30"""
    killed = make_harness(twin.url, tmp_path)
    session_id = killed.run()
    killed.kill()
    again = make_harness(twin.url, tmp_path)
    assert again.guard.sweep() == 1
    session = again.session(session_id)
    assert (session.end_reason, session.agent_stopped) == ("lost", True)
    assert again.agent_status(session_id) in ("STOPPING", "STOPPED")


def test_a_crash_between_agoras_answer_and_the_note_of_it_leaves_no_agent(twin, tmp_path):
    killed = make_harness(twin.url, tmp_path)
    session_id = killed.launch()
    killed.sessions.advance(session_id, state="starting", from_states=("launching",))
    session = killed.session(session_id)
    joined = killed.agora.join(**killed.calls.runs.join_body(session))
    killed.kill()
    again = make_harness(twin.url, tmp_path)
    again.guard.sweep()
    state = again.agora.get(joined.agent_id, channel=session.channel, agent_uid=session.agent_uid)
    assert state.status in ("STOPPING", "STOPPED")
    assert again.session(session_id).agent_stopped


def test_the_sweep_leaves_the_calls_of_a_living_process_alone(twin, tmp_path):
    """Two processes on one folder and one database."""
    other = make_harness(twin.url, tmp_path)
    session_id = other.run()
    second = make_harness(twin.url, tmp_path)
    assert second.guard.sweep() == 0
    second.clock.ahead_s = 3600
    second.guard.tick()
    second.guard.stop_all()
    assert other.session(session_id).state == "running"
    other.calls.end(session_id, "ended")


def test_closing_the_app_stops_every_call_and_every_agent_whose_start_was_not_confirmed(harness):
    sessions, unclear = [harness.run(), harness.launch()], harness.launch()
    harness.sessions.advance(unclear, state="starting", from_states=("launching",))
    harness.agora.join(**harness.calls.runs.join_body(harness.session(unclear)))
    harness.calls.end(unclear, "refused", "no answer")
    harness.guard.stop_all()
    assert {harness.session(s).end_reason for s in sessions} == {"stopped"}
    assert harness.sessions.unfinished() == []
    assert harness.session(unclear).agent_stopped


def test_a_start_that_succeeds_late_is_still_found_and_stopped(twin, tmp_path):
    """The answer to the start was lost, and the agent appears only after it was looked for."""
    harness = make_harness(twin.url, tmp_path)
    session_id = harness.launch()
    harness.sessions.advance(session_id, state="starting", from_states=("launching",))
    harness.calls.end(session_id, "refused", "no answer")
    harness.guard.tick()
    session = harness.session(session_id)
    assert not session.agent_stopped
    late = harness.agora.join(**harness.calls.runs.join_body(session))
    harness.clock.ahead_s = SWEEP_EVERY_S + 1
    harness.guard.tick()
    state = harness.agora.get(late.agent_id, channel=session.channel, agent_uid=session.agent_uid)
    assert state.status in ("STOPPING", "STOPPED")
    assert harness.session(session_id).agent_stopped


def test_a_start_that_never_came_is_given_up_after_a_while(twin, tmp_path):
    harness = make_harness(twin.url, tmp_path)
    session_id = harness.launch()
    harness.sessions.advance(session_id, state="starting", from_states=("launching",))
    harness.calls.end(session_id, "refused", "no answer")
    harness.clock.ahead_s = LATE_START_S + 1
    harness.guard.tick()
    assert harness.session(session_id).agent_stopped
