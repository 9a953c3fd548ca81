"""Comments on versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "version_comments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version_id", sa.Text, sa.ForeignKey("versions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
    )
    op.create_index("ix_version_comments_version_id", "version_comments", ["version_id"])
