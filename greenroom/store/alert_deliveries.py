"""Alerts on their way, and the calls they are about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from greenroom.model.alert import AlertDelivery
from greenroom.model.session import Session
from greenroom.store.database import Database
from greenroom.store.rows import columns_of
from greenroom.store.schema import sessions
from greenroom.store.session_imports import FROM_HERE
from greenroom.store.sharing_tables import alert_deliveries

_DELIVERY = columns_of(alert_deliveries, AlertDelivery)
_SESSION = columns_of(sessions, Session)
#: No call lasts longer; so the index of the newest sessions finds those that ended lately.
_LONGEST_CALL = timedelta(hours=24)


class AlertDeliveryStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, deliveries: Sequence[AlertDelivery]) -> None:
        """Add those that aren't on their way to their target yet, and weren't. Locks nothing if there are none."""
        with self._database.reading() as connection:
            had = _known(connection, deliveries)
        if new := [one for one in deliveries if one.id not in had]:
            with self._database.launching() as connection:
                had = _known(connection, new)  # another process may have been faster
                for one in new:
                    if one.id not in had:
                        connection.execute(insert(alert_deliveries).values(asdict(one)))

    def take_due(self, target: str, now: datetime, busy_s: float, most: int) -> list[AlertDelivery]:
        """Deliveries to a target that are due, now taken by this process: others see them again after ``busy_s`` seconds."""
        mine = (alert_deliveries.c.target == target, alert_deliveries.c.next_at <= now)
        if not self._any(*mine):
            return []
        with self._database.launching() as connection:
            due = select(*_DELIVERY).where(*mine).order_by(alert_deliveries.c.next_at).limit(most)
            deliveries = [AlertDelivery(**row._asdict()) for row in connection.execute(due)]
            taken = update(alert_deliveries).where(alert_deliveries.c.id.in_([one.id for one in deliveries]))
            if deliveries:
                connection.execute(taken.values(next_at=now + timedelta(seconds=busy_s)))
            return deliveries

    def give_up_all_but(self, targets: Collection[str], problem: str) -> None:
        """Deliver nothing more to any other target."""
        others = (alert_deliveries.c.target.not_in(targets), alert_deliveries.c.next_at.is_not(None))
        if self._any(*others):
            with self._database.transaction() as connection:
                connection.execute(update(alert_deliveries).where(*others).values(problem=problem, next_at=None))

    def tried(self, delivery_id: str, tries: int, problem: str, next_at: datetime | None) -> None:
        """``next_at`` None: delivered, or given up."""
        statement = update(alert_deliveries).where(alert_deliveries.c.id == delivery_id)
        with self._database.transaction() as connection:
            connection.execute(statement.values(tries=tries, problem=problem[:500], next_at=next_at))

    def newest(self, most: int = 20) -> list[AlertDelivery]:
        """At most ``most`` deliveries of any state, last created first."""
        with self._database.reading() as connection:
            listed = select(*_DELIVERY).order_by(alert_deliveries.c.created_at.desc()).limit(most)
            return [AlertDelivery(**row._asdict()) for row in connection.execute(listed)]

    def forget(self, before: datetime) -> None:
        """Delete what was delivered or given up before this time."""
        old = (alert_deliveries.c.created_at < before, alert_deliveries.c.next_at.is_(None))
        with self._database.transaction() as connection:
            connection.execute(delete(alert_deliveries).where(*old))

    def ended_since(self, since: datetime) -> list[Session]:
        """Calls that ended after this time, oldest first; without imported ones."""
        of_time = (sessions.c.created_at > since - _LONGEST_CALL, sessions.c.ended_at > since)
        lately = (*of_time, sessions.c.deleted_at.is_(None), FROM_HERE)
        with self._database.reading() as connection:
            rows = connection.execute(select(*_SESSION).where(*lately).order_by(sessions.c.ended_at))
            return [Session(**row._asdict()) for row in rows]

    def _any(self, *matching: ColumnElement[bool]) -> bool:
        """Asked first, because it locks nothing."""
        with self._database.reading() as connection:
            return connection.execute(select(alert_deliveries.c.id).where(*matching).limit(1)).first() is not None


def _known(connection: Connection, deliveries: Sequence[AlertDelivery]) -> frozenset[str]:
    """The ids of those that were added before."""
    ids = [one.id for one in deliveries]
    return frozenset(connection.scalars(select(alert_deliveries.c.id).where(alert_deliveries.c.id.in_(ids))))
