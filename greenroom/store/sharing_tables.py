"""The tables of blind comparisons, links to watch a call, requests counted for all processes, and alerts."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, text

from greenroom.store.columns import Ident, Json, RowNumber, StoredText, UtcTime
from greenroom.store.schema import metadata

ballots = Table(
    "ballots",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("link_id", Ident, ForeignKey("guest_links.id", ondelete="CASCADE"), nullable=False),
    Column("voter", Ident, nullable=False),
    Column("first", Integer, nullable=False),
    Column("second", Integer, nullable=False),
    Column("met", Json, nullable=False),
    Column("choice", Ident),
    Column("why", StoredText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("voted_at", UtcTime),
    Column("network", Ident, nullable=False, server_default=text("''")),
    Index("ix_ballots_link", "link_id", "created_at"),
)

watch_links = Table(
    "watch_links",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("session_id", Ident, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("key_hash", Ident, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Index("ix_watch_links_session", "session_id"),
)

# One row a request, deleted when it is older than the longest limit.
request_counts = Table(
    "request_counts",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("counted", Ident, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_request_counts_counted", "counted", "at"),
)

# ``next_at`` empty: delivered, or given up.
alert_deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("target", Ident, nullable=False),
    Column("payload", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("next_at", UtcTime),
    Column("tries", Integer, nullable=False),
    Column("problem", StoredText, nullable=False),
    Index("ix_alert_deliveries_next", "next_at"),
)
