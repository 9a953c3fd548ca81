"""Who holds tokens for which channel, in all processes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from greenroom.store.database import Database
from greenroom.store.team_tables import channel_claims


class ChannelClaims:
    """A channel has one holder, until its last token has expired. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, channel: str, principal: str, now: datetime, until: datetime) -> bool:
        """Hold the channel until then, or longer if it is held longer already; False if it is another principal's."""
        with self._database.one_at_a_time(f"channel {channel}") as connection:
            holder, held_until = _holder(connection, channel)
            if holder not in ("", principal) and held_until > now:
                return False
            until = max(until, held_until) if holder == principal else until
            if holder:
                mine = update(channel_claims).where(channel_claims.c.channel == channel)
                connection.execute(mine.values(principal=principal, until=until))
            else:
                connection.execute(insert(channel_claims).values(channel=channel, principal=principal, until=until))
            return True

    def held(self, channel: str, principal: str, until: datetime) -> bool:
        """Whether the principal holds the channel at least until then."""
        with self._database.reading() as connection:
            holder, held_until = _holder(connection, channel)
        return holder == principal and held_until >= until

    def count(self, principal: str, now: datetime) -> int:
        """How many channels this principal holds."""
        held = select(func.count()).where(channel_claims.c.principal == principal, channel_claims.c.until > now)
        with self._database.reading() as connection:
            return connection.execute(held).scalar_one()

    def forget(self, before: datetime) -> None:
        """Drop what nobody holds any more."""
        with self._database.transaction() as connection:
            connection.execute(delete(channel_claims).where(channel_claims.c.until <= before))


def _holder(connection: Connection, channel: str) -> tuple[str, datetime]:
    found = select(channel_claims.c.principal, channel_claims.c.until).where(channel_claims.c.channel == channel)
    row = connection.execute(found).first()
    return (row.principal, row.until) if row is not None else ("", datetime.min)
