"""Tools in a rehearsal: the scenario's mocks for the call, and the record of what was called afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from greenroom.catalog import rules
from greenroom.model.agent import Settings
from greenroom.model.session import ToolCall
from greenroom.rehearsal.evidence import AgentReply, ToolUse
from greenroom.rehearsal.scenario import Scenario
from greenroom.rehearsal.yaml_nodes import nearest
from greenroom.services.rehearsals.run_settings import has_no_tools, model_blocks
from greenroom.tools.definitions import ToolDefinition, functions_in
from greenroom.tools.mock_state import MockState
from greenroom.tools.mocks import NO_RULE, MockRule, definition_of, mock_as_json, mocks_in, offered_mocks

MOCKS, WORLD, FUNCTIONS, SERVERS = "tools.mocks", "tools.mock_world", "tools.functions", "tools.mcp_servers"
UNMOCKED = "This test doesn't mock this tool."


def impossible(scenario: Scenario, settings: Settings) -> str:
    """Why the scenario's mocks can't be used with this agent; "" if they can."""
    tools = offered(settings)
    missing = next((name for name in scenario.mocks if name not in tools), "")
    return f"The agent has no tool “{missing}”.{nearest(missing, sorted(tools))}" if missing else ""


def offered(settings: Settings) -> dict[str, ToolDefinition]:
    """The tools that a rehearsal can offer, by name: functions, and those of MCP servers that the agent has a mock of."""
    mocks = offered_mocks(settings.get(MOCKS), rules.value_at(SERVERS, settings))
    return {mock.tool: definition_of(mock) for mock in mocks} | {tool.name: tool for tool in _functions(settings)}


def known_tools(scenario: Scenario, settings: Settings) -> frozenset[str] | None:
    """The tools that the agent has in this scenario; None if live servers may add some."""
    if rules.value_at("advanced.pipeline", settings) or (scenario.otherwise == "live" and _has_servers(settings)):
        return None
    return frozenset({*offered(settings), *scenario.mocks})


def known_arguments(settings: Settings) -> dict[str, frozenset[str]]:
    """The arguments of the tools whose definition lists them all, by tool."""
    return {name: frozenset(listed) for name, tool in offered(settings).items() if (listed := arguments_of(tool))}


def arguments_of(tool: ToolDefinition) -> tuple[str, ...]:
    """The arguments that a tool takes; () if its definition doesn't list them all."""
    listed = tool.parameters.get("properties")
    if not isinstance(listed, Mapping) or tool.parameters.get("additionalProperties"):
        return ()
    return tuple(str(name) for name in listed)


def impossible_live(scenario: Scenario, settings: Settings) -> str:
    """Why a scenario can't run on Agora, where no tool is mocked; "" if it can."""
    if scenario.mocks or scenario.world:
        return "Mocked tools work offline only."
    if scenario.otherwise != "live" and not has_no_tools(settings):
        return "On Agora the agent calls its real tools. To allow that, write otherwise: live."
    return ""


def overrides(scenario: Scenario, settings: Settings) -> dict[str, Any]:
    """Settings that keep real tools from being called, unless the scenario says ``otherwise: live``."""
    own = mocks_in(settings.get(MOCKS))
    mocked = {mock.tool: mock_as_json(mock) for mock in own if mock.mocked}
    if scenario.otherwise != "live":  # what is live otherwise may be called, which is then an error
        mocked_servers = {mock.server for mock in own if mock.server}
        servers = [row for row in rules.value_at(SERVERS, settings) or () if _name_of(row) in mocked_servers]
        refused = {"mocked": True, "rules": [{"error": UNMOCKED}]}
        mocked |= {mock.tool: {**mock_as_json(mock), **refused} for mock in own if mock.server and not mock.mocked}
        for tool in _functions(settings):
            mocked.setdefault(tool.name, {"tool": tool.name, **refused})
    for name, rows in scenario.mocks.items():
        mocked[name] = {**mocked.get(name, {"tool": name}), "mocked": True, "rules": [_rule(row) for row in rows]}
    changes: dict[str, Any] = {WORLD: dict(scenario.world)} if scenario.world else {}
    if scenario.otherwise == "live":
        return changes | ({MOCKS: list(mocked.values())} if scenario.mocks else {})
    if mocked:
        changes[MOCKS] = list(mocked.values())
    # A server all of whose tools are mocked isn't connected to, but its name and its allowed tools say which mocks count.
    return {**changes, SERVERS: servers or None} if rules.value_at(SERVERS, settings) else changes


