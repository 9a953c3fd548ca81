"""A talk and who is there: greetings, questions after a silence, leaving when nobody needs the agent."""

from __future__ import annotations

import pytest

from tests.twin.agent.model_server import says
from tests.twin.agent.room import PERSON, SECOND, AgentRoom

pytestmark = pytest.mark.twin

HELLO = "Hello."


async def test_nobody_is_greeted_before_somebody_is_there(call):
    _, room = await call(room=AgentRoom(), greeting_message=HELLO)
    await room.until(lambda: len(room.frames) > 30)
    assert room.messages[1:] == []
    room.listener.joined(PERSON)
    await room.until(lambda: room.said())
    assert room.said() == [HELLO]


@pytest.mark.parametrize(("mode", "greetings"), [("single_every", 2), ("single_first", 1)])
async def test_who_comes_into_the_empty_channel_again_is_greeted_again_or_not(call, mode, greetings):
    talk, room = await call(greeting_message=HELLO, greeting_configs={"mode": mode})
    await room.until(lambda: room.said())
    room.listener.joined(SECOND)
    room.listener.left(SECOND, "Quit")
    room.listener.left(PERSON, "Quit")
    room.listener.joined(PERSON)
    await room.until(lambda: len(room.said()) == greetings and len(room.states()) >= 5)
    assert [t["start"]["metadata"]["greeting_nth"] for t in talk.turns()] == list(range(1, greetings + 1))


async def test_somebody_who_comes_later_learns_what_the_agent_is_doing(call):
    _, room = await call(greeting_message="Good day, this is Ava, the front desk of the Linden House.")
    await room.until(lambda: "speaking" in room.states())
    count = len(room.states())
    room.listener.joined(SECOND)
    await room.until(lambda: len(room.states()) > count)
    assert room.states()[count] == "speaking"


async def test_an_agent_that_was_left_alone_leaves(call):
    """row 26"""
    talk, room = await call(properties={"idle_timeout": 1})
    room.listener.left(PERSON, "Quit")
    await room.until(talk.ended.done)
    assert talk.ended.result() == "Idle for too long"
    assert room.left_with == "Quit"


async def test_silence_alone_is_not_idle(call):
    """As at Agora: the timeout counts only after every caller has left."""
    talk, room = await call(properties={"idle_timeout": 1})
    await room.until(lambda: len(room.frames) > 100)
    assert not talk.ended.done()
    room.listener.left(PERSON, "Quit")
    await room.until(talk.ended.done)
    assert talk.ended.result() == "Idle for too long"


async def test_a_caller_who_returns_in_time_keeps_the_agent(call):
    talk, room = await call(properties={"idle_timeout": 2})
    room.listener.left(PERSON, "Quit")
    await room.until(lambda: len(room.frames) > 20)
    room.listener.joined(PERSON)
    count = len(room.frames)
    await room.until(lambda: len(room.frames) > count + 150)
    assert not talk.ended.done()


async def test_an_agent_to_whom_nobody_comes_leaves_too(call):
    talk, room = await call(room=AgentRoom(SECOND), properties={"idle_timeout": 1, "remote_rtc_uids": [str(PERSON)]})
    await room.until(talk.ended.done)
    assert talk.ended.result() == "Idle for too long"


async def test_an_idle_time_out_of_zero_never_ends(call):
    talk, room = await call(room=AgentRoom(), properties={"idle_timeout": 0})
    await room.until(lambda: len(room.frames) > 40)
    assert not talk.ended.done()


async def test_after_a_silence_it_asks_and_asks_again(call):
    talk, room = await call(properties={"parameters": {"silence_config": {"timeout_ms": 400, "content": "Still there?"}}})
    await room.until(lambda: len(room.said()) == 2)
    assert room.said() == ["Still there?"] * 2
    assert {t["start"]["type"] for t in talk.turns()} == {"silence_timeout"}


async def test_after_a_silence_it_can_be_told_to_think(call, server):
    server.behavior = says("May I help you with something else?")
    config = {"timeout_ms": 300, "action": "think", "content": "Nobody has spoken for a while."}
    talk, room = await call(url=server.url, properties={"parameters": {"silence_config": config}})
    await room.until(lambda: room.said())
    assert server.bodies[0]["messages"][-1] == {"role": "user", "content": "Nobody has spoken for a while."}
    assert talk.history() == [{"role": "assistant", "content": "May I help you with something else?"}]


async def test_nobody_is_asked_while_nobody_is_there(call):
    _, room = await call(
        room=AgentRoom(), properties={"parameters": {"silence_config": {"timeout_ms": 200, "content": "Hello?"}}}
    )
    await room.until(lambda: len(room.frames) > 40)
    assert room.said() == []
