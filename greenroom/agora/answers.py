"""What Agora answers, as typed values. Unknown fields are ignored; a needed one that is missing is a ``ValueError``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StartedAgent:
    """An agent was asked for or changed. ``created_at`` is Unix seconds; ``status`` is STARTING or RUNNING."""

    agent_id: str
    status: str
    created_at: int

    @classmethod
    def read(cls, body: Json) -> StartedAgent:
        return cls(_need(body, "agent_id"), _text(body, "status"), _whole(body, "create_ts"))


@dataclass(frozen=True, slots=True)
class AgentState:
    """How an agent is. Times are Unix seconds, 0 = not yet.

    ``status`` is one of IDLE STARTING RUNNING STOPPING STOPPED FAILED; ``message`` says why an agent ended.
    ``name`` may be empty: Agora documents it but does not always send it.
    """

    agent_id: str
    status: str
    message: str
    name: str
    started_at: int
    stopped_at: int

    @classmethod
    def read(cls, body: Json) -> AgentState:
        return cls(
            _need(body, "agent_id"),
            _text(body, "status"),
            _text(body, "message"),
            _text(body, "name"),
            _whole(body, "start_ts"),
            _whole(body, "stop_ts"),
        )


@dataclass(frozen=True, slots=True)
class AgentPage:
    """One page of the list of agents; ``cursor`` is empty on the last one. List items have neither name nor message."""

    agents: tuple[AgentState, ...]
    total: int
    cursor: str

    @classmethod
    def read(cls, body: Json) -> AgentPage:
        data, meta = _object(body, "data"), _object(body, "meta")
        return cls(tuple(map(AgentState.read, _items(data, "list"))), _whole(meta, "total"), _text(meta, "cursor"))


@dataclass(frozen=True, slots=True)
class AcceptedCommand:
    """The agent took a speak, interrupt or think. ``started_at`` is the agent's start, Unix seconds."""

    agent_id: str
    channel: str
    started_at: int

    @classmethod
    def read(cls, body: Json) -> AcceptedCommand:
        return cls(_text(body, "agent_id"), _text(body, "channel"), _whole(body, "start_ts"))


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry of an agent's memory; ``role`` is user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class AgentHistory:
    """The short-term memory of a running agent, oldest first."""

    agent_id: str
    status: str
    lines: tuple[HistoryLine, ...]

    @classmethod
    def read(cls, body: Json) -> AgentHistory:
        lines = tuple(HistoryLine(_text(item, "role"), _text(item, "content")) for item in _items(body, "contents"))
        return cls(_text(body, "agent_id"), _text(body, "status"), lines)


@dataclass(frozen=True, slots=True)
class TurnReport:
    """What Agora measured in one turn, counted from 1. ``started_at`` and ``ended_at`` are Unix milliseconds.

    ``started_by`` is voice_input, greeting, silence_timeout, api_speak or api_think; ``ended_by`` is ok, interrupted,
    ignored or error. ``segments`` maps stages (``asr_ttlw``, ``llm_ttft``, ``tts_ttfb`` …) to milliseconds.
    """

    turn_id: int
    started_at: int
    started_by: str
    ended_at: int
    ended_by: str
    latency_ms: int | None
    segments: Mapping[str, int]

    @classmethod
    def read(cls, body: Json) -> TurnReport:
        start, end, metrics = _object(body, "start"), _object(body, "end"), _object(body, "metrics")
        return cls(
            _whole(body, "turn_id"),
            _whole(start, "start_at"),
            _text(start, "type"),
            _whole(end, "end_at"),
            _text(end, "type"),
            _whole(metrics, "e2e_latency_ms") or None,
            _segments(metrics.get("segmented_latency_ms")),
        )


@dataclass(frozen=True, slots=True)
class TurnPage:
    """One page of turns, counted from 1."""

    turns: tuple[TurnReport, ...]
    total: int
    last: bool

    @classmethod
    def read(cls, body: Json) -> TurnPage:
        turns = tuple(map(TurnReport.read, _items(body, "turns")))
        paging = _object(body, "pagination")
        return cls(turns, _whole(body, "total_turn_count"), paging.get("is_last_page") is not False or not turns)


def _segments(value: Any) -> Mapping[str, int]:
    """REST sends an array of name and latency, the webhook an object keyed by name."""
    if isinstance(value, dict):
        return {str(name): int(ms) for name, ms in value.items() if _is_number(ms)}
    if not isinstance(value, list):
        return {}
    return {str(s.get("name")): int(s["latency"]) for s in value if isinstance(s, dict) and _is_number(s.get("latency"))}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _need(body: Json, name: str) -> str:
    value = _text(body, name)
    if not value:
        raise ValueError(f"no {name}")
    return value


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} is no text")
    return value or ""


def _whole(body: Json, name: str) -> int:
    value = body.get(name)
    if value is not None and not _is_number(value):
        raise ValueError(f"{name} is no number")
    return int(value or 0)


def _object(body: Json, name: str) -> Json:
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise ValueError(f"{name} is no object")
    return value or {}


def _items(body: Json, name: str) -> list[Json]:
    value = body.get(name)
    if value is not None and not (isinstance(value, list) and all(isinstance(item, dict) for item in value)):
        raise ValueError(f"{name} is no list of objects")
    return value or []
