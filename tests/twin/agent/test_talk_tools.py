"""An agent in a call that calls its tools: what the model is told, what is said, what is recorded."""

from __future__ import annotations

import asyncio
import json

import pytest
from starlette.responses import JSONResponse, Response

from greenroom.http_security.addresses import place_of
from tests.twin.agent.model_server import calls_tools, in_turn, refuses, says
from tests.twin.agent.tool_server import FunctionServer, serving

pytestmark = pytest.mark.twin

STATUS = {
    "type": "function",
    "function": {
        "name": "orderStatus",
        "description": "Looks up an order. Call it when a customer asks where an order is.",
        "parameters": {
            "type": "object",
            "properties": {"orderNumber": {"type": "string", "pattern": "^[0-9]{4}$"}},
            "required": ["orderNumber"],
        },
    },
    "server": {"method": "GET", "url": "https://nowhere.invalid/{{args.orderNumber}}"},
}
SHIPPED = {"tool": "orderStatus", "rules": [{"result": {"message": "It arrives on Friday."}, "after_ms": 300}]}


def with_tools(*mocks, tool=STATUS, private=(), **properties):
    return {
        "advanced_features": {"enable_tools": True},
        "offline": {"tool_mocks": list(mocks), "private_hosts": list(private)},
        **properties,
    }, [tool]


async def asked(call, text: str, properties, tools, **llm):
    talk, room = await call(properties=properties, tools=tools, **llm)
    await talk.think(text)
    return talk, room


def of_record(talk):
    return [one for turn in talk.turns() for one in turn.get("tool_calls", [])]


async def test_a_streamed_call_runs_its_result_goes_back_and_the_answer_is_spoken(call, server):
    server.behavior = in_turn(calls_tools(("orderStatus", '{"orderNumber": "1234"}')), says("It comes on Friday."))
    properties, tools = with_tools(SHIPPED)
    # ``llm`` of ``joined`` is set by name, so properties only add to it.
    talk, room = await asked(call, "Where is order 1234?", properties, tools, url=server.url)
    await room.until(talk.turns)
    assert room.said() == ["It comes on Friday."]
    told = server.bodies[1]["messages"][-2:]
    assert told[0]["tool_calls"][0]["function"] == {"name": "orderStatus", "arguments": '{"orderNumber": "1234"}'}
    assert (told[1]["role"], told[1]["tool_call_id"]) == ("tool", told[0]["tool_calls"][0]["id"])
    assert "Friday" in told[1]["content"]
    assert [tool["function"]["name"] for tool in server.bodies[0]["tools"]] == ["orderStatus"]
    (record,) = of_record(talk)
    assert (record["tool"], record["status"], record["mocked"], record["asked_by"]) == ("orderStatus", "ok", True, "model")
    assert json.loads(record["arguments"]) == {"orderNumber": "1234"}
    assert record["duration_ms"] >= 300
    phases = [message["payload"]["phase"] for message in room.of("tool.call")]
    assert phases == ["started", "ended"]
    segments = {s["name"]: s["latency"] for s in talk.turns()[0]["metrics"]["segmented_latency_ms"]}
    assert segments["tools"] >= 300
    await talk.think("Thanks.")
    await room.until(lambda: len(server.bodies) == 3)
    assert [m["role"] for m in server.bodies[2]["messages"]][-5:] == ["user", "assistant", "tool", "assistant", "user"]
    assert [m["role"] for m in talk.history()][:2] == ["user", "assistant"]


async def test_calls_of_one_answer_run_at_the_same_time_also_under_one_id(call, server):
    together = asyncio.Barrier(2)

    async def meet(request) -> Response:
        async with asyncio.timeout(10):
            await together.wait()  # a tool that runs alone waits here for ever
        return JSONResponse({"ok": True})

    async with serving(FunctionServer(meet).app) as root:
        tool = {**STATUS, "server": {"method": "GET", "url": f"{root}/{{{{args.orderNumber}}}}"}}
        orders = ("orderStatus", '{"orderNumber": "1234"}'), ("orderStatus", '{"orderNumber": "5678"}')
        both = calls_tools(*orders, identity="call_0")
        server.behavior = in_turn(both, says("Both are fine."))
        properties, tools = with_tools(tool=tool, private=[place_of(root)])
        talk, room = await asked(call, "Where are 1234 and 5678?", properties, tools, url=server.url)
        await room.until(talk.turns)
    assert [one["status"] for one in of_record(talk)] == ["ok", "ok"]
    assert room.said() == ["Both are fine."]
    *_, requests, first, second = server.bodies[1]["messages"]
    assert [one["id"] for one in requests["tool_calls"]] == [first["tool_call_id"], second["tool_call_id"]]
    assert first["tool_call_id"] != second["tool_call_id"]


