"""Calls for API clients: get channel tokens, start an agent, let it speak, end it.

Every agent goes through :meth:`Calls.launch`, so it has a frozen version, a session, and counts against every cap. What a
request changes for its call is stored with the session; the agent's versions stay those of the studio.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from greenroom.agora.answers import StartedAgent
from greenroom.agora.body import CallParticipants, join_body, redacted
from greenroom.agora.client import AgoraClient
from greenroom.catalog.key_use import key_uses
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import Conflict, InvalidAgent, NotAllowed, NotFound, StoreUnavailable
from greenroom.model.agent import Agent, Draft, Settings, Version
from greenroom.model.launch import LaunchRequest
from greenroom.model.principal import Principal
from greenroom.model.session import Origin, Session
from greenroom.security_log import record
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls import sample_parameters
from greenroom.services.calls.agent_commands import command
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.channel_names import ChannelNames
from greenroom.services.calls.guest_join import is_channel
from greenroom.services.calls.sample_parameters import InvalidParameter
from greenroom.services.calls.token_service import TokenService
from greenroom.store.sessions import SessionStore

SpeakPriority = Literal["APPEND", "INTERRUPT", "IGNORE"]


@dataclass(frozen=True, slots=True)
class ExternalRequest:
    """``profile``: the name of an agent, case-insensitive; "" = the default one. ``version`` None = its draft, frozen.
    ``parameters`` override settings for this call, by the samples' names. ``debug`` asks for the request body, without keys."""

    profile: str = ""
    version: int | None = None
    channel: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    debug: bool = False


@dataclass(frozen=True, slots=True)
class ChannelAccess:
    """The channel's participants with a token for each; ``body`` is Agora's join request without keys, if asked for."""

    app_id: str
    channel: str
    user_uid: int
    user_token: str
    agent_uid: int
    avatar_uid: int
    avatar_token: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ExternalCall:
    """A started agent and the access to its channel."""

    access: ChannelAccess
    session: Session
    agent: StartedAgent


