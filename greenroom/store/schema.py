"""The tables. Columns are named like the fields of :mod:`greenroom.model`, which maps rows to model objects."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    func,
    text,
)

from greenroom.model.session_query import Order
from greenroom.store.columns import Ident, Json, RowNumber, StoredText, UtcTime

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

agents = Table(
    "agents",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("name", StoredText, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("imported", Boolean, nullable=False, server_default=false()),
)

drafts = Table(
    "drafts",
    metadata,
    Column("agent_id", Ident, ForeignKey("agents.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("settings", Json, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("agent_id", Ident, ForeignKey("agents.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("settings", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("name", StoredText, nullable=False),
    Column("imported", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("agent_id", "number"),
)

steps = Table(
    "steps",
    metadata,
    Column("agent_id", Ident, ForeignKey("agents.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The draft's revision right after it was saved, so that only consecutive saves join into one step.
    Column("revision", Integer, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
    Column("what", StoredText, nullable=False),
    Column("keys", Json, nullable=False),
    # The values of these keys before and after; a key that is missing in one was not mentioned then.
    Column("was", Json, nullable=False),
    Column("became", Json, nullable=False),
    Column("undone", Boolean, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("agent_id", Ident, ForeignKey("agents.id"), nullable=False),
    Column("agent_name", StoredText, nullable=False),
    Column("version_id", Ident, ForeignKey("versions.id"), nullable=False),
    Column("version_number", Integer, nullable=False),
    Column("place", Ident, nullable=False),
    Column("channel", Ident, nullable=False),
    Column("user_uid", BigInteger, nullable=False),
    Column("agent_uid", BigInteger, nullable=False),
    Column("state", Ident, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("person", StoredText, nullable=False),
    Column("agora_agent_id", Ident, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("end_reason", Ident),
    Column("end_detail", StoredText, nullable=False),
    Column("last_seen_at", UtcTime),
    Column("owner", Ident, nullable=False),
    Column("agent_stopped", Boolean, nullable=False),
    Column("turn_count", Integer, nullable=False),
    Column("median_latency_ms", BigInteger),
    Column("rating", Integer),
    Column("origin", Ident, nullable=False, server_default=text("'studio'")),
    Column("caller", Ident, nullable=False, server_default=text("'browser'")),
    Column("principal", StoredText, nullable=False, server_default=text("'local'")),
    Column("overrides", Json, nullable=False, server_default=text("'{}'")),
    Column("applied_version", Integer),
    Column("deleted_at", UtcTime),
    # Of ended sessions, so that an index can sort by it.
    Column("length_s", BigInteger),
    # Whatever the code does: a session has an end time and a reason if and only if it ended.
    CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at"),
    CheckConstraint("(state = 'ended') = (end_reason IS NOT NULL)", name="end_reason"),
)

_kept = sessions.c.deleted_at.is_(None)
_open = sessions.c.ended_at.is_(None)
_not_stopped = sessions.c.agent_stopped.is_(false())

# The default order of the table. The index leaves out deleted rows, so that a page reads its own rows and a count the index.
Index("ix_sessions_newest", sessions.c.created_at, sessions.c.id, sqlite_where=_kept, postgresql_where=_kept)
Index("ix_sessions_version", sessions.c.version_id, sqlite_where=_kept, postgresql_where=_kept)
_by_someone = text("deleted_at IS NULL AND person <> ''")
Index(
    "ix_sessions_person",
    func.lower(sessions.c.person),
    sessions.c.created_at,
    sqlite_where=_by_someone,
    postgresql_where=_by_someone,
)
_gone = sessions.c.deleted_at.is_not(None)
Index("ix_sessions_deleted", sessions.c.deleted_at, sqlite_where=_gone, postgresql_where=_gone)
# Asked each second by the watchdog; both hold a handful of rows.
Index("ix_sessions_unfinished", sessions.c.created_at, sqlite_where=_open, postgresql_where=_open)
Index("ix_sessions_leftover", sessions.c.ended_at, sqlite_where=_not_stopped, postgresql_where=_not_stopped)

#: What the table can be sorted by. A missing value stands before all others; an index serves each order.
SORTED_BY: dict[Order, ColumnElement[Any]] = {
    "when": sessions.c.created_at,
    "agent": sessions.c.agent_name,
    "version": sessions.c.version_number,
    "length": func.coalesce(sessions.c.length_s, text("-1")),
    "turns": sessions.c.turn_count,
    "latency": func.coalesce(sessions.c.median_latency_ms, text("-1")),
    "end": func.coalesce(sessions.c.end_reason, text("''")),
    "place": sessions.c.place,
    "rating": func.coalesce(sessions.c.rating, text("-1")),
    "origin": sessions.c.origin,
}
for _order, _key in SORTED_BY.items():
    if _order != "when":
        Index(f"ix_sessions_by_{_order}", _key, sessions.c.id, sqlite_where=_kept, postgresql_where=_kept)

turns = Table(
    "turns",
    metadata,
    # A number of its own, because a full-text index refers to rows by number.
    Column("id", RowNumber, primary_key=True),
    Column("session_id", Ident, ForeignKey("sessions.id"), nullable=False),
    Column("turn_id", BigInteger, nullable=False),
    Column("speaker", Ident, nullable=False),
    Column("text", StoredText, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger, nullable=False),
    Column("source", Ident, nullable=False),
    Column("interrupted", Boolean, nullable=False),
    Column("latency_ms", BigInteger),
    Column("stages", Json, nullable=False),
    # Of a version applied during the call; NULL = the version of the launch.
    Column("version_number", Integer),
    UniqueConstraint("session_id", "turn_id", "speaker"),
)

# Versions applied to a running call, besides the one it was launched with.
session_versions = Table(
    "session_versions",
    metadata,
    Column("session_id", Ident, ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("version_id", Ident, ForeignKey("versions.id"), primary_key=True),
    Column("version_number", Integer, nullable=False),
    Column("applied_at", UtcTime, nullable=False),
    Index("ix_session_versions_version", "version_id"),
)

# The processes that watch calls. A beat that stops rising, or a lock that is free, is a process that has died.
processes = Table(
    "processes",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("installation", Ident, nullable=False),
    Column("place", Ident, nullable=False),
    Column("project", Ident, nullable=False),
    # Its twin ends with it, and every agent of that twin.
    Column("own_twin", Boolean, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

# Links for guests. Of the key and the password only hashes are kept; the use counts on when sessions are deleted.
guest_links = Table(
    "guest_links",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("agent_id", Ident, ForeignKey("agents.id"), nullable=False),
    Column("version_id", Ident, ForeignKey("versions.id")),
    Column("name", StoredText, nullable=False),
    Column("welcome", StoredText, nullable=False),
    Column("expires_at", UtcTime),
    Column("at_once", Integer, nullable=False),
    Column("visit_s", Integer, nullable=False),
    Column("total_s", Integer, nullable=False),
    Column("max_cost", Double, nullable=False),
    Column("record", Boolean, nullable=False),
    Column("captions", Boolean, nullable=False),
    Column("embed_origins", Json, nullable=False),
    Column("key_hash", Ident, nullable=False),
    Column("password_hash", Ident, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("visits", BigInteger, nullable=False),
    Column("used_s", BigInteger, nullable=False),
    # The options of a blind comparison, else empty; what its voices say; the language of the page.
    Column("compared", Json, nullable=False, server_default=text("'[]'")),
    Column("sentence", StoredText, nullable=False, server_default=text("''")),
    Column("language", Ident, nullable=False, server_default=text("'en'")),
)

# SQLite has a full-text table, turns_fts, kept up to date by triggers: see migration 0003.
Index("ix_turns_words", func.to_tsvector(text("'simple'"), turns.c.text), postgresql_using="gin").ddl_if(dialect="postgresql")

events = Table(
    "events",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("session_id", Ident, ForeignKey("sessions.id"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", Ident, nullable=False),
    Column("detail", StoredText, nullable=False),
    Index("ix_events_session", "session_id", "at_ms", "id"),
    Index("ix_events_kind", "kind", "session_id"),
)

# Reviews of sessions. Deleting a session's row deletes them.
session_tags = Table(
    "session_tags",
    metadata,
    Column("session_id", Ident, ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("tag", StoredText, primary_key=True),
    Index("ix_session_tags_tag", "tag", "session_id"),
)

session_notes = Table(
    "session_notes",
    metadata,
    Column("id", Ident, primary_key=True),
    Column("session_id", Ident, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("text", StoredText, nullable=False),
    Column("at_ms", BigInteger),
    Column("written_at", UtcTime, nullable=False),
    Column("author", StoredText, nullable=False, server_default=text("''")),
    Index("ix_session_notes_session", "session_id", "at_ms"),
)

# The state of each recording; the audio itself is in files.
recordings = Table(
    "recordings",
    metadata,
    Column("session_id", Ident, ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
    Column("state", Ident, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("length_ms", BigInteger, nullable=False),
)
_coming = recordings.c.state == text("'coming'")
Index("ix_recordings_coming", recordings.c.session_id, sqlite_where=_coming, postgresql_where=_coming)

recording_parts = Table(
    "recording_parts",
    metadata,
    Column("session_id", Ident, ForeignKey("recordings.session_id", ondelete="CASCADE"), primary_key=True),
    Column("offset_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("pieces", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
)
