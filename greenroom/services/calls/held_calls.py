"""Calls that are connected ahead of a presentation: the agent joins without a greeting and says it on Start."""

from __future__ import annotations

from greenroom.errors import Conflict
from greenroom.model.session import Session, SessionId
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.agent_commands import AgentCommands
from greenroom.services.calls.event_log import EventLog
from greenroom.services.calls.held_greeting import greeting_parts
from greenroom.store.sessions import SessionStore

#: The event of a held call that the presenter started.
GREETED = "greeted"


class HeldCalls:
    """Greets when the presenter presses Start."""

    def __init__(self, agents: AgentService, sessions: SessionStore, commands: AgentCommands, events: EventLog) -> None:
        self._agents = agents
        self._sessions = sessions
        self._commands = commands
        self._events = events

    def greet(self, session_id: SessionId) -> None:
        """Make the agent of a held call say its greeting. Raises AgoraError, Conflict."""
        session = self._sessions.get(session_id)
        if not session.held:
            raise Conflict("This call isn't waiting for Start.", advice="The agent has already greeted.")
        for part in greeting_parts(self._agents.versions.get(session.version_id).settings):
            self._commands.say(session_id, part, "append")
        self._events.note(session_id, GREETED)

    def waits(self, session: Session) -> bool:
        """Whether the call is held and the presenter hasn't started it yet."""
        return session.held and all(event.kind != GREETED for event in self._sessions.transcript.events(session.id))
