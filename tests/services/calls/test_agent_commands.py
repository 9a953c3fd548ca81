"""What is written to a running agent, and what that does to one that is busy. The twin judges."""

from __future__ import annotations

import pytest

from greenroom.services.calls.agent_commands import SayTooLong
from tests.conftest import until

BUSY = "This text keeps the agent busy for some seconds."


def history(harness, session_id):
    session = harness.session(session_id)
    found = harness.agora.history(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
    return [(entry.role, entry.content) for entry in found.lines]


@pytest.fixture
def running(harness):
    session_id = harness.run()
    until(lambda: harness.agent_status(session_id) == "RUNNING")
    return session_id


pytestmark = pytest.mark.twin


def test_a_whisper_to_a_listening_agent_is_kept_in_mind_and_not_answered(harness, running):
    """row 63"""
    harness.calls.commands.whisper(running, "Answer in French.")
    assert history(harness, running) == [("user", "Answer in French.")]


@pytest.mark.parametrize(
    ("priority", "order"),
    [("ignore", ["said"]), ("append", ["said", "asked"]), ("interrupt", ["asked"])],
)
def test_the_priority_says_what_a_message_does_to_a_busy_agent(harness, running, priority, order):
    """row 58: what is remembered, and in which order. An interrupted text is not remembered whole."""
    harness.calls.commands.say(running, BUSY)
    harness.calls.commands.send(running, "A question.", priority)
    harness.calls.commands.say(running, "The end.", "append")
    names = {BUSY: "said", "A question.": "asked"}
    until(lambda: ("assistant", "The end.") in history(harness, running))
    assert [names[text] for _, text in history(harness, running) if text in names] == order


def test_an_appended_text_is_said_after_the_one_before_it(harness, running):
    """row 62"""
    harness.calls.commands.say(running, "One.", "interrupt")
    harness.calls.commands.say(running, "Two.", "append")
    harness.calls.commands.say(running, "Three.", "ignore")
    until(lambda: ("assistant", "Two.") in history(harness, running))
    assert [content for _, content in history(harness, running)] == ["One.", "Two."]


def test_a_text_longer_than_agora_takes_is_refused_before_it_is_sent(harness, running):
    """row 62: the limit counts bytes"""
    with pytest.raises(SayTooLong, match="514 bytes"):
        harness.calls.commands.say(running, "é" * 257)
