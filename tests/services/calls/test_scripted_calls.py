"""A presenter's scripted call: the scripted responder in the place of a model that is gone, and what is said to it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from greenroom.errors import NotAllowed
from greenroom.model.brain_choice import SCRIPTED_LABEL, BrainChoice
from greenroom.model.session import PRESENTER
from tests.conftest import PATIENCE_S

pytestmark = pytest.mark.twin

SUITE = """rehearse: 1
name: Front desk
scenarios:
- id: unfilled
  caller: {persona: Someone who asks for a lot}
  expect: [{ended: agent}]
- id: breakfast
  caller:
    lines:
    - {say: "When is breakfast served?"}
    - {wait: 100}
  expect: [{says: seven}]
- id: dog
  caller: {lines: [{say: "When is breakfast served?"}, {say: "May I bring my dog?"}]}
  expect: [{says: "yes"}]
"""


def answer_to(harness, session_id, question: str) -> str:
    """What the agent says after a typed question."""
    session = harness.session(session_id)
    harness.calls.commands.send(session_id, question)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        history = harness.agora.history(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        said = [line.content for line in history.lines]
        if question in said[:-1]:
            return said[said.index(question) + 1]
        time.sleep(0.05)
    raise AssertionError("no answer")


def test_the_scripted_responder_answers_in_the_place_of_a_model_that_is_gone(harness):
    agent = harness.agents.list()[0].id
    gone = BrainChoice("server", url="http://127.0.0.1:9/v1", model="gone")
    harness.services.brains._store.put(gone, agent)
    running = harness.run()
    version = harness.session(running).version_id
    ticket = harness.calls.restart(running, version, scripted=True)
    session = harness.session(ticket.session_id)
    assert (session.version_id, session.origin, session.scripted) == (version, PRESENTER, True)
    assert next(engine.label for engine in ticket.cost.engines if engine.role == "brain") == SCRIPTED_LABEL
    harness.calls.start_agent(ticket.session_id)
    harness.calls.take_over(ticket.session_id)
    assert harness.session(running).end_reason == "restarted"
    assert "seven" in answer_to(harness, ticket.session_id, "What time is breakfast served?")
    assert not harness.session(harness.calls.restart(ticket.session_id).session_id).scripted


def test_its_lines_are_those_that_the_callers_of_a_suite_say(harness):
    agent, rehearsals = harness.agents.list()[0].id, harness.services.rehearsals
    assert rehearsals.prepared_lines(agent) == ()
    rehearsals.suites.create(agent, "Front desk", SUITE)
    assert rehearsals.prepared_lines(agent) == ["When is breakfast served?", "May I bring my dog?"]


def test_on_the_cloud_the_call_goes_on(harness, monkeypatch):
    running = harness.run()
    monkeypatch.setattr(harness.calls.runs, "_config", replace(harness.config, place="cloud"))
    with pytest.raises(NotAllowed, match="offline only"):
        harness.calls.restart(running, harness.session(running).version_id, scripted=True)
    assert harness.session(running).state == "running"
