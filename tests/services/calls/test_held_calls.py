"""Calls that are connected ahead of a presentation: silent until Start, then the greeting, and what replaces one greets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.errors import Conflict
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import PRESENTER
from greenroom.services.calls import can_hold
from greenroom.services.calls.agent_commands import SAY_MAX_BYTES
from greenroom.services.calls.held_greeting import GREETING, greeting_parts

pytestmark = pytest.mark.twin


def hold(harness):
    return harness.calls.launch(LaunchRequest(harness.agents.list()[0].id).held())


def asked_of_agora(harness, session_id):
    return harness.calls.runs.join_body(harness.session(session_id))["properties"]


def test_the_agent_of_a_held_call_greets_when_it_is_asked_to(harness):
    ticket = hold(harness)
    assert ticket.held
    assert "greeting_message" not in asked_of_agora(harness, ticket.session_id)["llm"]
    assert "".join(harness.calls.runs.join_body(harness.session(ticket.session_id))["offline"]["prepare"]).startswith("Hello")
    harness.calls.start_agent(ticket.session_id)
    harness.calls.held.greet(ticket.session_id)
    session = harness.session(ticket.session_id)
    assert session.origin == PRESENTER
    agent = harness.agora.get(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
    assert agent.status == "RUNNING"


def test_the_backups_greeting_is_rendered_ahead_too(harness):
    agent = harness.agents.list()[0].id
    for greeting in ("Hello, this is the backup.", "Hello, this is Ava."):
        draft = harness.agents.draft(agent)
        harness.agents.save(agent, {**draft.settings, "prompt.greeting": greeting}, draft.revision)
        harness.agents.versions.freeze(agent)
    held = hold(harness)
    prepared = harness.calls.runs.join_body(harness.session(held.session_id))["offline"]["prepare"]
    assert prepared == ["Hello, this is Ava.", "Hello, this is the backup."]


def test_a_call_that_is_not_held_has_greeted_by_itself(harness):
    session_id = harness.run()
    assert not harness.calls.ticket_again(session_id, harness.calls._tokens.capabilities.issue(session_id)).held
    with pytest.raises(Conflict, match="isn't waiting for Start"):
        harness.calls.held.greet(session_id)


def test_what_replaces_a_held_call_greets(harness):
    held = hold(harness)
    harness.calls.start_agent(held.session_id)
    assert "greeting_message" in asked_of_agora(harness, harness.calls.restart(held.session_id).session_id)["llm"]


def test_a_held_call_is_still_held_after_a_reload_until_it_was_started(harness):
    ticket = hold(harness)
    harness.calls.start_agent(ticket.session_id)
    assert harness.calls.ticket_again(ticket.session_id, ticket.capability).held
    harness.calls.held.greet(ticket.session_id)
    assert not harness.calls.ticket_again(ticket.session_id, ticket.capability).held


def test_only_an_agent_that_can_be_made_to_greet_can_be_held():
    assert can_hold({GREETING: "Hello."})
    assert not can_hold({GREETING: "  "})
    assert not can_hold({})


def test_the_greeting_is_said_with_its_variables_filled_in():
    settings = {GREETING: "Hello {{name}}. Welcome.", "prompt.variables": {"name": "Ada"}}
    assert list(greeting_parts(settings)) == ["Hello Ada. Welcome."]


@given(st.lists(st.text("ab é漢.!? ", min_size=1, max_size=300), max_size=8))
def test_no_word_of_a_long_greeting_is_lost(sentences):
    text = " ".join(sentences)
    parts = list(greeting_parts({GREETING: text}))
    assert " ".join(parts).split() == text.split()
    assert all(len(part.encode()) <= SAY_MAX_BYTES or " " not in part for part in parts)
