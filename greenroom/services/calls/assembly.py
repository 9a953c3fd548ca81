"""Puts the calls of API clients together."""

from __future__ import annotations

from typing import Protocol

from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.channel_names import ChannelNames
from greenroom.services.calls.external_calls import ExternalCalls
from greenroom.services.calls.token_service import TokenService
from greenroom.services.operations.agora_clients import AgoraClients
from greenroom.services.service_base import ServiceBase
from greenroom.store.channel_claims import ChannelClaims


class ExternalCallsBase(ServiceBase, Protocol):
    """Adds the client through which agents are started."""

    @property
    def agora(self) -> AgoraClients: ...


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
