"""How often something was asked for lately, counted for all processes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, not_, or_, select

from greenroom.store.database import Database
from greenroom.store.sharing_tables import request_counts


class RequestCounts:
    """A moving window per counter. Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hit(self, counter: str, most: int, window_s: int, now: datetime) -> bool:
        """Count one more, unless there were ``most`` within the window: then False, and nothing is counted.

        Exact, however many processes count at once.
        """
        with self._database.one_at_a_time(counter) as connection:
            old, mine = now - timedelta(seconds=window_s), request_counts.c.counted == counter
            connection.execute(delete(request_counts).where(mine, or_(request_counts.c.at <= old, _not_yet(now, window_s))))
            if _count(connection, counter, now, window_s) >= most:
                return False
            connection.execute(insert(request_counts).values(counted=counter, at=now))
            return True

    def test(self, counter: str, most: int, window_s: int, now: datetime) -> bool:
        """Whether one more would be counted."""
        with self._database.reading() as connection:
            return _count(connection, counter, now, window_s) < most

    def forget(self, before: datetime) -> None:
        """Drop what no window reaches any more."""
        with self._database.transaction() as connection:
            connection.execute(delete(request_counts).where(request_counts.c.at <= before))


def _count(connection: Connection, counter: str, now: datetime, window_s: int) -> int:
    at, old = request_counts.c.at, now - timedelta(seconds=window_s)
    counted = select(func.count()).where(request_counts.c.counted == counter, at > old, not_(_not_yet(now, window_s)))
    return connection.execute(counted).scalar_one()


def _not_yet(now: datetime, window_s: int) -> ColumnElement[bool]:
    """Counted before the clock was set back: would lock its client out until the clock is there again."""
    return request_counts.c.at > now + timedelta(seconds=window_s)
