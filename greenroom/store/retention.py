"""Permanent deletion and storage statistics. Sessions marked as deleted can be restored; permanently deleted ones can't."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, text

from greenroom.model.retention import StorageUsage
from greenroom.model.session import SessionId
from greenroom.store.database import Database
from greenroom.store.schema import events, recordings, sessions, turns

_READY = recordings.c.state == "ready"
_ENDED = sessions.c.ended_at.is_not(None)


class RetentionStore:
    """Permanently deletes sessions, excluding running calls. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def usage(self) -> StorageUsage:
        """Sessions, those marked as deleted, and the recordings that can be played with their bytes."""
        kept = sessions.c.deleted_at.is_(None)
        with self._database.reading() as connection:
            count = connection.execute(select(func.count()).select_from(sessions).where(kept)).scalar_one()
            gone = connection.execute(select(func.count()).select_from(sessions).where(~kept)).scalar_one()
            sound = connection.execute(select(func.count(), func.coalesce(func.sum(recordings.c.size), 0)).where(_READY)).one()
        return StorageUsage(count, gone, sound[0], int(sound[1]))

    def deleted_before(self, moment: datetime, limit: int) -> list[SessionId]:
        """Sessions that were marked as deleted before the given time."""
        return self._ids(sessions.c.deleted_at < moment, limit)

    def begun_before(self, moment: datetime, limit: int) -> list[SessionId]:
        """At most ``limit`` ended sessions, oldest first; those marked as deleted too."""
        return self._ids(sessions.c.created_at < moment, limit)

    def count_begun_before(self, moment: datetime) -> int:
        """How many ended sessions began before the given time, without the limit of :meth:`begun_before`."""
        with self._database.reading() as connection:
            query = select(func.count()).select_from(sessions).where(_ENDED, sessions.c.created_at < moment)
            return connection.execute(query).scalar_one()

    def recorded(self) -> list[tuple[SessionId, datetime, int]]:
        """Session, start and recording size in bytes, newest first."""
        query = (
            select(recordings.c.session_id, sessions.c.created_at, recordings.c.size)
            .join(sessions, sessions.c.id == recordings.c.session_id)
            .where(_READY, _ENDED)
            .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
        )
        with self._database.reading() as connection:
            return [(SessionId(one), when, size) for one, when, size in connection.execute(query)]

    def erase(self, ids: Sequence[SessionId]) -> None:
        """Delete a session's row, turns, events, tags, notes and recording data. The caller deletes the files."""
        with self._database.transaction() as connection:
            for table in (turns, events):
                connection.execute(delete(table).where(table.c.session_id.in_(ids)))
            connection.execute(delete(sessions).where(sessions.c.id.in_(ids), _ENDED))

    def vacuum(self) -> None:
        """Free the disk space of deleted rows. Slow for large SQLite files; temporarily needs twice the space."""
        with self._database.outside_transactions() as connection:
            if self._database.is_sqlite:  # the full-text index keeps deleted words until its segments are merged
                connection.execute(text("INSERT INTO turns_fts(turns_fts) VALUES ('optimize')"))
            connection.execute(text("VACUUM"))
            if self._database.is_sqlite:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def _ids(self, condition: ColumnElement[bool], limit: int) -> list[SessionId]:
        query = select(sessions.c.id).where(condition, _ENDED).order_by(sessions.c.created_at).limit(limit)
        with self._database.reading() as connection:
            return [SessionId(session_id) for session_id in connection.execute(query).scalars()]
