"""Session reviews: the rating in the session's row, tags and notes in their own tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from greenroom.errors import NotFound
from greenroom.model.review import Mention, NoteId, Review, ReviewNote
from greenroom.model.session import SessionId
from greenroom.redaction import SECRETS
from greenroom.store.database import Database
from greenroom.store.rows import columns_of, values_of
from greenroom.store.schema import session_notes, session_tags, sessions

#: Number of tags offered.
TAGS_OFFERED = 500
_NOTE = columns_of(session_notes, ReviewNote)


class ReviewStore:
    """Stores reviews. Every method may raise StoreUnavailable; those that change a session, NotFound."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, session_id: SessionId) -> Review:
        """Raises NotFound."""
        order = (func.coalesce(session_notes.c.at_ms, -1), session_notes.c.written_at, session_notes.c.id)
        with self._database.reading() as connection:
            row = connection.execute(select(sessions.c.rating).where(sessions.c.id == session_id)).first()
            if row is None:
                raise NotFound("Session not found.")
            tags = connection.execute(select(session_tags.c.tag).where(session_tags.c.session_id == session_id)).scalars().all()
            notes = connection.execute(select(*_NOTE).where(session_notes.c.session_id == session_id).order_by(*order))
            return Review(row.rating, tuple(sorted(tags, key=str.casefold)), tuple(ReviewNote(*note) for note in notes))

    def rate(self, session_id: SessionId, rating: int | None) -> None:
        """Set or remove the rating."""
        with self._database.transaction() as connection:
            if not connection.execute(update(sessions).where(sessions.c.id == session_id).values(rating=rating)).rowcount:
                raise NotFound("Session not found.")

    def tag(self, ids: Collection[SessionId], add: Collection[str] = (), remove: Collection[str] = ()) -> None:
        """Add and remove tags of several sessions, all or nothing. Idempotent."""
        with self._database.transaction() as connection:
            for session_id in sorted(ids):  # in a fixed order, to prevent deadlocks between two taggers
                _hold(connection, session_id)
                mine = session_tags.c.session_id == session_id
                # Deleted first, so that the insert needs no database-specific "on conflict".
                connection.execute(delete(session_tags).where(mine, session_tags.c.tag.in_({*add, *remove})))
                if add:
                    rows = [{"session_id": session_id, "tag": SECRETS.text(tag)} for tag in dict.fromkeys(add)]
                    connection.execute(insert(session_tags), rows)

    def known_tags(self) -> list[str]:
        """The tags in use, alphabetically; the most used ones if there are very many."""
        query = (
            select(session_tags.c.tag)
            .join(sessions, sessions.c.id == session_tags.c.session_id)
            .where(sessions.c.deleted_at.is_(None))
            .group_by(session_tags.c.tag)
            .order_by(func.count().desc(), session_tags.c.tag)
            .limit(TAGS_OFFERED)
        )
        with self._database.reading() as connection:
            return sorted(connection.execute(query).scalars(), key=str.casefold)

    def add_note(self, session_id: SessionId, note: ReviewNote) -> None:
        """Add or restore a note. Adding it twice raises Conflict. Known keys are masked."""
        values = {**values_of(note), "text": SECRETS.text(note.text)}
        with self._database.transaction() as connection:
            connection.execute(insert(session_notes).values(session_id=session_id, **values))

    def notes_with(self, name: str, since: datetime, limit: int) -> list[Mention]:
        """Notes whose text contains ``@name``, whatever the case, of sessions that weren't deleted; newest first."""
        query = (
            select(sessions.c.id, sessions.c.agent_name, *_NOTE)
            .join(session_notes, sessions.c.id == session_notes.c.session_id)
            .where(sessions.c.deleted_at.is_(None), session_notes.c.written_at >= since)
            .where(session_notes.c.text.icontains(f"@{name}", autoescape=True))
            .order_by(session_notes.c.written_at.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            rows: list[tuple[Any, ...]] = [tuple(row) for row in connection.execute(query)]
        return [Mention(SessionId(session), agent, ReviewNote(*note)) for session, agent, *note in rows]

    def remove_note(self, note_id: NoteId) -> None:
        """Delete a note. Idempotent."""
        with self._database.transaction() as connection:
            connection.execute(delete(session_notes).where(session_notes.c.id == note_id))


def _hold(connection: Connection, session_id: SessionId) -> None:
    """Lock the session's row until the transaction ends, which prevents duplicate tags from concurrent tabs."""
    if connection.execute(select(sessions.c.id).where(sessions.c.id == session_id).with_for_update()).first() is None:
        raise NotFound("Session not found.")
