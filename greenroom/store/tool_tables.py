"""The tables of tool calls and of the private hosts that tools may call."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Table

from greenroom.store.columns import Ident, StoredText, UtcTime
from greenroom.store.schema import metadata

# Tools that an agent called; they go with their session.
tool_calls = Table(
    "tool_calls",
    metadata,
    Column("session_id", Ident, ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("call_id", StoredText, primary_key=True),
    Column("turn_id", BigInteger, nullable=False),
    Column("tool", StoredText, nullable=False),
    Column("arguments", StoredText, nullable=False),
    Column("status", Ident, nullable=False),
    Column("result", StoredText, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("duration_ms", BigInteger, nullable=False),
    Column("server", StoredText, nullable=False),
    Column("mocked", Boolean, nullable=False),
    Column("asked_by", Ident, nullable=False),
)

# Hosts inside the machine's own network that an agent's tools may call: never exported or imported with the agent.
tool_hosts = Table(
    "tool_hosts",
    metadata,
    Column("agent_id", Ident, ForeignKey("agents.id"), primary_key=True),
    Column("place", StoredText, primary_key=True),
    Column("allowed_at", UtcTime, nullable=False),
)
