"""The sessions' event log: what happened and when in the call."""

from __future__ import annotations

from greenroom.model.session import Event, SessionId
from greenroom.services.calls.leases import CallLeases
from greenroom.store.sessions import SessionStore


class EventLog:
    """Every method may raise NotFound and StoreUnavailable. ``detail`` must not contain secrets."""

    def __init__(self, sessions: SessionStore, leases: CallLeases) -> None:
        self._sessions = sessions
        self._leases = leases

    def note(self, session_id: SessionId, kind: str, detail: str = "") -> None:
        """``kind`` is one word; its time is that since the call began."""
        self._sessions.transcript.add_event(session_id, self._event(session_id, kind, detail))

    def note_once(self, session_id: SessionId, kind: str, detail: str) -> bool:
        """False if an event of this kind with the same first word of ``detail`` exists."""
        return self._sessions.transcript.add_event_once(session_id, self._event(session_id, kind, detail))

    def _event(self, session_id: SessionId, kind: str, detail: str) -> Event:
        at_ms = int(self._leases.age_s(self._sessions.get(session_id)) * 1000)
        return Event(at_ms=at_ms, kind=kind[:60], detail=detail[:2000])
