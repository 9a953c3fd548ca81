"""Whoever started it: what runs in the project is seen, and can be stopped."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import PATIENCE_S, until

pytestmark = pytest.mark.twin


@pytest.fixture
def stray(harness):
    """An agent that somebody started with curl."""
    session = harness.session(harness.run())
    body = harness.calls.runs.join_body(session)["properties"] | {"agent_rtc_uid": str(session.agent_uid + 1)}
    token = harness.calls._tokens.token(session.channel, session.agent_uid + 1)
    started = harness.agora.join("by-curl", body | {"token": token})
    harness.calls.end(session.id, "ended")
    yield started.agent_id
    harness.agora.leave(started.agent_id)


def names(harness):
    return {agent.name: agent.started_by for agent in harness.running.overview().agents}


def test_what_was_started_here_is_listed_with_its_session(harness):
    """row 27"""
    session_id = harness.run()
    (agent,) = [one for one in harness.running.overview().agents if one.started_by == "here"]
    assert agent.session.id == session_id
    assert agent.status in ("STARTING", "RUNNING")
    harness.running.stop(agent)
    assert harness.session(session_id).end_reason == "stopped"
    assert harness.running.overview().agents == ()


def test_an_agent_that_nobody_here_started_is_listed_and_can_be_stopped(harness, stray):
    """row 27"""
    until(lambda: names(harness).get("by-curl") == "unknown")
    (agent,) = [one for one in harness.running.overview().agents if one.name == "by-curl"]
    assert agent.since is not None
    harness.running.stop(agent)
    until(lambda: "by-curl" not in names(harness))


def test_all_are_stopped_even_when_one_cannot_be(harness, stray):
    session_id = harness.run()
    until(lambda: len(names(harness)) == 2)
    assert harness.running.stop_all(harness.running.overview().agents) == []
    until(lambda: names(harness) == {})
    assert harness.session(session_id).state == "ended"


def test_an_agent_whose_record_says_that_it_ended_is_recognized_and_stopped(harness):
    """Its stop did not get through; another part of Greenroom has given up on it."""
    session = harness.session(harness.run())
    harness.sessions.close(session.id, "lost", "", harness.clock.now())
    until(lambda: names(harness) == {f"greenroom-{session.id}": "other"})
    harness.running.stop(harness.running.overview().agents[0])
    until(lambda: names(harness) == {})
    assert harness.sessions.leftovers(1000, harness.clock.now()) == []


def test_without_agoras_list_what_the_records_say_is_shown_with_the_reason(harness, twin):
    session_id = harness.run()
    order = {"endpoint": "list", "status": 503, "times": 20}
    httpx.post(f"{twin.url}/twin/faults", json=order, timeout=PATIENCE_S, trust_env=False).raise_for_status()
    try:
        overview = harness.running.overview()
        assert "Wait a few seconds" in overview.problem
        assert [agent.session.id for agent in overview.agents] == [session_id]
    finally:
        httpx.post(f"{twin.url}/twin/faults", json={**order, "times": 0}, timeout=PATIENCE_S, trust_env=False)
        while harness.running.overview().problem:  # use up what is left of the order
            pass


def test_a_call_that_is_still_joining_is_listed_too(harness):
    session_id = harness.launch()
    (agent,) = harness.running.overview().agents
    assert (agent.session.id, agent.status, agent.cost) == (session_id, "LAUNCHING", None)
