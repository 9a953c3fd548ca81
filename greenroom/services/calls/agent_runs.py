"""Start and stop the agent of a session, and find agents whose start was not confirmed."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from greenroom.agora.answers import StartedAgent
from greenroom.agora.body import CallParticipants, join_body
from greenroom.agora.client import AgoraClient
from greenroom.config import Config
from greenroom.errors import AgoraError, AgoraUnreachable, GreenroomError, NotAllowed, NotFound
from greenroom.model.agent import AgentId, Settings
from greenroom.model.call import CallCost, EngineUse
from greenroom.model.session import Session, SessionId
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.agent_reach import AgentReach
from greenroom.services.calls.costs import BRAIN_EVENT, brain_detail, call_cost
from greenroom.services.calls.event_log import EventLog
from greenroom.services.calls.held_greeting import greeting_parts
from greenroom.services.calls.late_record import LateRecord
from greenroom.services.calls.leases import CallLeases
from greenroom.services.calls.token_service import TokenService
from greenroom.store.sessions import SessionStore

if TYPE_CHECKING:
    from greenroom.services.operations.offline_brains import OfflineBrains

log = logging.getLogger(__name__)

#: An unanswered start may still succeed for this long; only then does "not found" mean "not running".
LATE_START_S = 60.0
#: Prefix of our agents' names at Agora; the session id follows.
AGENT_NAME = "greenroom-"


def agent_name(session_id: SessionId) -> str:
    """The unique name of a session's agent at Agora, used to find it again."""
    return AGENT_NAME + session_id


class AgentRuns:
    """Starts and stops agents. Thread-safe."""

    def __init__(
        self,
        *,
        config: Config,
        leases: CallLeases,
        agents: AgentService,
        sessions: SessionStore,
        agora: Callable[[], AgoraClient],
        tokens: TokenService,
        credentials: Callable[[Settings], Mapping[str, str]],
        late: LateRecord,
        events: EventLog,
        brains: OfflineBrains,
        offline: Callable[[AgentId, Settings, Mapping[str, str]], Mapping[str, Any]],
        reach: AgentReach,
    ) -> None:
        """``offline``: data for the twin, such as tool mocks."""
        self._offline = offline
        self._config = config
        self._leases = leases
        self._agents = agents
        self._sessions = sessions
        self._agora = agora
        self._tokens = tokens
        self._credentials = credentials
        self._late = late
        self._events = events
        self._brains = brains
        self.reach = reach

    def settings(self, session: Session) -> Settings:
        """The settings the session's agent starts with."""
        return session.settings_on(self._agents.versions.get(session.version_id).settings)

    def participants(self, session: Session) -> CallParticipants:
        """The channel's participants, each with a token."""
        return CallParticipants(
            channel=session.channel,
            agent_uid=session.agent_uid,
            agent_token=self._tokens.token(session.channel, session.agent_uid),
            user_uid=session.user_uid,
            avatar_uid=session.avatar_uid,
            avatar_token=self._tokens.token(session.channel, session.avatar_uid),
            app_id=self._config.app_id,
        )

    def join_body(self, session: Session) -> dict[str, Any]:
        """The join body including vendor keys; sent to Agora. Raises KeyNotAllowed."""
        settings = self.settings(session)
        keys = self._credentials(settings)
        body = join_body(agent_name(session.id), settings, self.participants(session), keys)
        if not self._config.on_twin:
            return body
        return {**body, "offline": {**self._offline(session.agent_id, settings, keys), "prepare": self._first_words(session)}}

    def _first_words(self, session: Session) -> list[str]:
        """What the twin renders before a presentation begins: the greeting, and that of the backup version."""
        if not session.held:
            return []
        versions = [self._agents.versions.get(session.version_id)]
        with contextlib.suppress(NotFound):
            versions.append(self._agents.versions.backup(session.version_id))
        return list(dict.fromkeys(part for version in versions for part in greeting_parts(version.settings)))

    def cost(self, session: Session, settings: Settings) -> CallCost:
        """Which engines the call uses and what they cost."""
        return call_cost(settings, session.place, self._brain(session, settings))

    def price(self, agent_id: AgentId, settings: Settings) -> CallCost:
        """The same for a call with these settings that isn't launched yet."""
        brain = self._brains.engine(agent_id, settings) if self._config.on_twin else None
        return call_cost(settings, self._config.place, brain)

    def require_scripted(self) -> None:
        """Raise NotAllowed where no scripted responder can answer."""
        if not self._config.on_twin:
            raise NotAllowed("Scripted conversations are played offline only.", advice="Switch to the backup version (B).")

    def start(self, session: Session) -> StartedAgent:
        """Start the agent. Raises AgoraError; with ``maybe_started`` an agent may be running nevertheless."""
        body = self.join_body(session)
        if self._config.on_twin:
            self._assign_brain(session)
        return self._agora().join(**body)

    def _brain(self, session: Session, settings: Settings) -> EngineUse | None:
        if session.scripted:
            return self._brains.scripted_engine()
        return self._brains.engine(session.agent_id, settings) if self._config.on_twin else None

    def _assign_brain(self, session: Session) -> None:
        """Assign the agent's brain in the twin and record which one answers. Raises AgoraUnreachable."""
        try:
            self._brains.assign(agent_name(session.id), session.agent_id, session.scripted)
        except NotAllowed:  # a key that has no consent: the caller ends the session with this reason
            raise
        except GreenroomError as error:
            raise AgoraUnreachable(str(error), advice=error.advice) from error
        if (brain := self._brain(session, self.settings(session))) is not None:
            self._late.write(lambda: self._events.note(session.id, BRAIN_EVENT, brain_detail(brain)))

    def leave(self, session: Session, agora_agent_id: str) -> None:
        """Stop the agent; the watchdog retries unconfirmed stops, and so does that of the process whose twin it runs in."""
        if not self.reach.includes(session):
            return
        try:
            self._agora().leave(agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError as error:
            problem = str(error)
            log.warning("agent of session %s not stopped yet: %s", session.id, type(error).__name__)
            self._late.write(lambda: self._events.note(session.id, "stop_failed", problem))
            return
        self._late.write(lambda: self._sessions.agent_stopped(session.id), f"stopped {session.id}")

    def stop_by_name(self, session: Session) -> None:
        """Find and stop an agent whose start was not confirmed, by its unique name."""
        if not self.reach.includes(session):
            return
        name = agent_name(session.id)
        try:
            agent_id = self._agora().find_by_name(name, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraError as error:
            problem = str(error)
            self._late.write(lambda: self._events.note(session.id, "start_unclear", problem))
            return
        if agent_id:
            self.leave(session, agent_id)
        elif session.ended_at and self._leases.ended_s(session) > LATE_START_S:
            self._late.write(lambda: self._sessions.agent_stopped(session.id), f"stopped {session.id}")

    def stop_leftover(self, session: Session) -> None:
        """Retry an unconfirmed stop for an ended session.

        Without an agent id (the process died before storing it), the agent is found by its name.
        """
        if session.agora_agent_id:
            self.leave(session, session.agora_agent_id)
        else:
            self.stop_by_name(session)
