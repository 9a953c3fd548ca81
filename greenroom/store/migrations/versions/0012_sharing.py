"""Blind comparisons by link, the language of a link, links to watch a call, requests counted for all processes, and alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"

_json = sa.JSON().with_variant(JSONB(), "postgresql")
_row = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_time = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("guest_links", sa.Column("compared", _json, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("guest_links", sa.Column("sentence", sa.Text, nullable=False, server_default=sa.text("''")))
    op.add_column("guest_links", sa.Column("language", sa.Text, nullable=False, server_default=sa.text("'en'")))
    op.create_table(
        "ballots",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("link_id", sa.Text, sa.ForeignKey("guest_links.id", ondelete="CASCADE"), nullable=False),
        sa.Column("voter", sa.Text, nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("second", sa.Integer, nullable=False),
        sa.Column("met", _json, nullable=False),
        sa.Column("choice", sa.Text),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("voted_at", _time),
    )
    op.create_index("ix_ballots_link", "ballots", ["link_id", "created_at"])
    op.create_table(
        "watch_links",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("key_hash", sa.Text, nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("ended_at", _time),
    )
    op.create_index("ix_watch_links_session", "watch_links", ["session_id"])
    op.create_table(
        "request_counts",
        sa.Column("id", _row, primary_key=True),
        sa.Column("counted", sa.Text, nullable=False),
        sa.Column("at", _time, nullable=False),
    )
    op.create_index("ix_request_counts_counted", "request_counts", ["counted", "at"])
    op.create_table(
        "alert_deliveries",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("payload", _json, nullable=False),
        sa.Column("created_at", _time, nullable=False),
        sa.Column("next_at", _time),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
    )
    op.create_index("ix_alert_deliveries_next", "alert_deliveries", ["next_at"])
