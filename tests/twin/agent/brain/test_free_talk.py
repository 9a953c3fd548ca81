"""What the built-in model says where its prompt has nothing to answer from: that it doesn't know, instead of an invention."""

from __future__ import annotations

import pytest

from greenroom.twin.agent.brain import free_talk
from greenroom.twin.agent.brain.free_talk import plain_reply

ASSISTANT = "You are a helpful assistant."
POET = "You are a poet who speaks in verse."
TUTOR = "You are a history tutor. Ask one question at a time."


def told(prompt: str, *lines: str) -> list[dict[str, str]]:
    """The prompt, then what caller and agent said in turn."""
    talk = [{"role": ("user", "assistant")[place % 2], "content": line} for place, line in enumerate(lines)]
    return [*([{"role": "system", "content": prompt}] if prompt else []), *talk]


@pytest.mark.parametrize("prompt", ["", ASSISTANT, TUTOR, "You are a senior Python programmer.", "You host a pub quiz."])
@pytest.mark.parametrize("question", ["Who won the World Cup in 1998?", "What time do you open?", "Tell me something."])
def test_a_question_without_an_answer_in_the_prompt_is_answered_plainly(prompt, question):
    assert plain_reply(told(prompt, question)) == free_talk.NOT_KNOWN[0]


@pytest.mark.parametrize(
    "question", ["What is the capital of Peru?", "How much is a room?", "Do you have a swimming pool?", "When do you open?"]
)
def test_a_poet_makes_up_no_facts(question):
    assert plain_reply(told(POET, question)) in free_talk.NOT_KNOWN


@pytest.mark.parametrize(
    ("prompt", "line"),
    [
        (POET, "Say a poem about rain."),
        (POET, "What is love?"),
        ("You tell bedtime stories to children.", "Why did he do that?"),
        (ASSISTANT, "Tell me a joke, please."),
        ("", "Could you tell me a long story?"),
    ],
)
def test_fiction_is_left_to_the_model(prompt, line):
    assert plain_reply(told(prompt, line)) == ""


def test_two_answers_in_a_row_differ():
    first, second = free_talk.NOT_KNOWN[:2]
    assert plain_reply(told(TUTOR, "Who was Napoleon?", first, "When was he born?")) == second


@pytest.mark.parametrize(
    ("prompt", "line", "reply"),
    [
        (ASSISTANT, "I had a long day.", free_talk.GO_ON[0]),
        (TUTOR, "I'm ready.", free_talk.BEGIN),
        (ASSISTANT, "Send Tom an e-mail.", free_talk.CANNOT_DO),
        ("You are a translator for travelers.", "Where is the station?", free_talk.CANNOT_TRANSLATE),
        (ASSISTANT, "What can you help me with?", "I am a helpful assistant. What would you like to know?"),
    ],
)
def test_what_is_no_question_of_fact_gets_the_reply_for_it(prompt, line, reply):
    assert plain_reply(told(prompt, line)) == reply


@pytest.mark.parametrize("messages", [[], [{"role": "user", "content": None}], told(POET, " ")])
def test_without_words_there_is_nothing_to_reply(messages):
    assert plain_reply(messages) == ""
