"""The agent's history and its turns with their latencies, in the format of Agora's API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from greenroom.twin.agent.brain.base import Message

StartType = Literal["voice_input", "greeting", "silence_timeout", "api_speak", "api_think"]
EndType = Literal["ok", "interrupted", "ignored", "error"]


@dataclass(slots=True)
class TurnRecord:
    """One turn. ``number`` is the stream's turn id (0 = greeting); times are Unix milliseconds, latencies milliseconds."""

    number: int
    start_type: StartType
    start_at: int
    start_metadata: dict[str, Any] = field(default_factory=dict)
    end_type: EndType | None = None
    end_at: int = 0
    end_metadata: dict[str, Any] = field(default_factory=dict)
    segments: dict[str, int] = field(default_factory=dict)
    tool_calls: list[dict[str, Any]] = field(default_factory=list)

    def close(self, kind: EndType, at: int, **metadata: Any) -> None:
        """Close once; a later close (an interruption that crosses the end) changes nothing."""
        if self.end_type is None:
            self.end_type, self.end_at, self.end_metadata = kind, at, metadata


@dataclass(frozen=True, slots=True)
class _Remembered:
    """One entry of the history. ``exchange`` stays with the answer it led to, so that neither is dropped alone."""

    role: Literal["user", "assistant"]
    content: str
    exchange: tuple[Message, ...] = ()

    @property
    def said(self) -> dict[str, str]:
        return {"role": self.role, "content": self.content}


class ConversationLog:
    """Grows with the call; ``history`` keeps the last ``max_history`` entries."""

    def __init__(self, agent_id: str, channel: str, max_history: int) -> None:
        self.agent_id = agent_id
        self._channel = channel
        self._max_history = max_history
        self._turns: list[TurnRecord] = []
        self._history: list[_Remembered] = []

    def open(self, record: TurnRecord) -> TurnRecord:
        """Add a turn and return it: whoever makes the reply completes the record."""
        self._turns.append(record)
        return record

    def remember(self, role: Literal["user", "assistant"], content: str, exchange: Sequence[Message] = ()) -> None:
        """Add an entry to the history, unless it is empty. ``exchange``: the tool calls and results before it."""
        if content or exchange:
            self._history.append(_Remembered(role, content, tuple(exchange)))
            del self._history[: -self._max_history]

    def history(self) -> list[dict[str, str]]:
        """What was said, as Agora's ``history`` has it."""
        return [entry.said for entry in self._history if entry.content]

    def memory(self, asked: str = "") -> list[Message]:
        """The history for the model, with tool calls and their results; with what the caller may just have ``asked``."""
        entries = [*self._history, *([_Remembered("user", asked)] if asked else [])][-self._max_history :]
        return [message for entry in entries for message in (*entry.exchange, *([entry.said] if entry.content else []))]

    def turns(self) -> list[dict[str, Any]]:
        """Finished turns. Numbers count from 1: the greeting, 0 on the data stream, is 1 here and moves all others up."""
        greeted = any(t.number == 0 for t in self._turns)
        return [self._report(t.number + greeted, t) for t in self._turns if t.end_type is not None]

    def _report(self, number: int, turn: TurnRecord) -> dict[str, Any]:
        segments = [{"name": name, "latency": ms} for name, ms in turn.segments.items()]
        calls = {"tool_calls": turn.tool_calls} if turn.tool_calls else {}
        return {
            **calls,
            "agent_id": self.agent_id,
            "channel": self._channel,
            "turn_id": number,
            "start": {"start_at": turn.start_at, "type": turn.start_type, "metadata": turn.start_metadata},
            "end": {"end_at": turn.end_at, "type": turn.end_type, "metadata": turn.end_metadata},
            "metrics": {"e2e_latency_ms": sum(turn.segments.values()), "segmented_latency_ms": segments},
        }
