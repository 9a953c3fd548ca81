"""Read past sessions: the table, a single session and its transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from greenroom.model.agent import Settings, Version
from greenroom.model.session import ORIGINS, AppliedVersion, Event, Origin, Session, SessionId, ToolCall, Turn
from greenroom.model.session_query import SessionQuery, SessionRow, ToolCount
from greenroom.store.agents import AgentStore
from greenroom.store.search import SessionSearch
from greenroom.store.sessions import SessionStore


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session with its version, turns, events and tool calls."""

    session: Session
    version: Version
    turns: list[Turn]
    events: list[Event]
    tool_calls: list[ToolCall] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """What its agent was started with: the version's settings with those of this call on top."""
        return self.session.settings_on(self.version.settings)


class SessionRecords:
    """Reads and deletes past sessions."""

    def __init__(self, sessions: SessionStore, agents: AgentStore, search: SessionSearch) -> None:
        self._sessions = sessions
        self._agents = agents
        self._search = search
        self._some = False

    def page(
        self, query: SessionQuery, limit: int = 50, after: str | None = None, *, latencies: bool = False
    ) -> tuple[list[SessionRow], str | None]:
        """The first ``limit`` sessions, or those after the cursor, and the next page's cursor (None = last page);
        optionally with the latencies of their turns."""
        return self._search.page(query, limit, after, latencies=latencies)

    def origins(self) -> list[Origin]:
        """Where launches can come from, and where those of the record did."""
        return [*ORIGINS, *(origin for origin in self._search.origins() if origin not in ORIGINS)]

    def count(self, query: SessionQuery | None = None) -> int:
        """The number of sessions, or of those that match."""
        return self._sessions.count() if query is None or not query.narrows else self._search.count(query)

    def any(self) -> bool:
        """Whether there was a session since the start. Asked in every run: the database is asked until there is one."""
        self._some = self._some or self._sessions.any()
        return self._some

    def get(self, session_id: SessionId) -> SessionRecord:
        """Raises NotFound."""
        session = self._sessions.get(session_id)
        return SessionRecord(
            session=session,
            version=self._agents.version(session.version_id),
            turns=self._sessions.transcript.turns(session_id),
            events=self._sessions.transcript.events(session_id),
            tool_calls=self._sessions.transcript.tool_calls(session_id),
        )

    def applied(self, session_id: SessionId) -> list[AppliedVersion]:
        """The versions applied during the call, in order."""
        return self._sessions.applied(session_id)

    def turns(self, session_id: SessionId) -> list[Turn]:
        """The turns in the order they started."""
        return self._sessions.transcript.turns(session_id)

    def tool_calls(self, session_id: SessionId) -> list[ToolCall]:
        """The tool calls in the order they started."""
        return self._sessions.transcript.tool_calls(session_id)

    def tool_use(self, ids: Sequence[SessionId]) -> dict[SessionId, list[ToolCount]]:
        """The tools called in each of these sessions, most used first; a session without calls is left out."""
        return self._sessions.transcript.tool_use(ids)

    def delete(self, *ids: SessionId) -> None:
        """Delete sessions, all or none; :meth:`restore` undoes it."""
        self._sessions.delete(*ids)

    def restore(self, *ids: SessionId) -> None:
        """Undo :meth:`delete`. Raises NotFound if none of them exists any more."""
        self._sessions.restore(*ids)
