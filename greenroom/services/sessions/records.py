"""Past sessions as they are read: the table, one session, its transcript."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.model.agent import Settings, Version
from greenroom.model.session import Event, Session, SessionId, Turn
from greenroom.model.session_query import SessionQuery, SessionRow
from greenroom.store.agents import AgentStore
from greenroom.store.search import SessionSearch
from greenroom.store.sessions import SessionStore


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One session with everything that is known of it."""

    session: Session
    version: Version
    turns: list[Turn]
    events: list[Event]

    @property
    def settings(self) -> Settings:
        """What its agent was started with: the version's settings with those of this call only on top."""
        return self.session.settings_on(self.version.settings)


class SessionRecords:
    """Reads what the calls wrote."""

    def __init__(self, sessions: SessionStore, agents: AgentStore, search: SessionSearch) -> None:
        self._sessions = sessions
        self._agents = agents
        self._search = search

    def page(
        self, wanted: SessionQuery, limit: int = 50, after: str | None = None, *, latencies: bool = False
    ) -> tuple[list[SessionRow], str | None]:
        """The first ``limit`` sessions, or those after the cursor, and the cursor of the next page (None = last);
        with the latencies of their turns when asked for."""
        return self._search.page(wanted, limit, after, latencies=latencies)

    def count(self, wanted: SessionQuery | None = None) -> int:
        """How many sessions there are, or are found."""
        return self._sessions.count() if wanted is None or not wanted.narrows else self._search.count(wanted)

    def get(self, session_id: SessionId) -> SessionRecord:
        """Raises NotFound."""
        session = self._sessions.get(session_id)
        return SessionRecord(
            session=session,
            version=self._agents.version(session.version_id),
            turns=self._sessions.turns(session_id),
            events=self._sessions.events(session_id),
        )

    def turns(self, session_id: SessionId) -> list[Turn]:
        """In the order they began."""
        return self._sessions.turns(session_id)

    def delete(self, *ids: SessionId) -> None:
        """Take sessions off the table, all or none; :meth:`restore` brings them back."""
        self._sessions.delete(*ids)

    def restore(self, *ids: SessionId) -> None:
        self._sessions.restore(*ids)
