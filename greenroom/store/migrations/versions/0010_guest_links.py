"""Links for guests; who wrote a note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"

_json = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("session_notes", sa.Column("author", sa.Text, nullable=False, server_default=sa.text("''")))
    op.create_table(
        "guest_links",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("agent_id", sa.Text, sa.ForeignKey("agents.id"), nullable=False),
        sa.Column("version_id", sa.Text, sa.ForeignKey("versions.id")),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("welcome", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("at_once", sa.Integer, nullable=False),
        sa.Column("visit_s", sa.Integer, nullable=False),
        sa.Column("total_s", sa.Integer, nullable=False),
        sa.Column("max_cost", sa.Double, nullable=False),
        sa.Column("record", sa.Boolean, nullable=False),
        sa.Column("captions", sa.Boolean, nullable=False),
        sa.Column("embed_origins", _json, nullable=False),
        sa.Column("key_hash", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("visits", sa.BigInteger, nullable=False),
        sa.Column("used_s", sa.BigInteger, nullable=False),
    )
