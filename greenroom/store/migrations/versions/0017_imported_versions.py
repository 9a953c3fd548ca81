"""Marks versions that came with an imported session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("versions", sa.Column("imported", sa.Boolean, nullable=False, server_default=sa.false()))
