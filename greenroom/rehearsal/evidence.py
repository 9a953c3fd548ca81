"""The evidence of one finished call, which the checks are evaluated against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

EndedBy = Literal["agent", "caller", "budget"]


@dataclass(frozen=True, slots=True)
class AgentReply:
    """All that the agent said between two lines of the caller. ``number`` 0 = before the caller's first line.

    ``turn_id`` is that of the session's record; latencies in milliseconds, None = not measured. ``talked_over``: the caller's
    line before it talked over the agent.
    """

    number: int
    text: str
    turn_id: int = 0
    caller_said: str = ""
    voice_to_voice_ms: int | None = None
    first_token_ms: int | None = None
    yield_ms: int | None = None
    cut_off: bool = False
    talked_over: bool = False
    dead_air_ms: int | None = None
    heard: str | None = None


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool call. ``reply`` is the number of the reply it belongs to; ``ok``: the tool succeeded. ``sent``: the call reached
    it; False if its arguments don't fit the tool's definition."""

    name: str
    args: Mapping[str, Any]
    reply: int
    ok: bool = True
    duration_ms: int | None = None
    sent: bool = True


@dataclass(frozen=True, slots=True)
class CallEvidence:
    """``tools`` None: the call has no record of tool calls. ``state`` None: no mock kept one.

    ``busy``: how many tasks waited for each of this computer's processors.
    """

    mode: Literal["text", "voice"]
    replies: tuple[AgentReply, ...]
    ended_by: EndedBy
    tools: tuple[ToolUse, ...] | None = None
    state: Mapping[str, Any] | None = None
    measured: frozenset[str] = field(default_factory=frozenset)
    busy: float = 0.0
    #: Why the caller had nothing left to say before its part was over; "" = it said its part.
    caller_stuck: str = ""
    #: The tools that the agent has; None = not all of them are known.
    agent_tools: frozenset[str] | None = None
    #: The arguments of those whose definition lists them, by tool.
    tool_arguments: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JudgeRuling:
    """A judge's answer about one criterion, with the reply it cites and the words it quotes. ``split``: its votes differ."""

    passed: bool
    reason: str
    reply: int | None = None
    quote: str = ""
    split: bool = False
