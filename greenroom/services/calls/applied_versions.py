"""Apply draft changes to a running agent; each application is a version recorded with the session."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from greenroom.agora.body import update_body
from greenroom.agora.client import AgoraClient
from greenroom.catalog import rules
from greenroom.clock import Clock
from greenroom.model.agent import Settings, Version
from greenroom.model.session import Session
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.agent_reach import AgentReach
from greenroom.store.sessions import SessionStore


class AppliedVersions:
    """``credentials`` returns the keys that settings use, by name. It raises KeyNotAllowed."""

    def __init__(
        self,
        clock: Clock,
        agents: AgentService,
        sessions: SessionStore,
        agora: Callable[[], AgoraClient],
        credentials: Callable[[Settings], Mapping[str, str]],
        reach: AgentReach,
    ) -> None:
        self._clock = clock
        self._agents = agents
        self._sessions = sessions
        self._agora = agora
        self._credentials = credentials
        self._reach = reach

    def apply(self, session: Session) -> Version:
        """Freeze the draft and send its live settings. Raises InvalidAgent, AgoraError, or Conflict for an agent out of reach."""
        self._reach.require(session)
        version = self._agents.versions.freeze(session.agent_id)
        settings = self._on_running_agent(session, version)
        properties = update_body(settings, self._credentials(settings))["properties"]
        self._agora().update(session.agora_agent_id, properties, channel=session.channel, agent_uid=session.agent_uid)
        self._sessions.apply_version(session.id, version, self._clock.now())
        return version

    def pending(self, session: Session) -> dict[str, rules.Effect]:
        """The draft's changes for the running agent, by setting key."""
        running = session.settings_on(self._running(session).settings)
        return rules.changed(running, session.settings_on(self._agents.draft(session.agent_id).settings))

    def _on_running_agent(self, session: Session, version: Version) -> Settings:
        """What the agent was started with, plus the version's live settings. It keeps its model server, so no key of the
        version's other vendor may be sent to it."""
        started = session.settings_on(self._agents.versions.get(session.version_id).settings)
        wanted = session.settings_on(version.settings)
        live = [key for key, effect in rules.changed(started, wanted).items() if effect == "live"]
        kept = {key: value for key, value in started.items() if key not in live}
        return kept | {key: wanted[key] for key in live if key in wanted}

    def _running(self, session: Session) -> Version:
        if session.applied_version is None:
            return self._agents.versions.get(session.version_id)
        return self._agents.versions.numbered(session.agent_id, session.applied_version)
