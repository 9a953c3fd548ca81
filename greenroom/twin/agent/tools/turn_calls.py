"""The tool calls of one turn: told to the channel as they happen, kept for the turn's record and for the model's memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from greenroom.clock import Clock
from greenroom.tools.calls import ToolOutcome, ToolRequest
from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.tools.rounds import arguments_text, shortened

#: What is shown and recorded of arguments and results; the model gets all of it.
SHOWN_ARGUMENTS, SHOWN_RESULT = 4000, 8000


class CallChannel(Protocol):
    """Where calls are told: the channel's transcript."""

    def tool_call(self, phase: str, call: Mapping[str, Any]) -> None:
        """``phase``: started or ended; ``call``: the record as :class:`TurnCalls` keeps it."""


class TurnCalls:
    """Implements :class:`greenroom.twin.agent.tools.rounds.CallObserver`."""

    def __init__(self, turn_id: int, channel: CallChannel, clock: Clock) -> None:
        self.records: list[dict[str, Any]] = []
        self.exchange: list[Message] = []
        self._turn_id, self._channel, self._clock = turn_id, channel, clock
        self._open: dict[str, tuple[dict[str, Any], float]] = {}

    def call_began(self, request: ToolRequest, *, mocked: bool, server: str) -> None:
        """Record a running call and tell the channel. Arguments are cut to :data:`SHOWN_ARGUMENTS` characters."""
        record = {
            "call_id": request.id[:80],
            "turn_id": self._turn_id,
            "tool": request.name[:80],
            "server": server,
            "arguments": shortened(arguments_text(request), SHOWN_ARGUMENTS),
            "asked_by": request.by,
            "mocked": mocked,
            "started_at": self._clock.now_ms(),
            "status": "running",
            "result": "",
            "duration_ms": 0,
        }
        self.records.append(record)
        self._open[request.id] = record, self._clock.monotonic()
        self._channel.tool_call("started", record)

    def call_ended(self, request: ToolRequest, outcome: ToolOutcome) -> None:
        """Complete the record and tell the channel. The result is cut to :data:`SHOWN_RESULT` characters."""
        record, began = self._open.pop(request.id)
        record |= {
            "status": outcome.status,
            "result": shortened(outcome.content, SHOWN_RESULT),
            "duration_ms": round((self._clock.monotonic() - began) * 1000),
        }
        self._channel.tool_call("ended", record)

    def exchanged(self, messages: Sequence[Message]) -> None:
        """Keep the messages for the model's memory."""
        self.exchange += messages
