"""The first schema: agents, drafts, versions, sessions, turns, events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

_json = sa.JSON().with_variant(JSONB(), "postgresql")
_time = sa.DateTime(timezone=True)
_row_number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _agents()
    _sessions()
    _turns_and_events()


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("updated_at", _time, nullable=False),
        sa.Column("archived", sa.Boolean, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.id"), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("settings", _json, nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("settings", _json, nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.UniqueConstraint("agent_id", "number"),
    )


def _sessions() -> None:
    table = op.create_table(
        "sessions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.id"), nullable=False),
        sa.Column("agent_name", sa.Text, nullable=False),
        sa.Column("version_id", sa.Text, sa.ForeignKey("versions.id"), nullable=False),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("user_uid", sa.BigInteger, nullable=False),
        sa.Column("agent_uid", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("agora_agent_id", sa.Text, nullable=False),
        sa.Column("started_at", _time),
        sa.Column("ended_at", _time),
        sa.Column("end_reason", sa.Text),
        sa.Column("end_detail", sa.Text, nullable=False),
        sa.Column("last_seen_at", _time),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("agent_stopped", sa.Boolean, nullable=False),
        sa.Column("turn_count", sa.Integer, nullable=False),
        sa.Column("median_latency_ms", sa.BigInteger),
        sa.Column("deleted_at", _time),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at"),
        sa.CheckConstraint("(state = 'ended') = (end_reason IS NOT NULL)", name="end_reason"),
    )
    partly = {
        "ix_sessions_newest": (["created_at", "id"], table.c.deleted_at.is_(None)),
        "ix_sessions_unfinished": (["created_at"], table.c.ended_at.is_(None)),
        "ix_sessions_leftover": (["ended_at"], table.c.agent_stopped.is_(sa.false())),
    }
    for name, (columns, where) in partly.items():
        op.create_index(name, "sessions", columns, sqlite_where=where, postgresql_where=where)


def _turns_and_events() -> None:
    op.create_table(
        "turns",
        sa.Column("id", _row_number, primary_key=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("turn_id", sa.BigInteger, nullable=False),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("started_ms", sa.BigInteger, nullable=False),
        sa.Column("ended_ms", sa.BigInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("interrupted", sa.Boolean, nullable=False),
        sa.Column("latency_ms", sa.BigInteger),
        sa.Column("stages", _json, nullable=False),
        sa.UniqueConstraint("session_id", "turn_id", "speaker"),
    )
    op.create_table(
        "events",
        sa.Column("id", _row_number, primary_key=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id"), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_events_session", "events", ["session_id", "at_ms", "id"])
