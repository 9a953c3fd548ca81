"""Whoever started it: what runs in the project is seen, and can be stopped."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import PATIENCE_S, until

pytestmark = pytest.mark.twin


@pytest.fixture
def stray(desk):
    """An agent that somebody started with curl."""
    session = desk.session(desk.run())
    body = desk.calls.runs.join_body(session)["properties"] | {"agent_rtc_uid": str(session.agent_uid + 1)}
    token = desk.calls._tokens.token(session.channel, session.agent_uid + 1)
    started = desk.agora.join("by-curl", body | {"token": token})
    desk.calls.end(session.id, "ended")
    yield started.agent_id
    desk.agora.leave(started.agent_id)


def names(desk):
    return {agent.name: agent.started_by for agent in desk.running.overview().agents}


def test_what_was_started_here_is_listed_with_its_session(desk):
    """row 27"""
    session_id = desk.run()
    (agent,) = [one for one in desk.running.overview().agents if one.started_by == "here"]
    assert agent.session.id == session_id
    assert agent.status in ("STARTING", "RUNNING")
    desk.running.stop(agent)
    assert desk.session(session_id).end_reason == "stopped"
    assert desk.running.overview().agents == ()


def test_an_agent_that_nobody_here_started_is_listed_and_can_be_stopped(desk, stray):
    """row 27"""
    until(lambda: names(desk).get("by-curl") == "unknown")
    (agent,) = [one for one in desk.running.overview().agents if one.name == "by-curl"]
    assert agent.since is not None
    desk.running.stop(agent)
    until(lambda: "by-curl" not in names(desk))


def test_all_are_stopped_even_when_one_cannot_be(desk, stray):
    session_id = desk.run()
    until(lambda: len(names(desk)) == 2)
    assert desk.running.stop_all(desk.running.overview().agents) == []
    until(lambda: names(desk) == {})
    assert desk.session(session_id).state == "ended"


def test_an_agent_whose_record_says_that_it_ended_is_recognised_and_stopped(desk):
    """Its stop did not get through; another part of Greenroom has given up on it."""
    session = desk.session(desk.run())
    desk.sessions.close(session.id, "lost", "", desk.clock.now())
    until(lambda: names(desk) == {f"greenroom-{session.id}": "other"})
    desk.running.stop(desk.running.overview().agents[0])
    until(lambda: names(desk) == {})
    assert desk.sessions.leftovers(1000, desk.clock.now()) == []


def test_without_agoras_list_what_the_records_say_is_shown_with_the_reason(desk, twin):
    session_id = desk.run()
    order = {"endpoint": "list", "status": 503, "times": 20}
    httpx.post(f"{twin.url}/twin/faults", json=order, timeout=PATIENCE_S, trust_env=False).raise_for_status()
    try:
        overview = desk.running.overview()
        assert "Wait a few seconds" in overview.problem
        assert [agent.session.id for agent in overview.agents] == [session_id]
    finally:
        httpx.post(f"{twin.url}/twin/faults", json={**order, "times": 0}, timeout=PATIENCE_S, trust_env=False)
        while desk.running.overview().problem:  # use up what is left of the order
            pass


def test_a_call_that_is_still_joining_is_listed_too(desk):
    session_id = desk.launch()
    (agent,) = desk.running.overview().agents
    assert (agent.session.id, agent.status, agent.cost) == (session_id, "LAUNCHING", None)
