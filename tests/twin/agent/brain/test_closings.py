"""A conversation that is over ends, instead of asking "Is there anything else?" for ever."""

from __future__ import annotations

import pytest

from greenroom.twin.agent.brain import agenda, courtesies
from greenroom.twin.agent.brain.scripted import ScriptedBrain
from tests.twin.agent.test_brain import answer

pytestmark = pytest.mark.twin

PROMPT = "You take calls for a clinic. Ask for the name. Parking is free."


async def talk(*heard: str) -> list[str]:
    """What the agent says to each line."""
    messages = [{"role": "system", "content": PROMPT}]
    for line in heard:
        messages.append({"role": "user", "content": line})
        messages.append({"role": "assistant", "content": await answer(ScriptedBrain(), messages)})
    return [message["content"] for message in messages if message["role"] == "assistant"]


@pytest.mark.parametrize("no", ["No.", "no thanks", "No, thank you, that's all.", "Nothing.", "that is all"])
async def test_a_no_to_anything_else_ends_the_conversation(no):
    assert (await talk("Hi", "I call for a check", "Anna", no, "ok"))[2:] == [
        agenda.ALL_ASKED,
        courtesies.ENDED,
        courtesies.FAREWELL,
    ]


async def test_anything_else_is_not_asked_twice_in_a_row():
    said = await talk("Good, I call for a check", "Anna", "Yes", "Tomorrow at nine", "Yes please", *["fine"] * 6)
    assert said[2] == courtesies.GO_ON
    assert not any(one == after and one.endswith("else?") for one, after in zip(said, said[1:], strict=False))


async def test_a_question_that_begins_with_no_is_answered():
    assert (await talk("I call for a check", "Anna", "No, but where can I park for free?"))[2] == "Parking is free."


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("How old are you?", "I'm an automated assistant. How can I help you?"),
        ("What is the weather like today?", "I can't check that from here."),
        ("Do you know my name?", "I don't know your name yet. What is it?"),
    ],
)
async def test_what_a_model_would_make_up_is_answered_by_rule(heard, said):
    asked = [{"role": "system", "content": "You are a tutor."}, {"role": "user", "content": heard}]
    assert await answer(ScriptedBrain(), asked) == said
