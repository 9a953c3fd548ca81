"""One call from the click to the record: tickets, the agent's start and stop, and what is said to it in between.

The order keeps every greeting: ticket → the browser is in the channel with its microphone → the agent starts.
The session's state in the store is the lock: whoever moves it to "ended" stops the agent, so it is stopped once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from greenroom.agora.body import CallParticipants, join_body, update_body
from greenroom.agora.client import AgoraClient
from greenroom.catalog import rules
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import AgoraError, Conflict
from greenroom.model.agent import AgentId, VersionId
from greenroom.model.call import Ticket
from greenroom.model.session import EndReason, Event, Session, SessionId, Turn
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.agent_commands import AgentCommands
from greenroom.services.calls.agent_history import UNTOLD, AgentHistoryCollector
from greenroom.services.calls.limits import Limits
from greenroom.services.calls.token_service import TokenService
from greenroom.store.sessions import SessionStore

log = logging.getLogger(__name__)

#: A start that got no answer may still succeed this long after it: only then is "not found" taken for "does not run".
LATE_START_S = 60.0

#: Tells the stage of a session something; set by the web layer. (session, type, fields of protocol.TO_STAGE)
Tell = Callable[[SessionId, str, Mapping[str, Any]], None]


#: How the name begins under which Agora knows our agents; the session's id follows.
AGENT_NAME = "greenroom-"


def agent_name(session_id: SessionId) -> str:
    """The name under which Agora knows the agent of a session; unique, so that it can be found again."""
    return AGENT_NAME + session_id


class Calls:
    """All verbs of a live call. Every method is safe to call from any thread."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        agents: AgentService,
        sessions: SessionStore,
        agora: Callable[[], AgoraClient],
        office: TokenService,
        owner: str,
        credentials: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """``credentials`` gives name → value of the vendors' keys, each time anew: one may be added while calls run."""
        self._config = config
        self._credentials = credentials
        self._clock = clock
        self._agents = agents
        self._sessions = sessions
        self._agora = agora
        self._office = office
        self._owner = owner
        self._collector = AgentHistoryCollector(sessions, agora, self.record_event)
        self._applied: dict[SessionId, VersionId] = {}
        self.allowance = Limits(config, clock, sessions)
        self.words = AgentCommands(agora, self._running)
        self.tell: Tell = lambda session_id, kind, fields: None

    # ── before the call

    def restart(self, session_id: SessionId) -> Ticket:
        """End a call and launch the draft as it is now in its place. Raises what :meth:`launch` raises; then the call goes on."""
        session = self._sessions.get(session_id)
        ticket = self.launch(session.agent_id, session.person, instead_of=session_id)
        self.end(session_id, "restarted")
        return ticket

    def launch(
        self, agent_id: AgentId, person: str = "", instead_of: SessionId | None = None, again: VersionId | None = None
    ) -> Ticket:
        """Freeze the draft, write the session's row and give the ticket with which the browser joins. ``again``: a version
        that is launched as it was, whatever the draft says.

        Raises InvalidAgent (faults of the draft or of the version), LimitReached, TwinUnavailable.
        """
        self.allowance.require_launch(instead_of)
        version = self._agents.launchable(again) if again else self._agents.freeze(agent_id)
        agent = self._agents.get(agent_id)
        user_uid = self._clock.uid()
        session = Session(
            id=SessionId(self._clock.new_id()),
            agent_id=agent_id,
            agent_name=agent.name,
            version_id=version.id,
            version_number=version.number,
            place=self._config.place,
            channel=f"greenroom-{self._clock.new_id(10)}",
            user_uid=user_uid,
            agent_uid=self._clock.uid(frozenset({user_uid})),
            state="launching",
            created_at=self._clock.now(),
            last_seen_at=self._clock.now(),
            person=person,
            owner=self._owner,
        )
        self._office.edge()  # no row for a call that nobody can join
        self._sessions.open(session)
        return self._office.ticket(session, with_face=rules.has_face(version.settings))

    def ticket_again(self, session_id: SessionId, capability: str) -> Ticket:
        """A fresh ticket to a call that goes on, for its own page after a reload.

        Raises NotAllowed, NotFound, or Conflict when the call is over.
        """
        self._office.capabilities.require(session_id, capability)
        session = self._sessions.get(session_id)
        if session.state == "ended":
            raise Conflict("The call is over.", advice="Press Launch for a new call.")
        self.seen(session_id)
        begun = session.started_at or session.created_at
        elapsed_ms = int((self._clock.now() - begun).total_seconds() * 1000)
        with_face = rules.has_face(self._agents.version(session.version_id).settings)
        said = tuple(self._sessions.turns(session_id))
        return self._office.ticket(session, with_face=with_face, elapsed_ms=elapsed_ms, said=said)

    def start_agent(self, session_id: SessionId) -> str:
        """The browser is in the channel: start the agent, once. Returns Agora's agent id.

        Raises AgoraError when the start was refused (the session is then closed with that reason) and Conflict
        when the session ended meanwhile; in both cases no agent runs on.
        """
        if not self._sessions.advance(session_id, state="starting", from_states=("launching",)):
            session = self._sessions.get(session_id)
            if session.state == "running":
                return session.agora_agent_id
            raise Conflict(f"This call is {session.state} already.", advice="Press Launch for a new call.")
        session = self._sessions.get(session_id)
        name = agent_name(session_id)
        try:
            joined = self._agora().join(**self._join_body(session, name))
        except AgoraError as error:
            self.end(session_id, "refused", f"{error} ({error.reason or error.status or 'no answer'})")
            if error.maybe_started:
                self._stop_by_name(session, name)
            else:
                self._sessions.agent_stopped(session_id)
            raise
        if not self._sessions.attach_agent(session_id, joined.agent_id, self._clock.now()):
            # Ended while the start was on its way: whoever ended it did not know of this agent.
            self._leave(session, joined.agent_id)
            raise Conflict("The call was ended before the agent started.", advice="Press Launch for a new call.")
        return joined.agent_id

    # ── during the call

    def seen(self, session_id: SessionId) -> None:
        """The stage is alive."""
        self._sessions.seen(session_id, self._clock.now())

    def record_turn(self, session_id: SessionId, turn: Turn) -> None:
        self._sessions.add_turn(session_id, turn)

    def record_event(self, session_id: SessionId, kind: str, detail: str = "") -> None:
        session = self._sessions.get(session_id)
        at_ms = int((self._clock.now() - session.created_at).total_seconds() * 1000)
        self._sessions.add_event(session_id, Event(at_ms=at_ms, kind=kind[:60], detail=detail[:2000]))

    def apply(self, session_id: SessionId) -> int:
        """Send the draft's live settings to the running agent and freeze them as a version, whose number is returned.

        Raises InvalidAgent, Conflict (not running) or AgoraError.
        """
        session = self._running(session_id)
        version = self._agents.freeze(session.agent_id)
        properties = update_body(version.settings, self._credentials())["properties"]
        self._agora().update(session.agora_agent_id, properties, channel=session.channel, agent_uid=session.agent_uid)
        self._applied[session_id] = version.id
        self.record_event(session_id, "applied", f"version {version.number}")
        self.tell(session_id, "notice", {"text": f"Version {version.number} applied. It counts from the next turn."})
        return version.number

    def pending_changes(self, session_id: SessionId) -> dict[str, rules.Effect]:
        """What the draft would change for the running agent, by setting key."""
        session = self._sessions.get(session_id)
        running = self._agents.version(self._applied.get(session_id, session.version_id))
        return rules.changed(running.settings, self._agents.draft(session.agent_id).settings)

    def renewed_token(self, session_id: SessionId) -> str:
        """A fresh token for the person of a running call."""
        session = self._running(session_id)
        return self._office.token(session.channel, session.user_uid)

    def get(self, session_id: SessionId) -> Session:
        return self._sessions.get(session_id)

    def require(self, session_id: SessionId, capability: object) -> None:
        """Raise NotAllowed unless the capability is this session's."""
        self._office.capabilities.require(session_id, capability)

    # ── the end

    def end(self, session_id: SessionId, reason: EndReason, detail: str = "") -> bool:
        """Close the session and stop its agent. True for the one caller that did it; later ones change nothing."""
        if not self._sessions.close(session_id, reason, detail[:500], self._clock.now()):
            return False
        self._applied.pop(session_id, None)
        session = self._sessions.get(session_id)
        if session.agora_agent_id:
            if reason in UNTOLD:
                self._collector.memory(session)
            self._leave(session, session.agora_agent_id)
        self.tell(session_id, "ended", {"reason": reason, "detail": detail})
        if session.agora_agent_id:
            self._collector.latencies(session)
        return True

    def stop_leftover(self, session: Session) -> None:
        """Try again to stop the agent of an ended session whose stop was not confirmed.

        Without an agent id the server died between Agora's answer and writing it down: the agent is found by its name.
        """
        if session.agora_agent_id:
            self._leave(session, session.agora_agent_id)
        else:
            self._stop_by_name(session, agent_name(session.id))

    def idle_s(self, session: Session) -> int:
        """After how long without a word the agent of this session is to leave; 0 = never."""
        settings = self._agents.version(session.version_id).settings
        return int(rules.payload(settings, {}).get("idle_timeout", 0))

    # ── inside

    def _running(self, session_id: SessionId) -> Session:
        session = self._sessions.get(session_id)
        if session.state != "running":
            raise Conflict("The agent is not running.", advice="Wait until it listens, or press Launch.")
        return session

    def _join_body(self, session: Session, name: str) -> dict[str, Any]:
        version = self._agents.version(session.version_id)
        room = CallParticipants(
            channel=session.channel,
            agent_uid=session.agent_uid,
            agent_token=self._office.token(session.channel, session.agent_uid),
            user_uid=session.user_uid,
            avatar_uid=session.avatar_uid,
            avatar_token=self._office.token(session.channel, session.avatar_uid),
            app_id=self._config.app_id,
        )
        return join_body(name, version.settings, room, self._credentials())

    def _leave(self, session: Session, agora_agent_id: str) -> None:
        try:
            self._agora().leave(agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError as error:
            # The guard tries again until it is confirmed; see Guard.
            log.warning("agent of session %s not stopped yet: %s", session.id, type(error).__name__)
            self.record_event(session.id, "stop_failed", str(error))
            return
        self._sessions.agent_stopped(session.id)

    def _stop_by_name(self, session: Session, name: str) -> None:
        """A start without an answer may have succeeded: find the agent in the channel by its unique name and stop it."""
        try:
            agent_id = self._agora().find_by_name(name, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError as error:
            self.record_event(session.id, "start_unclear", str(error))
            return
        if agent_id:
            self._leave(session, agent_id)
        elif session.ended_at and (self._clock.now() - session.ended_at).total_seconds() > LATE_START_S:
            self._sessions.agent_stopped(session.id)
