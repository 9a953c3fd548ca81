"""The steps of a draft, for undo and redo; an index to count the sessions of a version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

_json = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "steps",
        sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("keys", _json, nullable=False),
        sa.Column("was", _json, nullable=False),
        sa.Column("became", _json, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
    )
    kept = sa.column("deleted_at").is_(None)
    op.create_index("ix_sessions_version", "sessions", ["version_id"], sqlite_where=kept, postgresql_where=kept)
