"""Calls that are connected ahead of a presentation: the agent joins without a greeting and says it on Start."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenroom.catalog import rules
from greenroom.errors import Conflict
from greenroom.model.agent import Settings
from greenroom.model.session import HELD, Session, SessionId
from greenroom.prompting.script import script_of
from greenroom.prompting.variables import said
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.agent_commands import SAY_MAX_BYTES, AgentCommands
from greenroom.services.calls.event_log import EventLog
from greenroom.store.sessions import SessionStore

(GREETING,) = HELD
#: The event of a held call that the presenter started.
GREETED = "greeted"
_SENTENCE = re.compile(r"[^.!?。！？]*[.!?。！？]+\s*|[^.!?。！？]+$")


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
            raise Conflict("This call isn't held.", advice="The agent has greeted by itself.")
        for part in greeting_parts(self._agents.version(session.version_id).settings):
            self._commands.say(session_id, part, "append")
        self._events.note(session_id, GREETED)

    def waits(self, session: Session) -> bool:
        """Whether the call is held and the presenter hasn't started it yet."""
        return session.held and all(event.kind != GREETED for event in self._sessions.events(session.id))


def can_hold(settings: Settings) -> bool:
    """Whether the agent has a greeting that it can be made to say; a realtime model can't be made to say a given text."""
    return bool(greeting_of(settings)) and not rules.realtime(settings)


def greeting_of(settings: Settings) -> str:
    """The greeting with its variables filled in."""
    return (said(script_of(settings), GREETING) or "").strip()


def greeting_parts(settings: Settings) -> Iterator[str]:
    """The greeting in parts of whole sentences that one command may carry; a longer sentence is cut between words."""
    part = ""
    for piece in _SENTENCE.findall(greeting_of(settings)):
        for word in re.findall(r"\S+\s*", piece) if _size(piece) > SAY_MAX_BYTES else [piece]:
            if part and _size(part + word) > SAY_MAX_BYTES:
                yield part.strip()
                part = ""
            part += word
    if part.strip():
        yield part.strip()


def _size(text: str) -> int:
    return len(text.encode())
