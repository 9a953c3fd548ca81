"""The settings of one run, on top of the version's: variables, earlier turns, the pinned clock and the twin without sound."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from greenroom.catalog import rules
from greenroom.model.agent import Settings
from greenroom.rehearsal.scenario import Scenario

EXTRA, MESSAGES, VARIABLES, GREETING = "advanced.extra", "prompt.messages", "prompt.variables", "prompt.greeting"
_MODELS = ("llm", "mllm")
_TOOLS = ("tools.functions", "tools.mcp_servers", "advanced.pipeline")
_ROLES = {"agent": "assistant", "caller": "user"}


def overrides(scenario: Scenario, settings: Settings, shared: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of this run. ``shared`` are those of the whole batch."""
    base = {**settings, **shared}
    changes = dict(shared)
    if scenario.variables:
        changes[VARIABLES] = {**(base.get(VARIABLES) or {}), **scenario.variables}
    messages: list[Any] = list(base.get(MESSAGES) or ())
    if scenario.clock:
        messages.append({"role": "system", "content": f"The current date and time is {spoken_time(scenario.clock)}."})
    messages += [{"role": _ROLES[turn.speaker], "content": turn.text} for turn in scenario.start]
    if messages:
        changes[MESSAGES] = messages
    if scenario.start or scenario.caller.first == "caller":
        changes[GREETING] = None  # the conversation is under way, or the caller speaks first
    extra = dict(base.get(EXTRA) or {})
    if scenario.otherwise != "live" and any("mcp_servers" in block for block in model_blocks(base)):
        changes[EXTRA] = extra = {name: _without_servers(block) if name in _MODELS else block for name, block in extra.items()}
    if scenario.mode == "text":
        extra["parameters"] = {**(extra.get("parameters") or {}), "twin_text_only": True}
        changes[EXTRA] = extra
    return changes


def model_blocks(settings: Settings) -> list[Mapping[str, Any]]:
    """The parts of the raw settings that may name tools."""
    extra = settings.get(EXTRA)
    blocks = [extra.get(name) for name in _MODELS] if isinstance(extra, Mapping) else []
    return [block for block in blocks if isinstance(block, Mapping)]


def _without_servers(block: Any) -> Any:
    return {name: value for name, value in block.items() if name != "mcp_servers"} if isinstance(block, Mapping) else block


def greets(settings: Settings) -> bool:
    """Whether the agent speaks first."""
    return bool(str(rules.value_at(GREETING, settings) or "").strip())


def has_no_tools(settings: Settings) -> bool:
    """Whether the agent certainly has no tool: then it is known that it called none."""
    elsewhere = any(name in block for block in model_blocks(settings) for name in ("tools", "mcp_servers"))
    return not elsewhere and not any(rules.value_at(key, settings) for key in _TOOLS)


def spoken_time(clock: str) -> str:
    """ "2026-06-08T09:00" → "Monday, 8 June 2026, 09:00"; a text of another form stays as written."""
    try:
        moment = datetime.fromisoformat(clock)
    except ValueError:
        return clock
    return f"{moment:%A}, {moment.day} {moment:%B %Y}, {moment:%H:%M}"
