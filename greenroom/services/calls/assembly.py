"""Puts the calls of API clients together."""

from __future__ import annotations

from typing import Protocol

from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.channel_names import ChannelNames
from greenroom.services.calls.external_calls import ExternalCalls
from greenroom.services.calls.token_service import TokenService
from greenroom.services.operations.agora_clients import AgoraClients
from greenroom.store.channel_claims import ChannelClaims
from greenroom.store.database import Database
from greenroom.store.sessions import SessionStore


class ExternalGround(Protocol):
    """What they are built on."""

    @property
    def config(self) -> Config: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def database(self) -> Database: ...
    @property
    def sessions(self) -> SessionStore: ...
    @property
    def agora(self) -> AgoraClients: ...


def external_calls(base: ExternalGround, agents: AgentService, calls: Calls, tokens: TokenService) -> ExternalCalls:
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
