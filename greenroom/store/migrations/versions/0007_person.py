"""An index to find the sessions of one person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    by_someone = sa.text("deleted_at IS NULL AND person <> ''")
    op.create_index(
        "ix_sessions_person",
        "sessions",
        [sa.text("lower(person)"), "created_at"],
        sqlite_where=by_someone,
        postgresql_where=by_someone,
    )
