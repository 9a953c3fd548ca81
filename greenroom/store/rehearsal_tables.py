"""The tables of rehearsals."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table

from greenroom.store.columns import Ident, Json, StoredText, UtcTime
from greenroom.store.schema import metadata

rehearsal_suites = Table(
    "rehearsal_suites",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("agent_id", Ident, ForeignKey("agents.id"), nullable=False),
    Column("name", StoredText, nullable=False),
    Column("text", StoredText, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Index("ix_rehearsal_suites_agent", "agent_id"),
)

rehearsal_batches = Table(
    "rehearsal_batches",
    metadata,
    Column("id", Ident, primary_key=True),
    # Empty for a file of the command line.
    Column("suite_id", Ident, nullable=False),
    Column("agent_id", Ident, ForeignKey("agents.id"), nullable=False),
    # With the scenarios as they were: a batch that is resumed runs what it began with.
    Column("plan", Json, nullable=False),
    Column("state", Ident, nullable=False),
    Column("owner", Ident, nullable=False),
    Column("planned", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index("ix_rehearsal_batches_suite", "suite_id", "created_at"),
)

rehearsal_runs = Table(
    "rehearsal_runs",
    metadata,
    Column("batch_id", Ident, ForeignKey("rehearsal_batches.id", ondelete="CASCADE"), primary_key=True),
    Column("scenario_id", Ident, primary_key=True),
    Column("version_id", Ident, ForeignKey("versions.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("verdict", Ident, nullable=False),
    Column("reason", StoredText, nullable=False),
    Column("outcomes", Json, nullable=False),
    # Without a foreign key: sessions are deleted by the retention rules, results stay.
    Column("session_id", Ident),
    Column("length_ms", BigInteger, nullable=False),
    Column("ended_at", UtcTime, nullable=False),
)

rehearsal_verdicts = Table(
    "rehearsal_verdicts",
    metadata,
    Column("batch_id", Ident, ForeignKey("rehearsal_batches.id", ondelete="CASCADE"), primary_key=True),
    Column("scenario_id", Ident, primary_key=True),
    Column("version_id", Ident, ForeignKey("versions.id"), primary_key=True),
    Column("suite_id", Ident, nullable=False),
    Column("version_number", Integer, nullable=False),
    # Of the scenario: a verdict counts only while the scenario is the one that was run.
    Column("digest", Ident, nullable=False),
    Column("gate", Ident, nullable=False),
    Column("verdict", Ident, nullable=False),
    Column("reason", StoredText, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("passed", "failed", "unknown", "error", "planned")),
    Column("session_id", Ident),
    Column("turn_id", BigInteger),
    Column("decided_at", UtcTime, nullable=False),
    Index("ix_rehearsal_verdicts_suite", "suite_id", "decided_at"),
)
