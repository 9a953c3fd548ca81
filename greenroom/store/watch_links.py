"""Links to watch a call."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, update

from greenroom.errors import NotFound
from greenroom.model.session import SessionId
from greenroom.model.watching import WatchLink, WatchLinkId
from greenroom.store.database import Database
from greenroom.store.rows import columns_of
from greenroom.store.sharing_tables import watch_links

_LINK = columns_of(watch_links, WatchLink)


class WatchLinkStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, link: WatchLink) -> None:
        """Raises NotFound for an unknown session."""
        with self._database.transaction() as connection:
            connection.execute(insert(watch_links).values(asdict(link)))

    def get(self, link_id: WatchLinkId) -> WatchLink:
        """Raises NotFound."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_LINK).where(watch_links.c.id == link_id)).first()
        if row is None:
            raise NotFound("This link doesn't exist.", advice="Ask for a new link.")
        return WatchLink(**row._asdict())

    def open_of(self, session_id: SessionId) -> list[WatchLink]:
        """The links of this call that weren't ended, newest first."""
        wanted = (watch_links.c.session_id == session_id) & watch_links.c.ended_at.is_(None)
        with self._database.reading() as connection:
            rows = connection.execute(select(*_LINK).where(wanted).order_by(watch_links.c.created_at.desc(), watch_links.c.id))
            return [WatchLink(**row._asdict()) for row in rows]

    def move(self, session_id: SessionId, to: SessionId) -> None:
        """Let the open links of this call lead to the call that takes its place."""
        statement = update(watch_links).where(watch_links.c.session_id == session_id, watch_links.c.ended_at.is_(None))
        with self._database.transaction() as connection:
            connection.execute(statement.values(session_id=to))

    def end(self, session_id: SessionId, at: datetime) -> int:
        """End all links of this call. Returns how many were open."""
        statement = update(watch_links).where(watch_links.c.session_id == session_id, watch_links.c.ended_at.is_(None))
        with self._database.transaction() as connection:
            return connection.execute(statement.values(ended_at=at)).rowcount
