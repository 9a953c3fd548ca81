"""All agents running in the project: Agora's list joined with Greenroom's sessions, with stop commands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from greenroom.agora.answers import AgentState
from greenroom.agora.client import AgoraClient
from greenroom.catalog.prices import cost_of
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import AgoraError, GreenroomError, NotFound
from greenroom.model.session import Session, SessionId
from greenroom.services.calls.agent_runs import AGENT_NAME
from greenroom.services.calls.calls import Calls
from greenroom.store.sessions import SessionStore

log = logging.getLogger(__name__)

#: Agora ends every agent after this time; nothing older can be running.
OLDEST = timedelta(hours=72)
#: STARTING and RUNNING, one request each: Agora's documents disagree on whether one request may name several.
LIVE = ("1", "2")
PAGE_SIZE, MOST_PAGES = 50, 10
#: How many agents started elsewhere are asked for their names.
MOST_NAMES = 20

#: here: a call of this installation · other: one of another Greenroom, or of one that lost its records · unknown: neither
StartedBy = Literal["here", "other", "unknown"]


@dataclass(frozen=True, slots=True)
class RunningAgent:
    """A running agent. ``cost`` so far in dollars, None offline. ``status`` is Agora's."""

    agora_agent_id: str
    name: str
    started_by: StartedBy
    status: str
    since: datetime | None
    cost: float | None
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """The running agents. ``problem``: why Agora's list is missing; "" if it is included."""

    agents: tuple[RunningAgent, ...]
    problem: str = ""


class RunningAgentsService:
    """Lists and stops running agents."""

    def __init__(
        self, config: Config, clock: Clock, calls: Calls, sessions: SessionStore, agora: Callable[[], AgoraClient]
    ) -> None:
        self._config = config
        self._clock = clock
        self._calls = calls
        self._sessions = sessions
        self._agora = agora
        self._names: dict[str, str] = {}

    def overview(self) -> Overview:
        """Agents started here first, each group oldest first. If Agora's list is unavailable, Greenroom's own sessions."""
        ours = {session.agora_agent_id or session.id: session for session in self._sessions.unfinished()}
        try:
            listed = self._listed_by_agora()
        except AgoraError as error:
            return Overview(tuple(self._ours(session, None) for session in ours.values()), f"{error} {error.advice}")
        by_id = {agent.agent_id: agent for agent in listed}
        mine = [self._ours(session, by_id.get(key)) for key, session in ours.items()]
        others = [self._other(agent, number) for number, agent in enumerate(a for a in listed if a.agent_id not in ours)]
        return Overview((*mine, *sorted(others, key=lambda agent: (agent.since is None, agent.since))))

    def stop(self, agent: RunningAgent) -> None:
        """Stop an agent; no error if it is already gone. Raises AgoraError."""
        if agent.session is not None:
            self._calls.end(agent.session.id, "stopped", "Stopped on the Running agents page.")
            return
        ended = self._session_of(agent.name)
        if ended is None:
            self._agora().leave(agent.agora_agent_id)
        else:  # ours once: its stop is confirmed in the record, too
            self._agora().leave(agent.agora_agent_id, channel=ended.channel, agent_uid=ended.agent_uid)
            self._sessions.agent_stopped(ended.id)

    def stop_all(self, agents: Sequence[RunningAgent]) -> list[str]:
        """Stop several agents and return error messages for those that failed."""
        failed = []
        for agent in agents:
            try:
                self.stop(agent)
            except GreenroomError as error:
                failed.append(f"{agent.name}: {error}")
        return failed

    # ── inside

    def _listed_by_agora(self) -> list[AgentState]:
        by_id: dict[str, AgentState] = {}
        since = int((self._clock.now() - OLDEST).timestamp())
        for state in LIVE:
            cursor = ""
            for _ in range(MOST_PAGES):
                page = self._agora().list(state=state, from_time=since, limit=PAGE_SIZE, cursor=cursor)
                by_id |= {agent.agent_id: agent for agent in page.agents}
                cursor = page.cursor
                if not cursor:
                    break
        return list(by_id.values())

    def _ours(self, session: Session, listed: AgentState | None) -> RunningAgent:
        return RunningAgent(
            agora_agent_id=session.agora_agent_id,
            name=session.agent_name,
            started_by="here",
            status=listed.status if listed else session.state.upper(),
            since=session.started_at or session.created_at,
            cost=self._cost(session.started_at),
            session=session,
        )

    def _other(self, agent: AgentState, number: int) -> RunningAgent:
        name = self._name(agent) if number < MOST_NAMES else agent.name
        since = datetime.fromtimestamp(agent.started_at, UTC) if agent.started_at else None
        started_by: StartedBy = "other" if name.startswith(AGENT_NAME) else "unknown"
        return RunningAgent(agent.agent_id, name or agent.agent_id, started_by, agent.status, since, self._cost(since))

    def _name(self, agent: AgentState) -> str:
        """Fetch an agent's name once; Agora's list doesn't include names."""
        if agent.name or agent.agent_id in self._names:
            return agent.name or self._names[agent.agent_id]
        try:
            self._names[agent.agent_id] = self._agora().get(agent.agent_id).name
        except AgoraError as error:
            log.info("name of agent %s: %s", agent.agent_id, type(error).__name__)
            return ""
        return self._names[agent.agent_id]

    def _session_of(self, name: str) -> Session | None:
        try:
            return self._sessions.get(SessionId(name.removeprefix(AGENT_NAME))) if name.startswith(AGENT_NAME) else None
        except NotFound:
            return None

    def _cost(self, since: datetime | None) -> float | None:
        if not self._config.on_cloud or since is None:
            return None
        return cost_of((self._clock.now() - since).total_seconds())