class ExternalCalls:
    """Starts and ends calls through the API. Thread-safe."""

    def __init__(
        self,
        *,
        config: Config,
        clock: Clock,
        agents: AgentService,
        calls: Calls,
        sessions: SessionStore,
        agora: Callable[[], AgoraClient],
        tokens: TokenService,
        channels: ChannelNames,
    ) -> None:
        self._config = config
        self._clock = clock
        self._agents = agents
        self._calls = calls
        self._sessions = sessions
        self._agora = agora
        self._tokens = tokens
        self._channels = channels

    def access(self, request: ExternalRequest, principal: Principal, owner: str = "") -> ChannelAccess:
        """Tokens without an agent. Raises what :meth:`start` raises for the request itself.

        ``owner``, here and below: the principal whose calls it may reach; "" = any.
        """
        agent, version, overrides = self._resolved(request)
        base = self._agents.draft(agent.id).settings if version is None else version.settings
        settings = {**base, **overrides}
        if problems := self._agents.problems(Draft(agent.id, 0, settings)):
            raise InvalidAgent(problems)
        user_uid = self._clock.uid()
        agent_uid = self._clock.uid(frozenset({user_uid, user_uid + 1}))
        room = CallParticipants(
            channel=request.channel or self._clock.new_id(10),
            agent_uid=agent_uid,
            agent_token="",
            user_uid=user_uid,
            avatar_uid=agent_uid + 1,
            app_id=self._config.app_id,
        )
        self._channels.take_for_token(room.channel, principal, owner)
        return self._access(room, settings if request.debug else None)

    def start(self, request: ExternalRequest, origin: Origin, principal: Principal) -> ExternalCall:
        """Raises InvalidParameter, InvalidAgent, NotFound, LimitReached, AgoraError, TwinUnavailable, NotAllowed."""
        agent, version, overrides = self._resolved(request)
        channel = request.channel or self._clock.new_id(10)
        self._channels.take(channel, principal)
        ticket = self._calls.launch(
            LaunchRequest(
                agent=None if version else agent.id,
                version=version.id if version else None,
                origin=origin,
                caller="external",
                principal=principal,
                overrides=overrides,
                channel=channel,
            )
        )
        record("api_launch", origin=origin, principal=str(principal), agent=agent.id, session=ticket.session_id)
        # All of the answer is there before the agent starts: if the database goes away in between, no agent runs that its client
        # has not heard of.
        session = self._calls.get(ticket.session_id)
        settings = self._calls.runs.settings(session)
        access = self._access(self._calls.runs.participants(session), settings if request.debug else None)
        return ExternalCall(access, session, self._calls.start_agent(session.id))

    def hang_up(self, agent_id: str, channel: str = "", owner: str = "") -> None:
        """End the agent's session; no effect if it has ended. An agent without a session is asked to leave."""
        session = self._session(agent_id, owner)
        if session is None:
            self._agora().leave(agent_id, channel=channel)
        else:
            self._calls.end(session.id, "ended", "Ended through the API.")

    def speak(self, agent_id: str, text: str, priority: SpeakPriority, owner: str = "") -> None:
        """The agent says this text. Raises AgoraError, Conflict."""
        session = self._session(agent_id, owner)
        if session is None:
            self._agora().speak(agent_id, text, priority=priority)
            return
        if session.state == "ended":
            raise Conflict("This call is over.", advice="Start another agent.")
        self._calls.runs.reach.require(session)
        self._calls.seen(session.id)
        where = {"channel": session.channel, "agent_uid": session.agent_uid}
        command(self._agora(), session, lambda agora: agora.speak(agent_id, text, priority=priority, **where))

    def renewed_token(self, agent_id: str, owner: str = "") -> tuple[Session, str]:
        """A fresh token for the caller of a running agent, which renews its lease. Raises NotFound, Conflict."""
        session = self._session(agent_id, owner)
        if session is None:
            raise NotFound("No session has this agent.", advice="Use the agent_id that /start-agent returned.")
        self._channels.keep(session.channel, Principal.read(session.principal))
        return session, self._calls.renewed_token(session.id)

    # ── inside

    def _session(self, agent_id: str, owner: str) -> Session | None:
        session = self._found(agent_id)
        if owner and (session is None or session.principal != owner):
            raise NotAllowed("This key didn't start that agent.", advice="Use the key that started it.")
        return session

    def _found(self, agent_id: str) -> Session | None:
        """From memory while the database is unavailable: an agent can be stopped even then."""
        try:
            return self._sessions.by_agent(agent_id)
        except StoreUnavailable:
            known = next((session for session in self._calls.live() if session.agora_agent_id == agent_id), None)
            if known is None:
                raise
            return known

    def _resolved(self, request: ExternalRequest) -> tuple[Agent, Version | None, dict[str, Any]]:
        if request.channel and not is_channel(request.channel):
            raise InvalidParameter("channel: use up to 64 letters, digits, spaces and !#$%&()+-:;<=.>?@[]^_{}|~,")
        agent = self._profile(request.profile)
        version = None if request.version is None else self._agents.versions.numbered(agent.id, request.version)
        settings: Settings = self._agents.draft(agent.id).settings if version is None else version.settings
        return agent, version, sample_parameters.overrides(agent.id, settings, request.parameters)

    def _profile(self, name: str) -> Agent:
        if not name:
            agent = self._agents.default()
            if agent.imported:
                why = "profile: all agents here are imports that were never launched in the Studio."
                raise InvalidParameter(why, advice="Name one of them with profile, or launch it in the Studio once.")
            return agent
        match = self._agents.named(name)
        if match is None:
            advice = "Use the name of an agent in the Studio."
            raise InvalidParameter(f"profile: there is no agent called {name[:80]!r}.", advice=advice)
        return match

    def _access(self, room: CallParticipants, settings: Settings | None) -> ChannelAccess:
        assert room.avatar_uid is not None
        return ChannelAccess(
            app_id=self._config.app_id,
            channel=room.channel,
            user_uid=room.user_uid,
            user_token=self._tokens.token(room.channel, room.user_uid),
            agent_uid=room.agent_uid,
            avatar_uid=room.avatar_uid,
            avatar_token=self._tokens.token(room.channel, room.avatar_uid),
            body=None if settings is None else self._shown(room, settings),
        )

    def _shown(self, room: CallParticipants, settings: Settings) -> Mapping[str, Any]:
        """The join request with each key as ``${NAME}``; the keys themselves aren't read."""
        names = {use.name: f"${{{use.name}}}" for use in key_uses(settings)}
        return redacted(join_body("(set at the start)", settings, room, names))
