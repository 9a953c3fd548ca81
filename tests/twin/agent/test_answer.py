"""The answer that is begun in the silence at the end of a turn, with a model that takes its time."""

from __future__ import annotations

import asyncio

import pytest

from tests.twin.agent.model_server import HEAD, event, says

pytestmark = pytest.mark.twin

THINKS_S = 0.4
#: Long enough for recognition and the model's thinking on a busy machine.
PATIENT = {"config": {"end_of_speech": {"vad_config": {"silence_duration_ms": 1600}}}}


def slow(text: str):
    async def behavior(send) -> None:
        await asyncio.sleep(THINKS_S)
        await send(HEAD + event(text) + b"data: [DONE]\n\n")

    return behavior


async def test_a_slow_model_is_asked_in_the_silence_and_not_waited_for_after_it(call, server, say):
    server.behavior = slow("Yes, they are.")
    talk, room = await call(url=server.url, properties={"turn_detection": PATIENT})
    await room.say(say("Are dogs welcome?"), after_s=1.9)
    await room.until(lambda: talk.turns())
    segments = {s["name"]: s["latency"] for s in talk.turns()[0]["metrics"]["segmented_latency_ms"]}
    assert segments["llm_ttft"] < THINKS_S * 1000
    assert len(server.bodies) == 1
    assert room.said() == ["Yes, they are."]
    assert [m["role"] for m in talk.history()] == ["user", "assistant"]


async def test_what_was_begun_is_dropped_unheard_when_the_person_goes_on(call, server, say):
    server.behavior = says(*["Wrong. "] * 50, every_s=0.05)
    talk, room = await call(url=server.url, properties={"turn_detection": PATIENT})
    await room.say(say("Are dogs welcome?"), after_s=0.9)
    await room.until(lambda: server.bodies)
    server.behavior = says("Both are.")
    await room.say(say("And cats?"), after_s=1.9)
    await room.until(lambda: room.said())
    assert server.hung_up == 1
    assert room.said() == ["Both are."]
    assert len(room.asked()) == 1
    assert "cats" in server.bodies[-1]["messages"][-1]["content"]
    assert [t["end"]["type"] for t in talk.turns()] == ["ok"]


async def test_a_prompt_changed_in_that_silence_counts_for_the_answer(call, server, say):
    server.behavior = slow("Yes.")
    talk, room = await call(url=server.url, properties={"turn_detection": PATIENT})
    speaking = asyncio.create_task(room.say(say("Are dogs welcome?"), after_s=1.9))
    await room.until(lambda: server.bodies)
    talk.update({"llm": {"system_messages": [{"role": "system", "content": "No dogs any more."}]}})
    await speaking
    await room.until(lambda: room.said())
    assert server.bodies[-1]["messages"][0]["content"] == "No dogs any more."
    assert room.said() == ["Yes."]


async def test_an_answer_begun_when_the_agent_is_stopped_hangs_up(call, server, say):
    server.behavior = says(*["Still talking. "] * 200, every_s=0.05)
    talk, room = await call(url=server.url, properties={"turn_detection": PATIENT})
    speaking = asyncio.create_task(room.say(say("Are dogs welcome?"), after_s=0.9))
    await room.until(lambda: server.bodies)
    await talk.stop()
    await room.until(lambda: server.hung_up == 1)
    await speaking
    assert room.said() == []