def unmocked(scenario: Scenario, calls: Sequence[ToolCall]) -> str:
    """A call that no mock answered, which makes the run say nothing; "" if there is none or it may happen."""
    if scenario.otherwise != "stop":
        return ""
    for call in calls:
        if call.status == "error" and (UNMOCKED in call.result or NO_RULE in call.result):
            called = f"{call.tool}({call.arguments[:120]})"
            return f"The agent called {called}, and no mock of this test answers that. Add a rule to its tools."
    return ""


def state_after(settings: Settings, calls: Sequence[ToolCall]) -> Mapping[str, Any] | None:
    """The mocks' data at the end: the recorded calls, played again through the same rules. None if no mock keeps any."""
    mocks = {mock.tool: mock for mock in mocks_in(settings.get(MOCKS)) if mock.mocked}
    world = settings.get(WORLD)
    if not world and not any(rule.changes for mock in mocks.values() for rule in mock.rules):
        return None
    state = MockState(world if isinstance(world, Mapping) else None)
    begun = [call for call in calls if call.mocked and call.tool in mocks and call.status != "invalid"]
    moments = [(call.started_ms, 0, place) for place, call in enumerate(begun)]
    moments += [(call.started_ms + call.duration_ms, 1, place) for place, call in enumerate(begun) if call.status == "ok"]
    taken: dict[int, MockRule] = {}
    for _, ends, place in sorted(moments):
        arguments = _arguments(begun[place].arguments)
        if ends:
            state.answer(taken[place], arguments)
        else:
            taken[place] = state.take(mocks[begun[place].tool], arguments)
    return state.world


def used(calls: Sequence[ToolCall], replies: Sequence[AgentReply]) -> tuple[ToolUse, ...]:
    """The calls, each with the reply it belongs to."""
    return tuple(
        ToolUse(
            call.tool,
            _arguments(call.arguments),
            _reply(call.turn_id, replies),
            call.status == "ok",
            call.duration_ms,
            call.status != "invalid",
        )
        for call in calls
    )


def _functions(settings: Settings) -> list[ToolDefinition]:
    """The functions of the agent's form and of its raw settings."""
    raw = [function for block in model_blocks(settings) for function in functions_in(block.get("tools"))]
    return [*raw, *functions_in(rules.value_at(FUNCTIONS, settings))]


def _name_of(server: Any) -> Any:
    return server.get("name") if isinstance(server, Mapping) else None


def _has_servers(settings: Settings) -> bool:
    return any("mcp_servers" in block for block in model_blocks(settings)) or bool(rules.value_at(SERVERS, settings))


def _rule(row: Mapping[str, Any]) -> dict[str, Any]:
    """A rule of the scenario file as the twin has it."""
    written: dict[str, Any] = {"when": row["when"]} if row.get("when") else {}
    if row.get("hang") is True:
        written["never"] = True
    elif "error" in row:
        written["error"] = str(row["error"])
    else:
        written["result"] = row.get("give")
    names = {"delay_ms": "after_ms", "times": "times", "set": "set"}
    return written | {names[name]: row[name] for name in names if row.get(name)}


def _arguments(text: str) -> Mapping[str, Any]:
    try:
        arguments = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return arguments if isinstance(arguments, dict) else {}


def _reply(turn_id: int, replies: Sequence[AgentReply]) -> int:
    return next((reply.number for reply in replies if reply.turn_id >= turn_id), replies[-1].number if replies else 0)
