"""Indexes to sort sessions by each column, and full-text search in turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SQLITE = (
    "UPDATE sessions SET length_s = max(0, CAST(round((julianday(ended_at) - julianday(started_at)) * 86400) AS INTEGER))",
    "CREATE VIRTUAL TABLE turns_fts"
    " USING fts5(text, content='turns', content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
    "INSERT INTO turns_fts(turns_fts) VALUES ('rebuild')",
    "CREATE TRIGGER turns_fts_new AFTER INSERT ON turns BEGIN INSERT INTO turns_fts(rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER turns_fts_gone AFTER DELETE ON turns BEGIN"
    " INSERT INTO turns_fts(turns_fts, rowid, text) VALUES ('delete', old.id, old.text); END",
    "CREATE TRIGGER turns_fts_changed AFTER UPDATE OF text ON turns BEGIN"
    " INSERT INTO turns_fts(turns_fts, rowid, text) VALUES ('delete', old.id, old.text);"
    " INSERT INTO turns_fts(rowid, text) VALUES (new.id, new.text); END",
)
_POSTGRES = (
    "UPDATE sessions SET length_s = greatest(0, round(extract(epoch FROM ended_at - started_at)))",
    "CREATE INDEX ix_turns_words ON turns USING gin (to_tsvector('simple', text))",
)


def upgrade() -> None:
    op.add_column("sessions", sa.Column("length_s", sa.BigInteger))
    kept = sa.column("deleted_at").is_(None)
    for name, expression in {
        "agent": "agent_name",
        "version": "version_number",
        "length": "coalesce(length_s, -1)",
        "turns": "turn_count",
        "latency": "coalesce(median_latency_ms, -1)",
        "end": "coalesce(end_reason, '')",
        "place": "place",
    }.items():
        op.create_index(
            f"ix_sessions_by_{name}", "sessions", [sa.text(expression), "id"], sqlite_where=kept, postgresql_where=kept
        )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)
