"""What a test names and its agent doesn't have is found before it runs; no rehearsal offers or calls a tool that it mustn't."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.rehearsal.reading import read
from greenroom.rehearsal.scenario import Scenario
from greenroom.services.rehearsals import agent_fit, run_settings, run_tools

pytestmark = pytest.mark.unit


def function(name: str, *arguments: str) -> dict[str, Any]:
    parameters = {"type": "object", "properties": {one: {"type": "string"} for one in arguments}}
    block = {"name": name, "description": "Looks it up.", "parameters": parameters}
    return {"type": "function", "function": block, "server": {"method": "GET", "url": "https://orders.example.com/x"}}


SERVER = {"name": "desk", "endpoint": "https://desk.example.com/mcp"}
REMOTE = {"tool": "desk_find", "server": "desk", "remote_name": "find", "rules": [{"result": 1}]}
AGENT = {
    "prompt.system": "You work for {{company}}.",
    "prompt.variables": {"company": "Linden"},
    "tools.functions": [function("orderStatus", "orderNumber"), function("cancelOrder")],
}
TEST = """rehearse: 1
name: T
scenarios:
- id: one
  %s
  caller: {lines: [{say: Hello}]}
  expect:
  - %s
"""


def scenarios(part: str = "title: A", check: str = "says: hello") -> tuple[Scenario, ...]:
    found = read(TEST % (part, check))
    assert found.content is not None, found.faults
    return found.content.scenarios


@pytest.mark.parametrize(
    ("part", "check", "line", "message"),
    [
        ("tools: {orderStaus: {give: 1}}", "says: a", 5, "The agent has no tool “orderStaus”. Did you mean “orderStatus”?"),
        (
            "tools: {orderStatus: [{when: {orderNo: 1}, give: 1}]}",
            "says: a",
            5,
            "Rule 1 asks for 'orderNo', which isn't a parameter of orderStatus.",
        ),
        ("tools: {orderStatus: {give: '{{args.number}}'}}", "says: a", 5, "it takes no argument “number”"),
        ("tools: {cancelOrder: {give: '{{world.fre}}', set: {free: 1}}}", "says: a", 5, "neither world nor set has “fre”"),
        ("variables: {compny: Elm}", "says: a", 5, "Neither the agent nor this test uses a variable “compny”."),
        ("title: A", "says: '{{compny}}'", 8, "{{compny}} has no value in “one”. Did you mean “company”?"),
        ("title: A", "calls: {tool: orderStaus}", 8, "The agent has no tool “orderStaus”. Did you mean “orderStatus”?"),
        ("title: A", "calls: {tool: orderStatus, after_ok: login}", 8, "The agent has no tool “login”."),
        ("title: A", "calls: {tool: orderStatus, args: {ordrNumber: 1}}", 8, "orderStatus takes no “ordrNumber”."),
        ("title: A", "say_do: {claim: canceled, tool: cancelOder}", 8, "Did you mean “cancelOrder”?"),
        ("tools: {cancelOrder: {give: 1, set: {orders: 0}}}", "state: {sum: 0}", 8, "Neither world nor set has “sum”."),
    ],
)
def test_what_the_agent_does_not_have_is_found_at_its_line(part, check, line, message):
    (fault,) = agent_fit.faults(scenarios(part, check), AGENT)
    assert (fault.line, message in fault.message) == (line, True), fault


def test_what_fits_has_no_fault():
    part = "tools: {orderStatus: [{when: {orderNumber: 1*}, give: '{{args.orderNumber}}', set: {seen: 1}}]}"
    assert (
        agent_fit.faults(scenarios(part, "calls: {tool: orderStatus, args: {orderNumber: 1}, after_ok: cancelOrder}"), AGENT)
        == ()
    )
    assert (
        agent_fit.faults(scenarios("variables: {company: Elm}", "state: {a: 1}"), {**AGENT, "tools.mock_world": {"a": 2}}) == ()
    )


def test_an_agent_without_tools_decides_no_check_about_them():
    for check in ("calls: []", "ms: {tool: {max: 10}}", "say_do: {claim: done, tool: cancelOrder}"):
        (fault,) = agent_fit.faults(scenarios(check=check), {})
        assert fault.message == "The agent has no tools, so this check can't be decided."


def settings_of(scenario: Scenario, agent: dict[str, Any]) -> dict[str, Any]:
    return {**agent, **run_settings.overrides(scenario, agent, {}), **run_tools.overrides(scenario, agent)}


def test_tools_of_a_server_are_rehearsed_by_their_mocks_and_the_server_is_not_called():
    (test,) = scenarios()
    live = {"tool": "desk_book", "mocked": False, "server": "desk", "remote_name": "book"}
    settings = settings_of(test, {"tools.mcp_servers": [SERVER, {"name": "other"}], "tools.mocks": [REMOTE, live]})
    assert settings["tools.mcp_servers"] == [SERVER], "its mocks are offered under its name"
    assert all(mock["mocked"] for mock in settings["tools.mocks"]), "a live one would open a connection"
    assert run_tools.known_tools(test, settings) == {"desk_find", "desk_book"}


def test_a_server_without_mocks_gives_a_rehearsal_no_tool_so_that_calling_none_proves_nothing():
    (test,) = scenarios()
    agent = {"tools.mcp_servers": [SERVER]}
    assert settings_of(test, agent)["tools.mcp_servers"] is None
    assert run_tools.known_tools(test, agent) == frozenset()
    (asking,) = scenarios("otherwise: live")
    assert run_tools.known_tools(asking, agent) is None


def test_tools_in_the_raw_settings_are_not_called_either():
    (test,) = scenarios()
    agent = {"advanced.extra": {"llm": {"tools": [function("orderStatus")], "mcp_servers": [SERVER], "x": 1}, "mllm": 5}}
    settings = settings_of(test, agent)
    (mock,) = settings["tools.mocks"]
    assert (mock["tool"], mock["mocked"], mock["rules"]) == ("orderStatus", True, [{"error": run_tools.UNMOCKED}])
    assert settings["advanced.extra"]["llm"] == {"tools": [function("orderStatus")], "x": 1}
    assert not run_settings.has_no_tools(settings)