async def test_a_call_with_wrong_arguments_is_told_to_the_model_which_corrects_it(call, server):
    server.behavior = in_turn(
        calls_tools(("orderStatus", '{"orderNumber": "twelve"}')),
        calls_tools(("orderStatus", '{"orderNumber": "1234"}'), said="One moment."),
        says("On Friday."),
    )
    properties, tools = with_tools(SHIPPED)
    talk, room = await asked(call, "Where is it?", properties, tools, url=server.url)
    await room.until(talk.turns)
    assert "Invalid arguments" in server.bodies[1]["messages"][-1]["content"]
    assert [one["status"] for one in of_record(talk)] == ["invalid", "ok"], "the server gives both the same id"
    assert len({one["call_id"] for one in of_record(talk)}) == 2
    assert room.said() == ["One moment. On Friday."]


async def test_a_model_that_never_stops_calling_is_asked_without_tools_at_last(call, server):
    server.behavior = calls_tools(("orderStatus", '{"orderNumber": "1234"}'))
    quick = {"tool": "orderStatus", "rules": [{"result": "?"}]}
    properties, tools = with_tools(quick)
    talk, room = await asked(call, "Where is it?", properties, tools, url=server.url, failure_message="Sorry.")
    await room.until(talk.turns, 40)
    assert "tools" not in server.bodies[-1]
    assert len(server.bodies) < 10


async def test_a_server_without_a_field_for_tools_gets_them_as_text_and_its_text_is_understood(call, server):
    written = says('<tool_call>{"name": "orderStatus", "arguments": {"orderNumber": "1234"}}</tool_call>')
    server.behavior = in_turn(refuses(400), written, says("On Friday."))
    properties, tools = with_tools(SHIPPED)
    talk, room = await asked(call, "Where is it?", properties, tools, url=server.url)
    await room.until(talk.turns)
    assert room.said() == ["On Friday."]
    assert "orderStatus" in server.bodies[1]["messages"][1]["content"]
    assert "<tool_response>" in server.bodies[2]["messages"][-1]["content"]
    assert of_record(talk)[0]["asked_by"] == "text"


async def test_no_tool_runs_before_the_turn_is_known_to_be_over(call, server):
    """A reply begun in the caller's pause may be dropped; a booking it had made would stay."""
    target = FunctionServer(lambda request: JSONResponse({}))
    async with serving(target.app) as root:
        tool = {**STATUS, "server": {"method": "GET", "url": root}}
        server.behavior = in_turn(calls_tools(("orderStatus", '{"orderNumber": "1234"}')), says("Fine."))
        properties, tools = with_tools(tool=tool, private=[place_of(root)])
        talk, room = await call(properties=properties, tools=tools, url=server.url)
        context = talk._context
        context.speculative.begin(context.messages_with("Where is it?"))
        await room.until(lambda: server.bodies)
        await asyncio.sleep(0.3)
        assert target.requests == []
        context.speculative.discard()
        await talk.think("Where is it?")
        await room.until(talk.turns)
    assert len(target.requests) <= 1


async def test_filler_words_bridge_a_slow_tool_and_are_no_part_of_the_answer(call, server):
    """row 83"""
    filler = {
        "enable": True,
        "trigger": {"fixed_time_config": {"response_wait_ms": 200}},
        "content": {"static_config": {"phrases": ["One moment please."], "selection_rule": "round_robin"}},
    }
    slow = {"tool": "orderStatus", "rules": [{"result": "Friday", "after_ms": 2500}]}
    server.behavior = in_turn(calls_tools(("orderStatus", '{"orderNumber": "1234"}')), says("On Friday."))
    properties, tools = with_tools(slow, filler_words=filler)
    talk, room = await asked(call, "Where is it?", properties, tools, url=server.url)
    await room.until(talk.turns)
    assert room.said() == ["One moment please. On Friday."]
    assert talk.history()[-1]["content"] == "On Friday."


async def test_an_interruption_ends_the_call_of_a_tool(call, server):
    server.behavior = in_turn(calls_tools(("orderStatus", '{"orderNumber": "1234"}')), says("On Friday."))
    never = {"tool": "orderStatus", "rules": [{"never": True}]}
    properties, tools = with_tools(never)
    talk, room = await asked(call, "Where is it?", properties, tools, url=server.url)
    await room.until(lambda: room.of("tool.call"))
    await talk.interrupt()
    await room.until(lambda: len(room.of("tool.call")) == 2)
    assert of_record(talk)[0]["status"] == "cancelled"
    assert room.said() == []


async def test_the_scripted_brain_drives_a_tool_by_rule_and_asks_for_what_is_missing(call):
    properties, tools = with_tools(SHIPPED)
    talk, room = await asked(call, "Where is my order?", properties, tools)
    await room.until(lambda: len(talk.turns()) == 1)
    await talk.think("It is one two three four.")
    await room.until(lambda: len(talk.turns()) == 2)
    assert room.said() == ["May I have the order number, please?", "It arrives on Friday."]
    (record,) = of_record(talk)
    assert (record["asked_by"], json.loads(record["arguments"])) == ("rule", {"orderNumber": "1234"})


async def test_without_the_switch_no_tool_is_offered(call, server):
    properties, tools = with_tools(SHIPPED)
    talk, room = await asked(call, "Where is it?", properties | {"advanced_features": {}}, tools, url=server.url)
    await room.until(talk.turns)
    assert "tools" not in server.bodies[0]
