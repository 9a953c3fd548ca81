"""Recordings of calls, and the parts in which they come in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("length_ms", sa.BigInteger, nullable=False),
    )
    coming = sa.column("state") == "coming"
    op.create_index("ix_recordings_coming", "recordings", ["session_id"], sqlite_where=coming, postgresql_where=coming)
    op.create_table(
        "recording_parts",
        sa.Column("session_id", sa.Text, sa.ForeignKey("recordings.session_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("offset_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("pieces", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
    )
