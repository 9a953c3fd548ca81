"""What is written to a running agent, and what that does to one that is busy. The twin judges."""

from __future__ import annotations

import pytest

from greenroom.services.words import SayTooLong
from tests.conftest import until

LONG = "This is a rather long text that the agent says so that it is busy for some seconds, word after word after word."


def history(desk, session_id):
    session = desk.session(session_id)
    found = desk.agora.history(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
    return [(entry.role, entry.content) for entry in found.contents]


@pytest.fixture
def running(desk):
    session_id = desk.running()
    until(lambda: desk.agent_status(session_id) == "RUNNING")
    return session_id


pytestmark = pytest.mark.twin


def test_a_whisper_to_a_listening_agent_is_kept_in_mind_and_not_answered(desk, running):
    """row 63"""
    desk.calls.words.whisper(running, "Answer in French.")
    assert history(desk, running) == [("user", "Answer in French.")]


@pytest.mark.parametrize(("priority", "heard"), [("ignore", False), ("append", True), ("interrupt", True)])
def test_the_priority_says_what_a_message_does_to_a_busy_agent(desk, running, priority, heard):
    """row 58"""
    desk.calls.words.say(running, LONG)
    desk.calls.words.send(running, "A question.", priority)
    desk.calls.words.interrupt(running) if priority == "append" else None
    told = ("user", "A question.") in history(desk, running)
    # An appended message waits for the end of what is said; an interruption drops what waits.
    assert told == (heard and priority == "interrupt")


def test_an_appended_text_is_said_after_the_one_before_it(desk, running):
    """row 62"""
    desk.calls.words.say(running, "One.", "interrupt")
    desk.calls.words.say(running, "Two.", "append")
    desk.calls.words.say(running, "Three.", "ignore")
    until(lambda: ("assistant", "Two.") in history(desk, running), timeout=20)
    assert [content for _, content in history(desk, running)] == ["One.", "Two."]


def test_a_text_longer_than_agora_takes_is_refused_before_it_is_sent(desk, running):
    """row 62: the limit counts bytes"""
    with pytest.raises(SayTooLong, match="514 bytes"):
        desk.calls.words.say(running, "é" * 257)
