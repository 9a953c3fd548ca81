"""Turns, tool calls and events of sessions: stored as they are reported, read in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from greenroom.model.session import Event, SessionId, ToolCall, Turn
from greenroom.model.session_query import ToolCount
from greenroom.store import transcript
from greenroom.store.database import Database


class TranscriptStore:
    """What was said and done in each session. Every method may raise StoreUnavailable; those that write, NotFound."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_turn(self, session_id: SessionId, turn: Turn, began_at: datetime | None = None) -> None:
        """Store a turn when it ends; a turn with the same ``turn_id`` and speaker is replaced.

        ``began_at`` says which of the versions applied during the call it belongs to.

        Reports are merged: stages are combined, and None doesn't replace a latency. The
        session's ``turn_count`` (turns of both speakers) and ``median_latency_ms`` change in the same transaction.
        """
        with self._database.transaction() as connection:
            transcript.add_turn(connection, session_id, turn, began_at)

    def merge_stages(self, session_id: SessionId, stages: Mapping[int, Mapping[str, int]]) -> frozenset[int]:
        """Add latencies (ms by Agora's segment name) by ``turn_id``: to the agent's turn, else to the caller's.

        Returns the turn ids without a turn; their latencies are dropped.
        """
        with self._database.transaction() as connection:
            return transcript.merge_stages(connection, session_id, stages)

    def add_event(self, session_id: SessionId, event: Event) -> None:
        """Append to the event log. Known keys in ``detail`` are masked."""
        with self._database.transaction() as connection:
            transcript.add_event(connection, session_id, event)

    def add_event_once(self, session_id: SessionId, event: Event) -> bool:
        """Add an event unless one of its kind has the same first word of ``detail``; False if there is one."""
        with self._database.transaction() as connection:
            return transcript.add_event_once(connection, session_id, event)

    def add_tool_calls(self, session_id: SessionId, calls: Sequence[ToolCall]) -> None:
        """Add calls, each once by its ``call_id``."""
        with self._database.transaction() as connection:
            transcript.add_tool_calls(connection, session_id, calls)

    def tool_calls(self, session_id: SessionId) -> list[ToolCall]:
        """In the order they started; empty for an unknown session."""
        with self._database.reading() as connection:
            return transcript.tool_calls(connection, session_id)

    def tool_use(self, session_ids: Sequence[SessionId]) -> dict[SessionId, list[ToolCount]]:
        """The tools called in each session, most used first, with one query; a session without calls is left out."""
        with self._database.reading() as connection:
            return transcript.tool_use(connection, session_ids)

    def turns(self, session_id: SessionId) -> list[Turn]:
        """The turns in the order they started; empty for an unknown session."""
        with self._database.reading() as connection:
            return transcript.turns(connection, session_id)

    def events(self, session_id: SessionId) -> list[Event]:
        """In the order of ``at_ms``; empty for an unknown session."""
        with self._database.reading() as connection:
            return transcript.events(connection, session_id)
