"""An index to find deleted sessions that are due for permanent deletion."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    gone = sa.column("deleted_at").is_not(None)
    op.create_index("ix_sessions_deleted", "sessions", ["deleted_at"], sqlite_where=gone, postgresql_where=gone)
