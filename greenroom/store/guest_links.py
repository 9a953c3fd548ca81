"""Guest links: create, list and end them, and count their use in the transactions that start and end a call."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from greenroom.errors import NotFound
from greenroom.model.blind_comparison import ComparedOption
from greenroom.model.guest_link import GuestLink, GuestLinkId
from greenroom.store.database import Database
from greenroom.store.rows import columns_of, values_of
from greenroom.store.schema import guest_links

_LINK = columns_of(guest_links, GuestLink)


class GuestLinkStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, link: GuestLink) -> None:
        """Raises NotFound for an unknown agent or version."""
        values = values_of(link)
        values |= {"embed_origins": list(link.embed_origins), "compared": [option.as_json() for option in link.compared]}
        with self._database.transaction() as connection:
            connection.execute(insert(guest_links).values(values))

    def get(self, link_id: GuestLinkId) -> GuestLink:
        """Raises NotFound."""
        with self._database.reading() as connection:
            return read(connection, link_id)

    def list(self) -> list[GuestLink]:
        """Newest first."""
        with self._database.reading() as connection:
            return [_link(row) for row in connection.execute(select(*_LINK).order_by(guest_links.c.created_at.desc()))]

    def some(self, ids: Collection[str]) -> list[GuestLink]:
        """The links that exist among these ids."""
        if not ids:
            return []
        with self._database.reading() as connection:
            return [_link(row) for row in connection.execute(select(*_LINK).where(guest_links.c.id.in_(ids)))]

    def end(self, link_id: GuestLinkId, at: datetime) -> bool:
        """End the link. False if it had already ended. Raises NotFound."""
        with self._database.launching() as connection:  # from here on no launch that saw the link open is still in progress
            read(connection, link_id)
            statement = update(guest_links).where(guest_links.c.id == link_id, guest_links.c.ended_at.is_(None))
            return connection.execute(statement.values(ended_at=at)).rowcount > 0


def read(connection: Connection, link_id: str) -> GuestLink:
    """Raises NotFound."""
    row = connection.execute(select(*_LINK).where(guest_links.c.id == link_id)).first()
    if row is None:
        raise NotFound("This link doesn't exist.", advice="Ask for a new link.")
    return _link(row)


def count_visit(connection: Connection, link_id: str) -> None:
    """Add a launched call, in the transaction that writes its session."""
    connection.execute(update(guest_links).where(guest_links.c.id == link_id).values(visits=guest_links.c.visits + 1))


def count_time(connection: Connection, link_id: str, seconds: int) -> None:
    """Add the seconds of a call that ends, in the transaction that ends its session."""
    connection.execute(update(guest_links).where(guest_links.c.id == link_id).values(used_s=guest_links.c.used_s + seconds))


def _link(row: Row[Any]) -> GuestLink:
    values = row._asdict()
    compared = tuple(ComparedOption.read(option) for option in values["compared"])
    return GuestLink(**{**values, "embed_origins": tuple(values["embed_origins"]), "compared": compared})
