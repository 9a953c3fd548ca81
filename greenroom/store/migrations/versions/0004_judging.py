"""Stars, tags and notes of sessions; an index to find those with errors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("sessions", sa.Column("rating", sa.Integer))
    kept = sa.column("deleted_at").is_(None)
    op.create_index(
        "ix_sessions_by_rating", "sessions", [sa.text("coalesce(rating, -1)"), "id"], sqlite_where=kept, postgresql_where=kept
    )
    op.create_index("ix_events_kind", "events", ["kind", "session_id"])
    op.create_table(
        "session_tags",
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("tag", sa.Text, primary_key=True),
    )
    op.create_index("ix_session_tags_tag", "session_tags", ["tag", "session_id"])
    op.create_table(
        "session_notes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_session_notes_session", "session_notes", ["session_id", "at_ms"])
