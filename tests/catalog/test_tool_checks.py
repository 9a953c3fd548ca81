"""What Agora demands of functions and MCP servers: each fault is one sentence with the name of the function in it."""

from __future__ import annotations

from typing import Any

import pytest
from agora_agent.types.llm_tool import LlmTool
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog import rules
from greenroom.catalog.tool_checks import function_faults, named_servers, server_faults
from tests.catalog.goldens import unknown_to
from tests.catalog.test_any_value import JSON

pytestmark = pytest.mark.unit


def tool(**changes: Any) -> dict[str, Any]:
    """A function without fault; ``function__name="x"`` changes a part, None removes it."""
    made: dict[str, Any] = {
        "type": "function",
        "function": {
            "name": "freeRooms",
            "description": "Says which rooms are free on a day.",
            "parameters": {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]},
        },
        "execution": {"mode": "sync"},
        "server": {
            "method": "POST",
            "url": "https://inn.example/rooms/{{args.day}}?hotel={{template_variables.hotel}}&call={{tool_call_id}}",
            "headers": {"X-Call": "{{tool_call_id}}", "Authorization": "${INN_KEY}"},
            "body": {"day": "{{args.day}}", "deep": [{"hotel": "{{template_variables.hotel}}"}], "fixed": 1},
            "timeout_ms": 2000,
        },
    }
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = made
        for name in parents:
            place = place[name]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return made


def test_a_function_without_fault_is_what_agora_agents_takes():
    """row 83"""
    assert list(function_faults([tool()])) == []
    assert unknown_to(LlmTool, tool()) == []


def test_what_may_be_left_out_may_be_left_out():
    get = tool(execution=None, server__method="GET", server__body=None, server__headers=None, server__timeout_ms=None)
    assert list(function_faults([get])) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"type": "tool"}, '"type": "function"'),
        ({"execution": {"mode": "async"}}, "Remove the field"),
        ({"extra": 1}, "'extra', which Agora doesn't support"),
        ({"server__retries": 1}, "'retries' in server"),
        ({"function__name": "free-rooms"}, "only letters and digits"),
        ({"function__name": "1room"}, "starts with a letter"),
        ({"function__name": "a" * 65}, "at most 64"),
        ({"function__name": None}, "entry 1 needs a name"),
        ({"function__name": "McpRooms"}, 'must not start with "mcp"'),
        ({"function__name": "RagSearch_tool"}, "a built-in Agora tool"),
        ({"function__description": None}, "1 to 1024"),
        ({"function__description": "x" * 1025}, "1 to 1024"),
        ({"function__parameters": {"type": "array"}}, '"type": "object"'),
        ({"function__parameters": {"type": "object"}}, "properties"),
        ({"function__parameters": {"type": "object", "properties": {"x": {"title": "y" * 70_000}}}}, "64 KiB"),
        ({"server__method": "PUT"}, '"GET" or "POST"'),
        ({"server__url": "http://inn.example"}, "https://"),
        ({"server__url": "https://inn.example/" + "x" * 2048}, "2,048"),
        ({"server__method": "GET"}, "can't have a body"),
        ({"server__body": ["x"]}, "JSON object as its body"),
        ({"server__timeout_ms": 999}, "1,000 to 100,000 ms"),
        ({"server__timeout_ms": True}, "1,000 to 100,000 ms"),
        ({"server__headers": {"X-Day": "{{args.day}}"}}, "only allowed in url and body"),
        ({"server__headers": {"X": "call {{tool_call_id}}"}}, "mixes text and a placeholder"),
        ({"server__headers": {"X": 1}}, "map names to text"),
        ({"server__headers": {f"x{n}": "y" for n in range(33)}}, "the limit is 32"),
        ({"server__headers": {"x": "y" * 4097}}, "4,096 bytes"),
        ({"server__headers": {f"x{n}": "y" * 4000 for n in range(5)}}, "16 KiB"),
        ({"server__body": {"a": "day {{args.day}}"}}, "mixes text and a placeholder in its body"),
        ({"server__body": {"a": "{{args.day.month}}"}}, "only {{args.name}}"),
        ({"server__url": "https://inn.example/{{day}}"}, "has {{day}} in its url"),
    ],
)
def test_a_fault_names_the_function_and_what_to_change(changes, said):
    """row 83"""
    faults = list(function_faults([tool(**changes)]))
    assert len(faults) == 1, faults
    assert said in faults[0]
    assert faults[0].startswith(("'", "entry 1"))
    assert faults[0].endswith(".")


def test_a_server_inside_the_own_network_may_speak_http_and_the_agent_is_told_that_agora_cannot_reach_it():
    """row 83"""
    for url in ("http://localhost:3000/x", "http://127.0.0.1/x", "http://192.168.1.7:80/{{args.day}}", "http://[::1]/x"):
        inside = tool(server__url=url)
        assert list(function_faults([inside])) == []
        hints = rules.hints({"tools.enable": True, "tools.functions": [inside]})
        assert any("inside your own network" in hint.message for hint in hints)
    for url in ("http://8.8.8.8/x", "http://", "http://[/x", "ftp://localhost/x"):
        assert list(function_faults([tool(server__url=url)])), url


def test_names_that_differ_in_case_only_are_the_same():
    """row 83"""
    assert "rename one" in next(function_faults([tool(), tool(function__name="FREEROOMS")])).lower()


def test_there_are_32_functions_at_most():
    """row 83"""
    many = [tool(function__name=f"room{n}") for n in range(33)]
    assert list(function_faults(many[:32])) == []
    assert "the limit is 32" in next(function_faults(many))


@pytest.mark.parametrize(
    ("servers", "said"), [(["the inn"], "letters and digits"), (["inn", "inn"], "Rename one"), (["a" * 49], "48")]
)
def test_servers_have_simple_names_of_their_own(servers, said):
    """row 83"""
    rows = [{"name": name, "endpoint": "https://x.example"} for name in servers]
    assert said in next(server_faults(rows))
    mended = named_servers(rows)
    assert list(server_faults(mended)) == []
    assert [row["endpoint"] for row in mended] == [row["endpoint"] for row in rows]


@given(JSON | st.lists(st.builds(lambda part: tool(server=part), JSON), max_size=3))
def test_nothing_makes_the_checks_raise(value):
    """row 83"""
    list(function_faults(value))
    list(server_faults(value))
    assert list(server_faults(named_servers(value))) == []
