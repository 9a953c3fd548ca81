"""The voter's network in each ballot, to tell votes of one network from those of many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("ballots", sa.Column("network", sa.Text, nullable=False, server_default=sa.text("''")))
