"""What the API tells a talk to do: say, answer a typed text, be silent, think differently; in each of its states."""

from __future__ import annotations

import asyncio

import pytest

from greenroom.clock import Clock
from greenroom.twin.agent import Talk
from greenroom.twin.agent.tools.toolbox import Toolbox
from greenroom.twin.edge.tokens import TokenRefused
from tests.twin.agent.conftest import UNHURRIED, joined
from tests.twin.agent.model_server import says
from tests.twin.agent.room import PERSON, SECOND, AgentRoom

pytestmark = pytest.mark.twin

DOGS, PARKING = "Dogs are welcome.", "Parking is free behind the house."


async def test_a_typed_text_is_answered(call):
    talk, room = await call()
    await talk.think("Are dogs welcome?")
    await room.until(lambda: room.said())
    assert room.said() == [DOGS]
    assert talk.history() == [{"role": "user", "content": "Are dogs welcome?"}, {"role": "assistant", "content": DOGS}]
    assert talk.turns()[0]["start"]["type"] == "api_think"
    assert talk.turns()[0]["start"]["metadata"] == {"action": "think", "transport": "http"}


async def test_a_typed_text_can_be_ignored_or_only_kept_in_mind_while_the_agent_listens(call):
    talk, room = await call()
    await talk.think("Are dogs welcome?", on_listening_action="ignore")
    assert talk.history() == []
    await talk.think("The guest has just paid.", on_listening_action="inject")
    assert talk.history() == [{"role": "user", "content": "The guest has just paid."}]
    await talk.think("Is parking free?", on_listening_action="append")
    await room.until(lambda: room.said())
    assert room.said() == [PARKING]


@pytest.mark.parametrize(
    ("action", "said"),
    [("ignore", [DOGS]), ("append", [DOGS, PARKING]), ("interrupt", [PARKING])],
)
async def test_a_typed_text_while_the_agent_thinks(call, server, action, said):
    server.behavior = says("Dogs ", "are ", "welcome.", every_s=0.15)
    talk, room = await call(url=server.url)
    await talk.think("Are dogs welcome?")
    await room.until(lambda: server.bodies)
    server.behavior = says(PARKING)
    await talk.think("Is parking free?", on_thinking_action=action)
    await room.until(lambda: len(room.said()) == len(said))
    assert room.said() == said
    assert len(server.bodies) == 2 - (action == "ignore")


@pytest.mark.parametrize(("action", "second"), [("ignore", None), ("append", PARKING), ("interrupt", PARKING)])
async def test_a_typed_text_while_the_agent_speaks(call, action, second):
    talk, room = await call()
    text = "The house was built by a miller."
    await talk.speak(text)
    await room.until(room.sounding)
    await talk.think("Is parking free?", on_speaking_action=action)
    await room.until(lambda: len(room.said()) == (2 if second else 1))
    assert (room.said()[0] == text) is (action != "interrupt")
    assert room.said()[1:] == ([second] if second else [])


async def test_appended_texts_come_one_after_the_other_and_an_interruption_drops_those_that_wait(call):
    talk, room = await call()
    await talk.speak("First.")
    await talk.speak("Second.", priority="APPEND")
    await talk.speak("Third, and this one is long, so that it can be cut.", priority="APPEND")
    await talk.speak("Never.", priority="IGNORE")
    await room.until(lambda: len(room.said()) == 2)
    await talk.interrupt()
    await talk.speak("Fourth.", priority="IGNORE")
    await room.until(lambda: "Fourth." in room.said())
    assert room.said()[:2] == ["First.", "Second."]
    assert not any("cut" in text for text in room.said())
    assert [t["end"]["type"] for t in talk.turns()] == ["ok", "ok", "interrupted", "ok"]


async def test_a_text_with_priority_takes_the_place_of_the_one_before(call):
    talk, room = await call()
    await talk.speak("The house was built by a miller, and it has twelve rooms.")
    await room.until(room.sounding)
    await talk.speak("Fire alarm.", priority="INTERRUPT")
    await room.until(lambda: "Fire alarm." in room.said())
    assert talk.turns()[0]["end"]["metadata"] == {"caused_by": "api_speak"}


