"""Past sessions as they are read: the table, one session, its transcript."""

from __future__ import annotations

from dataclasses import dataclass

from greenroom.model.agent import Version
from greenroom.model.session import Event, Session, SessionId, Turn
from greenroom.store.agents import Agents
from greenroom.store.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Record:
    """One session with everything that is known of it."""

    session: Session
    version: Version
    turns: list[Turn]
    events: list[Event]


class Records:
    """Reads what the calls wrote."""

    def __init__(self, sessions: Sessions, agents: Agents) -> None:
        self._sessions = sessions
        self._agents = agents

    def page(self, limit: int = 50, before: str | None = None) -> tuple[list[Session], str | None]:
        """The newest ``limit`` sessions older than the cursor ``before``, and the cursor of the next page (None = last)."""
        return self._sessions.page(limit=limit, before=before)

    def count(self) -> int:
        return self._sessions.count()

    def get(self, session_id: SessionId) -> Record:
        """Raises NotFound."""
        session = self._sessions.get(session_id)
        return Record(
            session=session,
            version=self._agents.version(session.version_id),
            turns=self._sessions.turns(session_id),
            events=self._sessions.events(session_id),
        )

    def delete(self, session_id: SessionId) -> None:
        """Take a session off the table; :meth:`restore` brings it back."""
        self._sessions.delete(session_id)

    def restore(self, session_id: SessionId) -> None:
        self._sessions.restore(session_id)
