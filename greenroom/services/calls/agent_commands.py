"""What is said to a running agent without a voice: a message, a text to say, a whispered instruction, and "stop"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from greenroom.agora.client import AgoraClient
from greenroom.errors import Conflict, GreenroomError
from greenroom.model.call import Priority
from greenroom.model.session import Session, SessionId
from greenroom.store.sessions import SessionStore

#: Agora's limit of one /speak.
SAY_MAX_BYTES = 512
SPEAK_PRIORITY: Mapping[Priority, Literal["INTERRUPT", "APPEND", "IGNORE"]] = {
    "interrupt": "INTERRUPT",
    "append": "APPEND",
    "ignore": "IGNORE",
}


class SayTooLong(GreenroomError):
    advice = "Shorten it, or send it in parts."


def running_session(sessions: SessionStore, session_id: SessionId) -> Session:
    """The session, if its agent runs; raises Conflict otherwise."""
    session = sessions.get(session_id)
    if session.state != "running":
        raise Conflict("The agent is not running.", advice="Wait until it listens, or press Launch.")
    return session


class AgentCommands:
    """Every method raises AgoraError, and Conflict when the agent does not run."""

    def __init__(self, agora: Callable[[], AgoraClient], sessions: SessionStore) -> None:
        self._agora = agora
        self._sessions = sessions

    def send(self, session_id: SessionId, text: str, priority: Priority = "interrupt") -> None:
        """A typed message instead of speech; a listening agent answers it at once, like a spoken one."""
        session = running_session(self._sessions, session_id)
        self._agora().think(
            session.agora_agent_id,
            text,
            channel=session.channel,
            agent_uid=session.agent_uid,
            on_listening_action="interrupt",
            on_thinking_action=priority,
            on_speaking_action=priority,
        )

    def say(self, session_id: SessionId, text: str, priority: Priority = "interrupt") -> None:
        """The agent says this text as it is; Agora refuses it for a realtime model. Raises SayTooLong."""
        size = len(text.encode())
        if size > SAY_MAX_BYTES:
            raise SayTooLong(f"The text has {size} bytes; Agora takes {SAY_MAX_BYTES} at a time.")
        session = running_session(self._sessions, session_id)
        self._agora().speak(
            session.agora_agent_id,
            text,
            priority=SPEAK_PRIORITY[priority],
            channel=session.channel,
            agent_uid=session.agent_uid,
        )

    def whisper(self, session_id: SessionId, text: str) -> None:
        """An instruction nobody hears: kept in mind while the agent listens, taken up after its answer while it is busy."""
        session = running_session(self._sessions, session_id)
        self._agora().think(
            session.agora_agent_id,
            text,
            channel=session.channel,
            agent_uid=session.agent_uid,
            on_listening_action="inject",
            on_thinking_action="append",
            on_speaking_action="append",
        )

    def interrupt(self, session_id: SessionId) -> None:
        """Stop what the agent is saying."""
        session = running_session(self._sessions, session_id)
        self._agora().interrupt(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
