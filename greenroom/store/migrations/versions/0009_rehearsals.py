"""Suites of scenarios, batches of runs, results of runs, and the verdict of each scenario for each version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

_json = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "rehearsal_suites",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_rehearsal_suites_agent", "rehearsal_suites", ["agent_id"])
    op.create_table(
        "rehearsal_batches",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("suite_id", sa.Text, nullable=False),
        sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.id"), nullable=False),
        sa.Column("plan", _json, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("planned", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_rehearsal_batches_suite", "rehearsal_batches", ["suite_id", "created_at"])
    _create_results()


def _create_results() -> None:
    batch = sa.ForeignKey("rehearsal_batches.id", ondelete="CASCADE")
    op.create_table(
        "rehearsal_runs",
        sa.Column("batch_id", sa.Text, batch, primary_key=True),
        sa.Column("scenario_id", sa.Text, primary_key=True),
        sa.Column("version_id", sa.Text, sa.ForeignKey("versions.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("outcomes", _json, nullable=False),
        sa.Column("session_id", sa.Text),
        sa.Column("length_ms", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "rehearsal_verdicts",
        sa.Column("batch_id", sa.Text, sa.ForeignKey("rehearsal_batches.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("scenario_id", sa.Text, primary_key=True),
        sa.Column("version_id", sa.Text, sa.ForeignKey("versions.id"), primary_key=True),
        sa.Column("suite_id", sa.Text, nullable=False),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("gate", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("passed", "failed", "unknown", "error", "planned")),
        sa.Column("session_id", sa.Text),
        sa.Column("turn_id", sa.BigInteger),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_rehearsal_verdicts_suite", "rehearsal_verdicts", ["suite_id", "decided_at"])
