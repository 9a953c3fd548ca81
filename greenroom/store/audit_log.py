"""The audit log: add, search and prune. Entries don't change, except that a repeat raises the count of the newest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from greenroom.model.audit import AuditEntry, AuditKind, AuditQuery
from greenroom.store.database import Database
from greenroom.store.rows import columns_of
from greenroom.store.team_tables import audit_log

_ENTRY = columns_of(audit_log, AuditEntry)
#: Within this time the same action by the same actor on the same subject is one entry.
REPEATS_WITHIN = timedelta(minutes=10)


class AuditLogStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, at: datetime, actor: str, kind: AuditKind, action: str, subject: str) -> None:
        """A repeat of actor, action and subject within ``REPEATS_WITHIN`` raises ``times`` of the newest such entry by 1 and
        moves its ``last_at``; anything else is a new entry."""
        same = (audit_log.c.actor == actor, audit_log.c.action == action, audit_log.c.subject == subject)
        with self._database.transaction() as connection:
            recent = (
                select(audit_log.c.id).where(*same, audit_log.c.last_at > at - REPEATS_WITHIN).order_by(audit_log.c.id.desc())
            )
            if (entry_id := connection.execute(recent.limit(1)).scalar()) is not None:
                again = update(audit_log).where(audit_log.c.id == entry_id)
                connection.execute(again.values(last_at=at, times=audit_log.c.times + 1))
                return
            values = {"at": at, "last_at": at, "actor": actor, "kind": kind, "action": action, "subject": subject, "times": 1}
            connection.execute(insert(audit_log).values(values))

    def count(self, query: AuditQuery) -> int:
        """How many entries match; an entry that repeats counts once."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(audit_log).where(*_matching(query))).scalar_one()

    def page(self, query: AuditQuery, offset: int, limit: int) -> Sequence[AuditEntry]:
        """Newest first."""
        chosen = select(*_ENTRY).where(*_matching(query)).order_by(audit_log.c.last_at.desc(), audit_log.c.id.desc())
        with self._database.reading() as connection:
            return [AuditEntry(**row._asdict()) for row in connection.execute(chosen.offset(offset).limit(limit))]

    def prune(self, before: datetime, most: int) -> int:
        """Delete what is older, and the oldest beyond ``most`` entries. Returns how many."""
        with self._database.transaction() as connection:
            gone = connection.execute(delete(audit_log).where(audit_log.c.last_at < before)).rowcount
            newest = select(audit_log.c.id).order_by(audit_log.c.id.desc()).offset(most).limit(1)
            if (last := connection.execute(newest).scalar()) is not None:
                gone += connection.execute(delete(audit_log).where(audit_log.c.id <= last)).rowcount
        return gone


def _matching(query: AuditQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.kinds:
        conditions.append(audit_log.c.kind.in_(query.kinds))
    if query.since is not None:
        conditions.append(audit_log.c.last_at >= query.since)
    if text := query.text.strip():
        columns = (audit_log.c.actor, audit_log.c.action, audit_log.c.subject)
        words = audit_log.c.action.in_(query.actions)
        conditions.append(or_(*(column.icontains(text, autoescape=True) for column in columns), words))
    return conditions
