"""Whether tests fit an agent: the tools, arguments, data and variables that they name and the agent doesn't have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from greenroom.model.agent import Settings
from greenroom.rehearsal.scenario import CheckSpec, FileFault, Scenario
from greenroom.rehearsal.yaml_nodes import MOST_FAULTS, nearest
from greenroom.services.rehearsals import run_tools, run_variables
from greenroom.services.rehearsals.run_tools import MOCKS, WORLD
from greenroom.tools.definitions import ToolDefinition
from greenroom.tools.mocks import MockRule, ToolMock, mock_faults, mocks_in

_PLACE = re.compile(r"\{\{\s*(args|world)\.([A-Za-z0-9_-]+)")
#: Paths of the mocks' data begin with the name of a value.
_ROOT = re.compile(r"[^.\[\]+]+")


def faults(scenarios: Sequence[Scenario], settings: Settings, *, live: bool = False) -> tuple[FileFault, ...]:
    """In the order of their lines. ``live``: the tests run on Agora, where no tool is mocked."""
    found = dict.fromkeys(run_variables.faults(scenarios, scenarios, [settings]))
    for scenario in scenarios:
        if live and (reason := run_tools.impossible_live(scenario, settings)):
            found[FileFault(scenario.line, f"“{scenario.id}”: {reason}")] = None
        elif not live:
            found |= dict.fromkeys(_of_mocks(scenario, settings))
        found |= dict.fromkeys(_of_checks(scenario, settings))
        if len(found) >= MOST_FAULTS:
            break
    return tuple(sorted(found, key=lambda fault: fault.line))[:MOST_FAULTS]


def _of_mocks(scenario: Scenario, settings: Settings) -> Iterator[FileFault]:
    """Mocks of tools that the agent doesn't have, conditions on arguments that they don't take, and data that isn't there."""
    tools, mocks = run_tools.offered(settings), _mocks(scenario, settings)
    data = _data(scenario, settings, mocks.values())
    for name in scenario.mocks:
        line, tool = scenario.mock_lines.get(name, scenario.line), tools.get(name)
        if tool is None:
            yield FileFault(line, f"The agent has no tool “{name}”.{nearest(name, sorted(tools))}")
            continue
        for fault in mock_faults(mocks[name], tool):
            yield FileFault(line, f"{name}: {fault}")
        for rule in mocks[name].rules:
            for fault in _of_rule(rule, tool, data):
                yield FileFault(line, f"{name}: {fault}")


def _of_rule(rule: MockRule, tool: ToolDefinition, data: Sequence[str]) -> Iterator[str]:
    arguments = run_tools.arguments_of(tool)
    for kind, name in _PLACE.findall(str((rule.result, rule.error, dict(rule.changes)))):
        if kind == "args" and arguments and name not in arguments:
            yield f"it takes no argument “{name}”, so {{{{args.{name}}}}} is empty.{nearest(name, arguments)}"
        if kind == "world" and name not in data:
            yield f"neither world nor set has “{name}”, so {{{{world.{name}}}}} is empty.{nearest(name, data)}"


def _of_checks(scenario: Scenario, settings: Settings) -> Iterator[FileFault]:
    known, arguments = run_tools.known_tools(scenario, settings), run_tools.known_arguments(settings)
    data = _data(scenario, settings, _mocks(scenario, settings).values())
    for check in scenario.checks:
        if known is not None:
            yield from (FileFault(check.line, fault) for fault in _of_tools(check, known))
        if check.kind == "calls" and check.value and (listed := arguments.get(check.value["tool"])):
            for name in check.value.get("args", {}):
                if name not in listed:
                    yield FileFault(check.line, f"{check.value['tool']} takes no “{name}”.{nearest(name, sorted(listed))}")
        for path in check.value if check.kind == "state" else ():
            root = _ROOT.search(path)
            if root and root[0] not in data:
                yield FileFault(check.line, f"Neither world nor set has “{root[0]}”.{nearest(root[0], data)}")


def _of_tools(check: CheckSpec, known: frozenset[str]) -> Iterator[str]:
    """Tools that the check names and the agent doesn't have."""
    about_tools = check.kind in ("calls", "say_do") or (check.kind == "ms" and "tool" in check.value)
    if about_tools and not known:
        yield "The agent has no tools, so this check can't be decided."
        return
    if check.kind not in ("calls", "say_do") or not check.value:
        return
    for name in (check.value.get(key) for key in ("tool", "before", "after_ok")):
        if name and name not in known:
            yield f"The agent has no tool “{name}”.{nearest(name, sorted(known))}"


def _mocks(scenario: Scenario, settings: Settings) -> Mapping[str, ToolMock]:
    """The mocks of a run: the scenario's, and the agent's own."""
    changes = run_tools.overrides(scenario, settings)
    return {mock.tool: mock for mock in mocks_in(changes.get(MOCKS, settings.get(MOCKS)))}


def _data(scenario: Scenario, settings: Settings, mocks: Any) -> list[str]:
    """The names of the mocks' data: those that a run begins with, and those that a call may add."""
    world = scenario.world or settings.get(WORLD) or {}
    changed = [path for mock in mocks for rule in mock.rules for path in rule.changes]
    roots = [root[0] for path in changed if (root := _ROOT.search(path))]
    return list(dict.fromkeys([*(world if isinstance(world, Mapping) else ()), *roots]))
