"""The agent's history and its turns with their latencies, in the format of Agora's API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

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

    def close(self, kind: EndType, at: int, **metadata: Any) -> None:
        """Close once; a later close (an interruption that crosses the end) changes nothing."""
        if self.end_type is None:
            self.end_type, self.end_at, self.end_metadata = kind, at, metadata


class ConversationLog:
    """Grows with the call; ``history`` keeps the last ``max_history`` entries."""

    def __init__(self, agent_id: str, channel: str, max_history: int) -> None:
        self.agent_id = agent_id
        self._channel = channel
        self._max_history = max_history
        self._turns: list[TurnRecord] = []
        self._history: list[dict[str, str]] = []

    def open(self, record: TurnRecord) -> TurnRecord:
        self._turns.append(record)
        return record

    def remember(self, role: Literal["user", "assistant"], content: str) -> None:
        """Add an entry to the history, unless it is empty."""
        if content:
            self._history.append({"role": role, "content": content})
            del self._history[: -self._max_history]

    def history(self) -> list[dict[str, str]]:
        return [dict(entry) for entry in self._history]

    def history_with(self, role: Literal["user", "assistant"], content: str) -> list[dict[str, str]]:
        """What :meth:`history` will return once this entry is added."""
        return [*self.history(), {"role": role, "content": content}][-self._max_history :]

    def turns(self) -> list[dict[str, Any]]:
        """Finished turns. Numbers count from 1: the greeting, 0 on the data stream, is 1 here and moves all others up."""
        greeted = any(t.number == 0 for t in self._turns)
        return [self._report(t.number + greeted, t) for t in self._turns if t.end_type is not None]

    def _report(self, number: int, turn: TurnRecord) -> dict[str, Any]:
        segments = [{"name": name, "latency": ms} for name, ms in turn.segments.items()]
        return {
            "agent_id": self.agent_id,
            "channel": self._channel,
            "turn_id": number,
            "start": {"start_at": turn.start_at, "type": turn.start_type, "metadata": turn.start_metadata},
            "end": {"end_at": turn.end_at, "type": turn.end_type, "metadata": turn.end_metadata},
            "metrics": {"e2e_latency_ms": sum(turn.segments.values()), "segmented_latency_ms": segments},
        }
