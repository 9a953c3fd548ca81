"""Mocked tools: the first rule whose conditions the arguments meet says what the tool answers, and after how long."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from greenroom.tools.definitions import Json, ToolDefinition, is_tool_allowed
from greenroom.tools.schemas import argument_faults

MOST_RULES, MOST_DELAY_MS, MOST_TIMES = 50, 100_000, 1000
NO_RULE = "No mock rule matches these arguments."


@dataclass(frozen=True, slots=True)
class MockRule:
    """``when``: argument → value, ``*`` for any part of a text; all must hold, none = always. ``never``: no answer at all.

    ``times``: how often it answers in a call, 0 = always. ``changes``: path → value, what it does to the mocks' data
    (``set`` in files).
    """

    when: Json = field(default_factory=dict)
    result: Any = None
    error: str = ""
    after_ms: int = 0
    never: bool = False
    times: int = 0
    changes: Json = field(default_factory=dict)

    def matches(self, arguments: Json) -> bool:
        """Whether all conditions of ``when`` hold; case doesn't matter in texts."""
        return all(_meets(arguments.get(name), wanted) for name, wanted in self.when.items())


@dataclass(frozen=True, slots=True)
class ToolMock:
    """The mock of one tool, kept when it is switched to live. A tool of an MCP server brings its own definition along, so that
    it can be offered without the server."""

    tool: str
    mocked: bool = True
    rules: tuple[MockRule, ...] = ()
    server: str = ""
    remote_name: str = ""
    description: str = ""
    parameters: Json = field(default_factory=dict)


def mocks_in(value: Any) -> tuple[ToolMock, ...]:
    """The mocks of the setting ``tools.mocks``; what has another shape is left out."""
    mocks = (_mock(entry) for entry in (value if isinstance(value, list | tuple) else ()))
    by_tool = {mock.tool: mock for mock in mocks if mock is not None}
    return tuple(by_tool.values())


def offered_mocks(value: Any, servers: Any) -> tuple[ToolMock, ...]:
    """The mocks whose tools the agent offers. ``servers``: its ``mcp_servers``; a mock may be kept for a tool that their
    ``allowed_tools`` no longer name."""
    rows = (row for row in (servers if isinstance(servers, list | tuple) else ()) if isinstance(row, Mapping))
    allowed = {str(row.get("name")): row.get("allowed_tools") for row in rows}

    def offered(mock: ToolMock) -> bool:
        if not mock.server:
            return True
        return mock.server in allowed and is_tool_allowed(mock.tool, mock.server, allowed[mock.server])

    return tuple(mock for mock in mocks_in(value) if offered(mock))


def mock_as_json(mock: ToolMock) -> dict[str, Any]:
    """The same as a value of the setting, without what is at its default."""
    written: dict[str, Any] = {"tool": mock.tool, "mocked": mock.mocked, "rules": [rule_as_json(rule) for rule in mock.rules]}
    if mock.server:
        written |= {"server": mock.server, "remote_name": mock.remote_name, "description": mock.description}
        written["parameters"] = dict(mock.parameters)
    return written


def rule_as_json(rule: MockRule) -> dict[str, Any]:
    """As ``tools.mocks`` and scenario files write it, without what is at its default."""
    written: dict[str, Any] = {"when": dict(rule.when)} if rule.when else {}
    if rule.never:
        written["never"] = True
    elif rule.error:
        written["error"] = rule.error
    else:
        written["result"] = rule.result
    if rule.times:
        written["times"] = rule.times
    if rule.changes:
        written["set"] = dict(rule.changes)
    return {**written, "after_ms": rule.after_ms} if rule.after_ms else written


def servers_mocked(mocks: Iterable[ToolMock]) -> frozenset[str]:
    """The MCP servers all of whose known tools are mocked: they need not be there."""
    live: dict[str, bool] = {}
    for mock in mocks:
        if mock.server:
            live[mock.server] = live.get(mock.server, False) or not mock.mocked
    return frozenset(server for server, any_live in live.items() if not any_live)


def mock_faults(mock: ToolMock, tool: ToolDefinition) -> Iterator[str]:
    """What of a mock does not fit its tool, in whole sentences."""
    if not mock.rules:
        yield "This mock has no rules, so every call fails. Add a rule."
    properties = tool.parameters.get("properties")
    parameters = properties if isinstance(properties, Mapping) else {}
    for number, rule in enumerate(mock.rules, 1):
        for name, wanted in rule.when.items():
            if parameters and name not in parameters:
                yield f"Rule {number} asks for {name!r}, which isn't a parameter of {tool.name}. Use {', '.join(parameters)}."
            elif not _is_pattern(wanted):
                shape = {"type": "object", "properties": {name: parameters.get(name, {})}}
                for fault in argument_faults(shape, {name: wanted}):
                    yield f"Rule {number} can't match: {fault}."
        if not rule.when and not rule.times and number < len(mock.rules):
            yield f"Rule {number} matches every call, so the rules below it are never used. Move it to the end."
            return


def definition_of(mock: ToolMock) -> ToolDefinition:
    """The tool as its mock describes it."""
    return ToolDefinition(mock.tool, mock.description, mock.parameters or {"type": "object", "properties": {}}, None, mock.server)


def _mock(value: Any) -> ToolMock | None:
    tool = value.get("tool") if isinstance(value, Mapping) else None
    if not isinstance(tool, str) or not tool:
        return None
    rules = value.get("rules")
    parameters = value.get("parameters")
    return ToolMock(
        tool=tool,
        mocked=value.get("mocked") is not False,
        rules=tuple(_rules(rules if isinstance(rules, list | tuple) else ())),
        server=str(value.get("server") or ""),
        remote_name=str(value.get("remote_name") or ""),
        description=str(value.get("description") or "")[:1024],
        parameters=parameters if isinstance(parameters, Mapping) else {},
    )


def _rules(rows: Sequence[Any]) -> Iterator[MockRule]:
    for row in rows[:MOST_RULES]:
        if isinstance(row, Mapping):
            when, changes = row.get("when"), row.get("set")
            yield MockRule(
                when=when if isinstance(when, Mapping) else {},
                result=row.get("result"),
                error=str(row.get("error") or ""),
                after_ms=_count(row.get("after_ms"), MOST_DELAY_MS),
                never=row.get("never") is True,
                times=_count(row.get("times"), MOST_TIMES),
                changes=changes if isinstance(changes, Mapping) else {},
            )


def _meets(given: Any, wanted: Any) -> bool:
    if given is None:
        return wanted is None
    if isinstance(wanted, str):
        text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
        return fnmatchcase(_folded(text), _literal(_folded(wanted)))
    if isinstance(wanted, int | float) and not isinstance(wanted, bool) and isinstance(given, str):
        return given.strip() == json.dumps(wanted)
    return bool(given == wanted)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _literal(pattern: str) -> str:
    """``*`` alone is special."""
    return pattern.replace("[", "[[]").replace("?", "[?]")


def _is_pattern(wanted: Any) -> bool:
    return isinstance(wanted, str) and "*" in wanted


def _count(value: Any, most: int) -> int:
    return round(min(most, max(0, value))) if isinstance(value, int | float) and not isinstance(value, bool) else 0
