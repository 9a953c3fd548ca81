"""Recordings per session and the progress of their parts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from greenroom.errors import Conflict, NotFound
from greenroom.model.recording import Recording, RecordingPart, RecordingState
from greenroom.model.session import SessionId
from greenroom.store.database import Database
from greenroom.store.rows import columns_of, values_of
from greenroom.store.schema import recording_parts, recordings, sessions

_RECORDING = columns_of(recordings, Recording)
_PART = columns_of(recording_parts, RecordingPart)


class RecordingStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, session_id: SessionId) -> Recording | None:
        """In any state, a deleted one too; None for a session without one."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_RECORDING).where(recordings.c.session_id == session_id)).first()
        return Recording(*row) if row else None

    def of(self, ids: Collection[SessionId]) -> dict[SessionId, Recording]:
        """The recordings that exist among these sessions."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*_RECORDING).where(recordings.c.session_id.in_(ids)))
            return {recording.session_id: recording for recording in (Recording(*row) for row in rows)}

    def parts(self, session_id: SessionId) -> list[RecordingPart]:
        """The parts in chronological order."""
        mine = recording_parts.c.session_id == session_id
        with self._database.reading() as connection:
            return [
                RecordingPart(*row)
                for row in connection.execute(select(*_PART).where(mine).order_by(recording_parts.c.offset_ms))
            ]

    def begin(self, session_id: SessionId, offset_ms: int) -> None:
        """Add a part; the first one starts the recording. Raises NotFound for an unknown session, Conflict for a known part."""
        with self._database.transaction() as connection:
            if connection.execute(select(recordings.c.session_id).where(recordings.c.session_id == session_id)).first() is None:
                connection.execute(insert(recordings).values(session_id=session_id, state="coming", size=0, length_ms=0))
            part = RecordingPart(offset_ms, 0, 0)
            values = values_of(part)
            connection.execute(insert(recording_parts).values(session_id=session_id, **values))

    def grown(self, session_id: SessionId, before: RecordingPart, added: int) -> None:
        """Add a piece of ``added`` bytes. Raises Conflict if another writer added one in the meantime."""
        mine = (recording_parts.c.session_id == session_id, recording_parts.c.offset_ms == before.offset_ms)
        values = {"pieces": before.pieces + 1, "size": before.size + added}
        with self._database.transaction() as connection:
            statement = update(recording_parts).where(*mine, recording_parts.c.pieces == before.pieces).values(values)
            if not connection.execute(statement).rowcount:
                raise Conflict("Another page is recording this call.")

    def settle(self, session_id: SessionId, state: RecordingState, size: int = 0, length_ms: int = 0) -> None:
        """Mark the recording as finished: joined into one file, or unplayable. Raises NotFound."""
        with self._database.transaction() as connection:
            statement = update(recordings).where(recordings.c.session_id == session_id)
            if not connection.execute(statement.values(state=state, size=size, length_ms=length_ms)).rowcount:
                raise NotFound("This session has no recording.")
            connection.execute(delete(recording_parts).where(recording_parts.c.session_id == session_id))

    def unsettled(self, ended_before: datetime) -> list[SessionId]:
        """Recordings of sessions that ended before the given time and are not joined yet, 20 at most."""
        query = (
            select(recordings.c.session_id)
            .join(sessions, sessions.c.id == recordings.c.session_id)
            .where(recordings.c.state == "coming", sessions.c.ended_at < ended_before)
            .order_by(sessions.c.ended_at)
            .limit(20)
        )
        with self._database.reading() as connection:
            return [SessionId(session_id) for session_id in connection.execute(query).scalars()]
