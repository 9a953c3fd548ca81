"""Hosts inside this machine's network that an agent's tools may call, as its user allowed them."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from greenroom.model.agent import AgentId
from greenroom.store.clock import TimeSource
from greenroom.store.database import Database
from greenroom.store.tool_tables import tool_hosts


class ToolHostStore:
    """Every method may raise StoreUnavailable. ``place`` is ``host:port``."""

    def __init__(self, database: Database, clock: TimeSource) -> None:
        self._database = database
        self._clock = clock

    def of(self, agent_id: AgentId) -> frozenset[str]:
        """Empty if none was allowed, and for an unknown agent."""
        with self._database.reading() as connection:
            places = connection.execute(select(tool_hosts.c.place).where(tool_hosts.c.agent_id == agent_id)).scalars()
            return frozenset(places)

    def allow(self, agent_id: AgentId, place: str) -> None:
        """Idempotent."""
        mine = tool_hosts.c.agent_id == agent_id, tool_hosts.c.place == place
        with self._database.transaction() as connection:
            if connection.execute(select(tool_hosts.c.place).where(*mine)).first() is None:
                values = {"agent_id": agent_id, "place": place, "allowed_at": self._clock.now()}
                connection.execute(insert(tool_hosts).values(values))

    def withdraw(self, agent_id: AgentId, place: str) -> None:
        """Idempotent; from the agent's next call on."""
        with self._database.transaction() as connection:
            connection.execute(delete(tool_hosts).where(tool_hosts.c.agent_id == agent_id, tool_hosts.c.place == place))
