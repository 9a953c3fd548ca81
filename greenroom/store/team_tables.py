"""Tables of a studio for a team: API keys, the channels they hold tokens for, the audit log and comments on versions."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from greenroom.store.columns import Ident, Json, RowNumber, StoredText, UtcTime
from greenroom.store.schema import metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("name", StoredText, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("agent", StoredText, nullable=False),
    Column("secret_hash", StoredText, nullable=False),
    Column("created_by", StoredText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("last_used_at", UtcTime),
    Column("revoked_at", UtcTime),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    Column("actor", StoredText, nullable=False),
    Column("kind", StoredText, nullable=False),
    Column("action", StoredText, nullable=False),
    Column("subject", StoredText, nullable=False),
    Column("times", Integer, nullable=False),
    Index("ix_audit_log_last_at", "last_at"),
)

version_comments = Table(
    "version_comments",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("version_id", Ident, ForeignKey("versions.id", ondelete="CASCADE"), nullable=False),
    Column("text", StoredText, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("author", StoredText, nullable=False),
    Index("ix_version_comments_version_id", "version_id"),
)

channel_claims = Table(
    "channel_claims",
    metadata,
    Column("channel", Ident, primary_key=True),
    Column("principal", StoredText, nullable=False),
    Column("until", UtcTime, nullable=False),
    Index("ix_channel_claims_until", "until"),
    Index("ix_channel_claims_principal", "principal"),
)
