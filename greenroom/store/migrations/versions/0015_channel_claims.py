"""Names of channels that API clients hold tokens for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "channel_claims",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_channel_claims_until", "channel_claims", ["until"])
    op.create_index("ix_channel_claims_principal", "channel_claims", ["principal"])
