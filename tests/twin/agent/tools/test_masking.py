"""Keys of an agent are neither told to its model by a tool nor said by a model that repeats them."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.redaction import MASK
from greenroom.twin.agent.tools.masking import KeyFilter, keys_in
from tests.twin.agent.model_server import calls_tools, in_turn, says

KEY = "sk-proj-a1b2c3d4e5f6a7b8"
LISTED = "a-key-without-figures"
PROPERTIES = {
    "llm": {"api_key": KEY, "headers": {"X-Tenant": "customer-hotline", "X-Region": "eu-central"}},
    "offline": {"keys": [LISTED]},
}


def left(*tokens: str) -> str:
    text = KeyFilter(keys_in(PROPERTIES))
    return "".join([*map(text.without, tokens), text.rest()])


@pytest.mark.unit
@given(st.lists(st.integers(1, 60), max_size=8))
def test_a_key_is_masked_wherever_the_answer_is_cut(cuts: list[int]) -> None:
    text = f"Yes, {KEY}. It is {base64.b64encode(f'me:{KEY}'.encode()).decode()} or {LISTED}, says the customer-hotline."
    places = [0, *sorted(cuts), len(text)]
    pieces = [text[at:end] for at, end in zip(places, places[1:], strict=False)]
    said = left(*pieces)
    assert said == left(*text)
    assert (said.startswith(f"Yes, {MASK}. It is "), said.endswith(f" or {MASK}, says the customer-hotline.")) == (True, True)
    assert not any(key[:12] in said for key in (KEY, LISTED, base64.b64encode(f"me:{KEY}".encode()).decode()[4:]))


@pytest.mark.unit
def test_nothing_is_held_back_that_cannot_be_a_key() -> None:
    text = KeyFilter(keys_in(PROPERTIES))
    assert [text.without(token) for token in ("Dogs", " are", " welcome.")] == ["Dog", "s are", " welcome."]
    assert text.rest() == ""


@pytest.mark.twin
async def test_a_call_repeats_no_key(call, server):
    """In the room's messages are captions, the tool calls and errors; what is spoken is what the captions say."""
    tool = {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}
    echo = base64.b64encode(f"me:{KEY}".encode()).decode()
    mock = {"tool": "look", "mocked": True, "rules": [{"result": {"headers": echo, "plain": KEY}}]}
    properties = {"advanced_features": {"enable_tools": True}, "offline": {"tool_mocks": [mock], "keys": [LISTED]}}
    server.behavior = in_turn(
        calls_tools(("look", f'{{"key": "{KEY}"}}')), says(f"It is {KEY[:9]}", f"{KEY[9:]} and ", f"{LISTED}", ", bye.")
    )
    talk, room = await call(properties=properties, tools=[{**tool, "server": {}}], url=server.url, api_key=KEY)
    await talk.think("What is the key?")
    await room.until(talk.turns)
    assert room.said() == [f"It is {MASK} and {MASK}, bye."]
    told = str([room.messages, talk.history(), talk.turns(), server.bodies[1]["messages"]])
    assert "tool.call" in told
    assert not any(key in told for key in (KEY, LISTED, echo[4:28]))
