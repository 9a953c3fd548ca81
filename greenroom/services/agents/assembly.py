"""Composes the agent service with the checks that can block a launch: missing keys, key hosts and private hosts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from greenroom.errors import Problem
from greenroom.model.agent import AgentId
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.agents.tool_service import ToolService
from greenroom.services.operations.credentials import Credentials
from greenroom.services.operations.key_broker import KeyBroker
from greenroom.services.operations.offline_brains import OfflineBrains
from greenroom.services.service_base import ServiceBase
from greenroom.store.agents import AgentStore


class AgentsBase(ServiceBase, Protocol):
    """Adds the stored agents, the keys, and where an agent may send them."""

    @property
    def agents(self) -> AgentStore: ...
    @property
    def credentials(self) -> Credentials: ...
    @property
    def keys(self) -> KeyBroker: ...
    @property
    def brains(self) -> OfflineBrains: ...
    @property
    def tools(self) -> ToolService: ...


def agent_service(base: AgentsBase) -> AgentService:
    """In the cloud missing keys block a launch; offline, hosts of this computer's own network that nobody has allowed."""

    def host_problems(agent: AgentId, settings: Mapping[str, Any]) -> tuple[Problem, ...]:
        return base.tools.problems(agent, settings, base.brains.own_address(agent, settings))

    if base.config.on_cloud:
        return AgentService(base.agents, base.credentials.names_set, base.keys.problems)
    return AgentService(base.agents, None, base.keys.problems, host_problems)
