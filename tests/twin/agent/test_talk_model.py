"""A talk whose model is somebody's server, on good days and bad ones."""

from __future__ import annotations

import pytest

from tests.twin.agent.model_server import HEAD, event, refuses, says, writes

pytestmark = pytest.mark.twin

FAILURE = "One moment, please."


@pytest.mark.parametrize(
    ("behavior", "code"),
    [
        pytest.param(refuses(500), 500, id="server error"),
        pytest.param(refuses(401), 401, id="wrong key"),
        pytest.param(says(), 500, id="empty stream"),
        pytest.param(writes(HEAD + b'data: {"error": {"message": "overloaded"}}\n\n'), 500, id="error in the stream"),
        pytest.param(writes(HEAD + b"data: {broken\n\n"), 500, id="broken stream"),
    ],
)
async def test_a_model_that_gives_no_answer_is_told_and_apologized_for(call, server, behavior, code):
    server.behavior = behavior
    talk, room = await call(url=server.url, api_key="sk-planted", failure_message=FAILURE)
    await talk.think("Are dogs welcome?")
    await room.until(lambda: room.said())
    assert room.said() == [FAILURE]
    (error,) = room.of("message.error")
    assert (error["module"], error["code"], error["turn_id"]) == ("llm", code, 1)
    assert "sk-planted" not in str(room.messages)
    end = talk.turns()[0]["end"]
    assert (end["type"], end["metadata"]["reason"]) == ("error", "LLM_REQUEST_ERR")
    assert room.states()[-1] == "listening"
    assert talk.history()[-1] == {"role": "assistant", "content": FAILURE}


async def test_a_server_that_is_not_there_is_told_and_the_talk_goes_on(call, server):
    talk, room = await call(url="http://127.0.0.1:9/v1/chat/completions")
    await talk.think("Are dogs welcome?")
    await room.until(lambda: room.of("message.error"))
    assert room.of("message.error")[0]["module"] == "llm"
    await room.until(lambda: room.states()[-1] == "listening")
    await talk.speak("Still here.")
    await room.until(lambda: room.said())
    assert room.said() == ["Still here."]


@pytest.mark.parametrize(
    "url", ["no address", "ftp://x/y", "http://[::1", "http://127.0.0.1:99999/v1", "http://\u2603.invalid/v1"]
)
async def test_an_address_that_is_none_is_told_and_apologized_for(call, url):
    talk, room = await call(url=url, failure_message=FAILURE)
    await talk.think("Are dogs welcome?")
    await room.until(lambda: room.said())
    assert room.said() == [FAILURE]
    assert [e["module"] for e in room.of("message.error")] == ["llm"]


@pytest.mark.parametrize("content", ["Nobody has spoken for a while.", "\U0001f389"])
@pytest.mark.parametrize("action", ["think", "speak"])
async def test_a_question_after_a_silence_waits_its_time_also_when_the_one_before_came_to_nothing(call, server, action, content):
    server.behavior = refuses(503)
    config = {"timeout_ms": 400, "action": action, "content": content}
    talk, room = await call(url=server.url, properties={"parameters": {"silence_config": config}})
    await room.until(lambda: len(talk.turns()) >= 2)
    starts = [t["start"]["start_at"] for t in talk.turns()]
    assert starts[1] - starts[0] >= 390


async def test_what_was_said_before_the_stream_broke_stays_said(call, server):
    server.behavior = writes(HEAD + event("Dogs are welcome. ") + event("Cats too"), b'data: {"error": {"code": 1}}\n\n')
    talk, room = await call(url=server.url, failure_message=FAILURE)
    await talk.think("Are dogs welcome?")
    await room.until(lambda: room.said())
    assert room.said() == [f"Dogs are welcome. {FAILURE}"]


async def test_the_model_sees_the_last_messages_only_and_the_prompt_always(call, server):
    asked = {"model": "m", "max_tokens": 99}
    talk, room = await call(url=server.url, max_history=3, params=asked, api_key="sk-1", headers={"x-a": "b"})
    server.behavior = says("Yes.")
    for number in range(3):
        await talk.think(f"Question {number}?")
        await room.until(lambda: len(room.said()) == number + 1)  # noqa: B023 - awaited in this very round
    sent = server.bodies[-1]
    assert [(m["role"], m["content"]) for m in sent["messages"][1:]] == [
        ("user", "Question 1?"),
        ("assistant", "Yes."),
        ("user", "Question 2?"),
    ]
    assert sent["messages"][0]["role"] == "system"
    assert (sent["model"], sent["max_tokens"]) == ("m", 99)
    assert (server.headers[-1]["authorization"], server.headers[-1]["x-a"]) == ("Bearer sk-1", "b")


async def test_an_interrupted_answer_hangs_up_on_the_server_and_remembers_what_was_heard(call, server):
    server.behavior = says(*["The river is long. "] * 200, every_s=0.05)
    talk, room = await call(url=server.url)
    await talk.think("Tell me everything.")
    await room.until(room.sounding)
    await talk.interrupt()
    await room.until(lambda: server.hung_up == 1)
    said = talk.history()[-1]["content"]
    assert said
    assert "The river is long. The river is long.".startswith(said)


async def test_markdown_is_neither_spoken_nor_shown(call, server, recognizer):
    """row 54"""
    server.behavior = says("## Rooms\n", "- **Single**: 80 ", "euros\n- Double: [120](http://x.y/z) euros 🎉\n")
    talk, room = await call(url=server.url)
    await talk.think("Prices?")
    await room.until(lambda: room.said())
    assert room.said() == ["Rooms Single: 80 euros Double: 120 euros"]


async def test_a_turn_reports_where_its_time_went(call, server):
    server.behavior = says("Dogs are ", "welcome. ", every_s=0.1)
    talk, room = await call(url=server.url)
    await talk.think("Are dogs welcome?")
    await room.until(lambda: talk.turns())
    segments = {s["name"]: s["latency"] for s in talk.turns()[0]["metrics"]["segmented_latency_ms"]}
    assert set(segments) == {"llm_ttft", "llm_ftfs", "tts_ttfb"}
    assert segments["llm_ftfs"] >= 90
    assert talk.turns()[0]["metrics"]["e2e_latency_ms"] == sum(segments.values())
