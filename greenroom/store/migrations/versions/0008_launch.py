"""Who started a session and from where; versions applied during a call; the processes that watch calls; imported agents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"

_json = sa.JSON().with_variant(JSONB(), "postgresql")

#: Before this, "Apply now" left an event only ("version 3"); the version is found by its number.
_APPLIED = """
INSERT INTO session_versions (session_id, version_id, version_number, applied_at)
SELECT sessions.id, versions.id, versions.number, min({moment})
FROM events JOIN sessions ON sessions.id = events.session_id
JOIN versions ON versions.agent_id = sessions.agent_id AND events.detail = 'version ' || versions.number
WHERE events.kind = 'applied' AND versions.id <> sessions.version_id
GROUP BY sessions.id, versions.id, versions.number"""
_MOMENTS = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', julianday(sessions.created_at) + events.at_ms / 86400000.0)",
    "postgresql": "sessions.created_at + events.at_ms * interval '1 millisecond'",
}
_LAST = """
UPDATE sessions SET applied_version = (
  SELECT version_number FROM session_versions WHERE session_id = sessions.id ORDER BY applied_at DESC LIMIT 1)
WHERE id IN (SELECT session_id FROM session_versions)"""
#: Turns that began after a version was applied. Their times and the events' are within a launch's length of each other.
_TURNS = """
UPDATE turns SET version_number = (
  SELECT CAST(substr(events.detail, 9) AS INTEGER) FROM events
  WHERE events.session_id = turns.session_id AND events.kind = 'applied' AND events.at_ms <= turns.started_ms
  ORDER BY events.at_ms DESC, events.id DESC LIMIT 1)
WHERE session_id IN (SELECT session_id FROM session_versions)"""


def upgrade() -> None:
    op.add_column("agents", sa.Column("imported", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("sessions", sa.Column("origin", sa.Text, nullable=False, server_default=sa.text("'studio'")))
    op.add_column("sessions", sa.Column("caller", sa.Text, nullable=False, server_default=sa.text("'browser'")))
    op.add_column("sessions", sa.Column("principal", sa.Text, nullable=False, server_default=sa.text("'local'")))
    op.add_column("sessions", sa.Column("overrides", _json, nullable=False, server_default=sa.text("'{}'")))
    op.add_column("sessions", sa.Column("applied_version", sa.Integer))
    op.add_column("turns", sa.Column("version_number", sa.Integer))
    kept = sa.column("deleted_at").is_(None)
    op.create_index("ix_sessions_by_origin", "sessions", ["origin", "id"], sqlite_where=kept, postgresql_where=kept)
    _create_tables()
    op.execute(_APPLIED.format(moment=_MOMENTS[op.get_bind().dialect.name]))
    op.execute(_LAST)
    op.execute(_TURNS)


def _create_tables() -> None:
    op.create_table(
        "session_versions",
        sa.Column("session_id", sa.Text, sa.ForeignKey("sessions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("version_id", sa.Text, sa.ForeignKey("versions.id"), primary_key=True),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_session_versions_version", "session_versions", ["version_id"])
    op.create_table(
        "processes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("installation", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("own_twin", sa.Boolean, nullable=False),
        sa.Column("beat", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
