"""What a reasoning model writes for itself is neither spoken nor shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.twin.agent.brain.reasoning import ReasoningFilter
from tests.twin.agent.model_server import says

PIECES = st.lists(st.sampled_from(["<think>", "</think>", "<", "think", ">", "</", "/", "a", " b. ", "<t", "hink>"]), max_size=12)


def left(*tokens: str) -> str:
    thoughts = ReasoningFilter()
    return "".join([*map(thoughts.without, tokens), thoughts.rest()])


@pytest.mark.unit
@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (["Yes."], "Yes."),
        (["<think>", "He asks. ", "I say yes.", "</think>", "\n\nYes."], "\n\nYes."),
        (["<thi", "nk>no</th", "ink>Yes", "."], "Yes."),
        (["A <b> and <", "= B <t"], "A <b> and <= B <t"),
        (["Yes. <think>but no end"], "Yes. "),
        (["<think></think>"], ""),
    ],
)
def test_thoughts_are_left_out_and_everything_else_stays(tokens, said):
    assert left(*tokens) == said


@pytest.mark.unit
@given(PIECES)
def test_it_does_not_matter_how_an_answer_is_cut(pieces):
    text = "".join(pieces)
    assert left(*pieces) == left(*text) == left(text) == re.sub(r"<think>.*?(</think>|\Z)", "", text, flags=re.DOTALL)


@pytest.mark.twin
async def test_only_the_answer_of_a_reasoning_model_is_spoken(call, server):
    server.behavior = says("<think>The guest asks ", "about dogs.</think>", "\n\nDogs are welcome.")
    talk, room = await call(url=server.url)
    await talk.think("Are dogs welcome?")
    await room.until(lambda: room.said())
    assert room.said() == ["Dogs are welcome."]
    assert talk.history()[-1]["content"] == "Dogs are welcome."


@pytest.mark.twin
async def test_a_model_that_only_thinks_gave_no_answer(call, server):
    server.behavior = says("<think>", "So many words.", "</think>")
    talk, room = await call(url=server.url, failure_message="One moment, please.")
    await talk.think("Are dogs welcome?")
    await room.until(lambda: room.said())
    assert room.said() == ["One moment, please."]
    assert talk.turns()[0]["end"]["type"] == "error"
