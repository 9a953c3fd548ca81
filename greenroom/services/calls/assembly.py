"""Puts the services of live calls together, and those of the calls that API clients start."""

from __future__ import annotations

from typing import Protocol

from greenroom.services.agents.agent_service import AgentService
from greenroom.services.agents.tool_service import ToolService
from greenroom.services.calls.agent_commands import AgentCommands
from greenroom.services.calls.agent_history import AgentHistoryCollector
from greenroom.services.calls.agent_reach import AgentReach
from greenroom.services.calls.agent_runs import AgentRuns
from greenroom.services.calls.applied_versions import AppliedVersions
from greenroom.services.calls.call_closing import CallClosing, Notify
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.channel_names import ChannelNames
from greenroom.services.calls.event_log import EventLog
from greenroom.services.calls.external_calls import ExternalCalls
from greenroom.services.calls.guest_limits import GuestLimits
from greenroom.services.calls.held_calls import HeldCalls
from greenroom.services.calls.late_record import LateRecord
from greenroom.services.calls.leases import CallLeases
from greenroom.services.calls.limits import Limits
from greenroom.services.calls.notifications import Notifications
from greenroom.services.calls.replacements import Replacements
from greenroom.services.calls.token_service import TokenService
from greenroom.services.calls.watchdog import Watchdog
from greenroom.services.operations.agora_clients import AgoraClients
from greenroom.services.operations.key_broker import KeyBroker
from greenroom.services.operations.offline_brains import OfflineBrains
from greenroom.services.operations.process_lease import ProcessLease
from greenroom.services.service_base import ServiceBase
from greenroom.store.channel_claims import ChannelClaims
from greenroom.store.guest_links import GuestLinkStore
from greenroom.store.watch_links import WatchLinkStore


class ExternalCallsBase(ServiceBase, Protocol):
    """Adds the client through which agents are started."""

    @property
    def agora(self) -> AgoraClients: ...


class LiveCallsBase(ExternalCallsBase, Protocol):
    """Adds what starts, limits and watches an agent."""

    @property
    def guest_links(self) -> GuestLinkStore: ...
    @property
    def keys(self) -> KeyBroker: ...
    @property
    def brains(self) -> OfflineBrains: ...
    @property
    def tools(self) -> ToolService: ...
    @property
    def process(self) -> ProcessLease: ...


def live_calls(
    base: LiveCallsBase, agents: AgentService, tokens: TokenService, tell: Notify, owner: str
) -> tuple[Calls, Watchdog, Notifications]:
    """The services of live calls. What starts, watches and ends a call shares leases and the late record."""
    config, clock, sessions, agora = base.config, base.clock, base.sessions, base.agora
    leases, late = CallLeases(clock), LateRecord()
    events = EventLog(sessions, leases)
    reach = AgentReach(config, owner)
    commands = AgentCommands(agora, sessions, reach)
    runs = _runs(base, agents, tokens, reach, leases, late=late, events=events)
    calls = Calls(
        config=config,
        clock=clock,
        agents=agents,
        sessions=sessions,
        replacements=Replacements(WatchLinkStore(base.database), late),
        tokens=tokens,
        limits=Limits(config, clock, sessions, GuestLimits(config, clock, base.guest_links, sessions, leases), leases),
        leases=leases,
        runs=runs,
        applied=AppliedVersions(clock, agents, sessions, agora, base.keys.release, reach),
        commands=commands,
        held=HeldCalls(agents, sessions, commands, events),
        closing=CallClosing(runs, AgentHistoryCollector(sessions, agora, events, late), leases, tell),
        events=events,
        late=late,
        tell=tell,
        owner=owner,
    )
    watchdog = Watchdog(
        config=config,
        clock=clock,
        calls=calls,
        sessions=sessions,
        agora=agora,
        leases=leases,
        late=late,
        process=base.process,
    )
    secret = config.webhook_secret
    notifications = Notifications(
        secret=secret, clock=clock, calls=calls, sessions=sessions, events=events, leases=leases, tokens=tokens, agora=agora
    )
    return calls, watchdog, notifications


def _runs(
    base: LiveCallsBase,
    agents: AgentService,
    tokens: TokenService,
    reach: AgentReach,
    leases: CallLeases,
    *,
    late: LateRecord,
    events: EventLog,
) -> AgentRuns:
    return AgentRuns(
        config=base.config,
        leases=leases,
        agents=agents,
        sessions=base.sessions,
        agora=base.agora,
        tokens=tokens,
        credentials=base.keys.release,
        late=late,
        events=events,
        brains=base.brains,
        offline=base.tools.offline,
        reach=reach,
    )


def external_calls(base: ExternalCallsBase, agents: AgentService, calls: Calls, tokens: TokenService) -> ExternalCalls:
    """The calls that API clients start. Channel names are claimed in the database, each for one principal."""
    return ExternalCalls(
        config=base.config,
        clock=base.clock,
        agents=agents,
        calls=calls,
        sessions=base.sessions,
        agora=base.agora,
        tokens=tokens,
        channels=ChannelNames(base.clock, ChannelClaims(base.database), base.sessions),
    )