async def test_a_text_that_may_not_be_interrupted_is_not_but_by_the_api(call, say):
    talk, room = await call(properties={"tts": UNHURRIED})
    text = "Please leave the house now, and do not use the lift on your way to the garden."
    await talk.speak(text, interruptable=False)
    await room.until(room.sounding)
    await room.say(say("Are dogs welcome?"), 0.5)
    assert room.of("message.interrupt") == []
    await talk.interrupt()
    assert room.states()[-1] == "listening"
    assert talk.turns()[0]["end"]["metadata"] == {"caused_by": "api_interrupt"}


async def test_to_interrupt_an_agent_that_says_nothing_does_nothing(call):
    talk, room = await call()
    before = len(room.messages)
    await talk.interrupt()
    assert room.messages[before:] == []


async def test_a_new_prompt_counts_from_the_next_answer_and_parameters_are_replaced(call, server):
    """row 29"""
    talk, room = await call(url=server.url, params={"model": "first", "temperature": 0.1})
    await talk.think("One?")
    await room.until(lambda: room.said())
    told = [{"role": "system", "content": "Speak like {{who}}."}]
    talk.update({"llm": {"system_messages": told, "params": {"model": "second"}, "url": "http://elsewhere.invalid"}})
    await talk.think("Two?")
    await room.until(lambda: len(room.said()) == 2)
    first, second = server.bodies
    assert (first["model"], first["temperature"], first["stream"]) == ("first", 0.1, True)
    assert second["model"] == "second"
    assert "temperature" not in second
    assert second["messages"][0]["content"] == "Speak like {{who}}."


async def test_variables_are_filled_in_wherever_agora_fills_them_in(call, server):
    server.behavior = says()
    nudge = {"parameters": {"silence_config": {"timeout_ms": 800, "content": "{{ name }}, are you there?"}}}
    talk, room = await call(
        properties=nudge,
        url=server.url,
        template_variables={"name": "Maria", "town": "Linden"},
        system_messages=[{"role": "system", "content": "You speak with {{name}} in {{town}}. {{unknown}}"}],
        greeting_message="Hello {{name}}.",
        failure_message="Sorry, {{name}}.",
    )
    await room.until(lambda: len(room.said()) >= 2)
    await talk.think("Hm?", on_speaking_action="interrupt")
    await room.until(lambda: "Sorry, Maria." in room.said())
    assert room.said()[:2] == ["Hello Maria.", "Maria, are you there?"]
    assert server.bodies[0]["messages"][0]["content"] == "You speak with Maria in Linden. {{unknown}}"


async def test_stop_says_goodbye_to_the_channel_and_leaves_no_task(call):
    """row 22"""
    before = asyncio.all_tasks()
    talk, room = await call(greeting_message="Good day, this is Ava, the front desk of the Linden House.")
    await room.until(room.sounding)
    assert room.listener is not None
    stopping = asyncio.create_task(talk.stop())
    await asyncio.sleep(0)
    room.listener.joined(SECOND)  # comes in while the agent goes
    await stopping
    assert asyncio.all_tasks() - before == set()
    assert talk.ended.result() == "OK"
    assert room.left_with == "Quit"
    assert room.of("assistant.transcription")[-1]["turn_status"] == 2
    assert talk.turns()[0]["end"]["metadata"] == {"caused_by": "api_leave"}
    await talk.stop("again")
    assert talk.ended.result() == "OK"
    room.listener.heard(PERSON, room.frames[0][:320])
    room.listener.joined(7)
    assert asyncio.all_tasks() - before == set()


async def test_an_agent_leaves_its_channel_before_it_waits_for_brain_and_tools(call, monkeypatch):
    async def hang(self: Toolbox) -> None:
        await asyncio.Event().wait()

    talk, room = await call()
    with monkeypatch.context() as patched:
        patched.setattr(Toolbox, "close", hang)
        stopping = asyncio.create_task(talk.stop())
        await room.until(lambda: room.left_with == "Quit")
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
    assert talk.ended.result() == "OK"


async def test_a_channel_that_refuses_the_agent_leaves_nothing_behind(engines):
    before = asyncio.all_tasks()
    room = AgentRoom(PERSON, refusal=TokenRefused("the token has expired"))
    talk = Talk(
        "agent", "ava", "app", joined(None, {"greeting_message": "Hello."}), take_seat=room, engines=engines, clock=Clock()
    )
    with pytest.raises(TokenRefused):
        await talk.start()
    assert asyncio.all_tasks() - before == set()
    await talk.stop("RTC connection error")
    assert talk.ended.result() == "RTC connection error"
