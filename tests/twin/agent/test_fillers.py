"""The words that bridge a wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.http_security.addresses import place_of
from greenroom.twin.agent.brain.openai_compatible import OpenAICompatible
from greenroom.twin.agent.brain.scripted import ScriptedBrain
from greenroom.twin.agent.fillers import Fillers
from tests.twin.agent.model_server import ModelServer, refuses, says

pytestmark = pytest.mark.unit


def fillers(phrases: list[str], rule: str) -> Fillers:
    static = {"phrases": phrases, "selection_rule": rule}
    return Fillers({"filler_words": {"enable": True, "content": {"mode": "static", "static_config": static}}})


@given(st.lists(st.sampled_from(["One moment.", "Let me see.", "Just a second.", "Hm."]), min_size=2, max_size=4, unique=True))
def test_no_phrase_follows_itself(phrases):
    some = fillers(phrases, "shuffle")
    said = [some.next() for _ in range(30)]
    assert all(before != after for before, after in zip(said, said[1:], strict=False))
    assert set(said) <= set(phrases)


def test_in_order_they_are_said_in_order():
    some = fillers(["One moment.", "Let me see."], "round_robin")
    assert [some.next() for _ in range(3)] == ["One moment.", "Let me see.", "One moment."]


def test_a_single_phrase_is_said_again_and_none_is_silence():
    assert [fillers(["Hm."], "shuffle").next() for _ in range(2)] == ["Hm.", "Hm."]
    assert fillers([], "shuffle").next() == ""


def generating(server: ModelServer, **config) -> Fillers:
    static = {"phrases": ["One moment."]}
    content = {"mode": "generated", "static_config": static, "generated_config": config}
    return Fillers({"filler_words": {"enable": True, "content": content}}, [place_of(server.url)])


SAID = [{"role": "assistant", "content": "Good evening."}, {"role": "user", "content": "Is order 1234 here?"}]


async def test_a_model_writes_a_phrase_that_fits_and_sees_no_more_than_it_may(server):
    server.behavior = says('"Let me look ', 'for it."')
    own = generating(
        server, prompt="Bridge.", history_character_limit=12, llm_provider={"url": server.url, "params": {"model": "m"}}
    )
    assert await own.phrase(ScriptedBrain(), {"model": "other"}, SAID) == ("Let me look for it.", "")
    body = server.bodies[0]
    assert (body["model"], [message["content"] for message in body["messages"]]) == ("m", ["Bridge.", "r 1234 here?"])
    await own.close()
    agents = OpenAICompatible(server.url, private=None)
    without = generating(server, context_message_limit=2)
    assert await without.phrase(agents, {"model": "agents"}, SAID) == ("Let me look for it.", "")
    assert server.bodies[1]["model"] == "agents"
    assert "Good evening." in server.bodies[1]["messages"][1]["content"]
    assert await without.phrase(ScriptedBrain(), {}, SAID) == ("One moment.", ""), "a model inside the twin is busy"
    await agents.close()


async def test_when_no_phrase_is_generated_the_list_is_used_and_that_is_told_once(server, monkeypatch):
    monkeypatch.setattr("greenroom.twin.agent.filler_writer.WRITING_S", 0.2)
    some = generating(server, llm_provider={"url": server.url})
    server.behavior = refuses(500)
    phrase, problem = await some.phrase(ScriptedBrain(), {}, SAID)
    assert phrase == "One moment."
    assert "500" in problem
    server.behavior = says("too late", every_s=5.0)
    assert await some.phrase(ScriptedBrain(), {}, SAID) == ("One moment.", "")
    await some.close()
