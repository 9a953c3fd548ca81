"""Agora's responses as typed values. Unknown fields are ignored; a missing required field raises ``ValueError``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from msgspec import Meta, field

from greenroom import outside_json
from greenroom.model.session import ToolCallAsker, ToolCallStatus
from greenroom.outside_json import Shape

AgentTaskId = Annotated[str, Meta(min_length=1)]
Json = Mapping[str, Any]


class Answer(Shape, frozen=True):
    """Base of all responses."""

    @classmethod
    def read(cls, body: Json) -> Self:
        """Parse a response; raises ValueError that names the field."""
        return outside_json.fit(body, cls)


class StartedAgent(Answer, frozen=True):
    """The response to a start or an update. ``created_at`` is Unix seconds; ``status`` is STARTING or RUNNING."""

    agent_id: AgentTaskId
    status: str = ""
    created_at: int = field(name="create_ts", default=0)


class AgentState(Answer, frozen=True):
    """An agent's state. Times are Unix seconds, 0 = not yet.

    ``status`` is one of IDLE STARTING RUNNING STOPPING STOPPED FAILED; ``message`` says why an agent ended.
    ``name`` may be empty: Agora documents it but doesn't always send it.
    """

    agent_id: AgentTaskId
    status: str = ""
    message: str = ""
    name: str = ""
    started_at: int = field(name="start_ts", default=0)
    stopped_at: int = field(name="stop_ts", default=0)


class _AgentList(Shape, frozen=True):
    list: tuple[AgentState, ...] = ()


class _Cursor(Shape, frozen=True):
    total: int = 0
    cursor: str = ""


class AgentPage(Answer, frozen=True):
    """One page of the agent list. Its items have no name and no message."""

    data: _AgentList = _AgentList()
    meta: _Cursor = _Cursor()

    @property
    def agents(self) -> tuple[AgentState, ...]:
        return self.data.list

    @property
    def total(self) -> int:
        return self.meta.total

    @property
    def cursor(self) -> str:
        """The next page's cursor; empty on the last page."""
        return self.meta.cursor


class AcceptedCommand(Answer, frozen=True):
    """The agent accepted a speak, interrupt or think. ``started_at`` is the agent's start in Unix seconds."""

    agent_id: str = ""
    channel: str = ""
    started_at: int = field(name="start_ts", default=0)


class HistoryLine(Shape, frozen=True):
    """One entry of an agent's memory; ``role`` is user or assistant."""

    role: str = ""
    content: str = ""


class AgentHistory(Answer, frozen=True):
    """The short-term memory of a running agent, oldest first."""

    agent_id: str = ""
    status: str = ""
    lines: tuple[HistoryLine, ...] = field(name="contents", default=())


class _TurnStart(Shape, frozen=True):
    at: int = field(name="start_at", default=0)
    type: str = ""


class _TurnEnd(Shape, frozen=True):
    at: int = field(name="end_at", default=0)
    type: str = ""


class _Segment(Shape, frozen=True):
    name: str = ""
    latency: float | None = None


class TurnMetrics(Shape, frozen=True):
    """Latencies of one turn in milliseconds. REST sends the stages as an array, the webhook as an object."""

    e2e_latency_ms: float = 0
    segmented_latency_ms: list[_Segment] | dict[str, float] = {}

    @property
    def segments(self) -> dict[str, int]:
        """Milliseconds by stage."""
        stages = self.segmented_latency_ms
        if isinstance(stages, dict):
            return {name: int(ms) for name, ms in stages.items()}
        return {stage.name: int(stage.latency) for stage in stages if stage.latency is not None}


class ReportedToolCall(Shape, frozen=True):
    """A tool call, which the twin reports with its turn; Agora reports none. ``started_at`` is Unix milliseconds."""

    call_id: Annotated[str, Meta(min_length=1, max_length=100)]
    tool: str
    turn_id: int = 0
    server: str = ""
    arguments: str = ""
    status: ToolCallStatus = "error"
    result: str = ""
    asked_by: ToolCallAsker = "model"
    mocked: bool = False
    started_at: int = 0
    duration_ms: int = 0


class TurnReport(Answer, frozen=True):
    """Agora's measurements of one turn, counted from 1. ``started_at`` and ``ended_at`` are Unix milliseconds.

    ``started_by`` is voice_input, greeting, silence_timeout, api_speak or api_think; ``ended_by`` is ok, interrupted,
    ignored or error. ``segments`` maps stages (``asr_ttlw``, ``llm_ttft``, ``tts_ttfb`` …) to milliseconds.
    """

    turn_id: int = 0
    start: _TurnStart = _TurnStart()
    end: _TurnEnd = _TurnEnd()
    metrics: TurnMetrics = TurnMetrics()
    tool_calls: tuple[ReportedToolCall, ...] = ()

    @property
    def started_at(self) -> int:
        return self.start.at

    @property
    def started_by(self) -> str:
        return self.start.type

    @property
    def ended_at(self) -> int:
        return self.end.at

    @property
    def ended_by(self) -> str:
        return self.end.type

    @property
    def latency_ms(self) -> int | None:
        """From the end of the caller's speech to the agent's first sound; None if it wasn't measured (Agora sends 0)."""
        return int(self.metrics.e2e_latency_ms) or None

    @property
    def segments(self) -> dict[str, int]:
        return self.metrics.segments


class _Paging(Shape, frozen=True):
    is_last_page: bool = True


class TurnPage(Answer, frozen=True):
    """One page of turns; pages count from 1."""

    turns: tuple[TurnReport, ...] = ()
    total: int = field(name="total_turn_count", default=0)
    pagination: _Paging = _Paging()

    @property
    def last(self) -> bool:
        """An empty page counts as the last one, whatever Agora's ``is_last_page`` says."""
        return self.pagination.is_last_page or not self.turns
