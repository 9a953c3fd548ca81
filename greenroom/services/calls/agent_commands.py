"""Commands to a running agent: a text message, a text to say, a whispered instruction, and interrupt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from greenroom.agora.client import AgoraClient
from greenroom.errors import AgoraError, AgoraRefused, Conflict, GreenroomError
from greenroom.model.call import Priority
from greenroom.model.session import Session, SessionId
from greenroom.services.calls.agent_reach import AgentReach
from greenroom.store.sessions import SessionStore

#: How Agora's status begins to say why an agent ended.
EXITS = "agent exits with reason: "
#: Agora's limit of one /speak.
SAY_MAX_BYTES = 512
SPEAK_PRIORITY: Mapping[Priority, Literal["INTERRUPT", "APPEND", "IGNORE"]] = {
    "interrupt": "INTERRUPT",
    "append": "APPEND",
    "ignore": "IGNORE",
}


class SayTooLong(GreenroomError):
    """More bytes of UTF-8 than Agora's limit of a text to say (``SAY_MAX_BYTES``)."""

    advice = "Shorten it, or send it in parts."


def running_session(sessions: SessionStore, session_id: SessionId) -> Session:
    """The session if its agent is running; raises Conflict otherwise."""
    session = sessions.get(session_id)
    if session.state != "running":
        raise Conflict("The agent isn't running.", advice="Wait until it has joined, or launch it.")
    return session


def command(agora: AgoraClient, session: Session, send: Callable[[AgoraClient], object]) -> None:
    """Send a command to the session's agent. Raises AgoraError, or Conflict while the agent is starting.

    Agora returns 404 both for an ended agent and for one that hasn't joined yet.
    """
    try:
        send(agora)
    except AgoraRefused as error:
        if error.status == 404 and _starting(agora, session):
            raise Conflict("The agent is still starting.", advice="Wait a few seconds, then send it again.") from error
        raise


def _starting(agora: AgoraClient, session: Session) -> bool:
    try:
        state = agora.get(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
    except AgoraError:
        return False
    return state.status in ("IDLE", "STARTING")


class AgentCommands:
    """Sends commands. Every method raises AgoraError, or Conflict if the agent isn't running."""

    def __init__(self, agora: Callable[[], AgoraClient], sessions: SessionStore, reach: AgentReach) -> None:
        self._agora = agora
        self._sessions = sessions
        self._reach = reach

    def send(self, session_id: SessionId, text: str, priority: Priority = "interrupt") -> None:
        """Send a typed message, which the agent answers like speech."""
        self._think(session_id, text, listening="interrupt", busy=priority)

    def failure(self, session_id: SessionId) -> str:
        """Why the session's agent failed, as Agora says; "" if it didn't, or Agora doesn't know it. Also for one that is gone."""
        session = self._sessions.get(session_id)
        if not session.agora_agent_id:
            return ""
        try:
            state = self._agora().get(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraRefused:
            return ""
        return (state.message or "unknown reason").removeprefix(EXITS) if state.status == "FAILED" else ""

    def say(self, session_id: SessionId, text: str, priority: Priority = "interrupt") -> None:
        """Make the agent say this text verbatim. Agora rejects it for realtime models. Raises SayTooLong."""
        size = len(text.encode())
        if size > SAY_MAX_BYTES:
            raise SayTooLong(f"The text is {size} bytes long; Agora's limit is {SAY_MAX_BYTES}.")
        session = running_session(self._sessions, session_id)
        self._command(
            session,
            lambda agora: agora.speak(
                session.agora_agent_id,
                text,
                priority=SPEAK_PRIORITY[priority],
                channel=session.channel,
                agent_uid=session.agent_uid,
            ),
        )

    def whisper(self, session_id: SessionId, text: str) -> None:
        """Send an instruction that is not spoken. A busy agent handles it after its current answer."""
        self._think(session_id, text, listening="inject", busy="append")

    def interrupt(self, session_id: SessionId) -> None:
        """Interrupt the agent."""
        session = running_session(self._sessions, session_id)
        self._command(
            session,
            lambda agora: agora.interrupt(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid),
        )

    def _think(self, session_id: SessionId, text: str, *, listening: Literal["interrupt", "inject"], busy: Priority) -> None:
        """``listening`` and ``busy``: what Agora does with the text while the agent listens, and while it thinks or speaks."""
        session = running_session(self._sessions, session_id)
        self._command(
            session,
            lambda agora: agora.think(
                session.agora_agent_id,
                text,
                channel=session.channel,
                agent_uid=session.agent_uid,
                on_listening_action=listening,
                on_thinking_action=busy,
                on_speaking_action=busy,
            ),
        )

    def _command(self, session: Session, send: Callable[[AgoraClient], object]) -> None:
        self._reach.require(session)
        command(self._agora(), session, send)
