"""The audit log: what members and API keys launched, changed, shared, deleted and exported; pruned by age and size."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from greenroom.access.audited import AUDITED, subject_of
from greenroom.clock import Clock, ClockWatch
from greenroom.errors import GreenroomError
from greenroom.model.audit import AuditEntry, AuditKind, AuditQuery
from greenroom.spreadsheet_text import without_formula
from greenroom.store.audit_log import AuditLogStore

log = logging.getLogger(__name__)

#: The most entries that are kept, whatever their age.
MOST_ENTRIES = 200_000
CSV_MOST = 50_000
_PRUNE_EVERY_S = 3600.0


class AuditLog:
    """``keep_days`` 0 = until there are too many."""

    def __init__(self, store: AuditLogStore, clock: Clock, keep_days: int) -> None:
        self._store = store
        self._clock = clock
        self._keep_days = keep_days
        self._prune_at = clock.monotonic()
        self._clock_watch = ClockWatch(clock)

    def note(
        self, actor: str, action: str, arguments: Sequence[Any] = (), named: Mapping[str, Any] | None = None, result: Any = None
    ) -> None:
        """Add an entry if the action is one that is kept. An outage of the database doesn't undo what was done."""
        kind = AUDITED.get(action)
        if kind is None:
            return
        try:
            self._store.add(
                self._clock.now(), actor, cast("AuditKind", kind), action, subject_of(action, arguments, named or {}, result)
            )
        except GreenroomError as error:
            log.error("the audit log has no entry for %s by %s: %s", action, actor, error)

    def exported(self, what: str) -> None:
        """Say that ``what`` was exported, where no service makes the file. The guard before this service notes by whom."""

    def count(self, query: AuditQuery) -> int:
        """How many entries match, of all pages."""
        return self._store.count(query)

    def page(self, query: AuditQuery, offset: int, limit: int) -> Sequence[AuditEntry]:
        """Newest first."""
        return self._store.page(query, offset, limit)

    def csv(self, query: AuditQuery) -> bytes:
        """The newest matching entries as a table; cells that begin like a formula get an apostrophe."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(("first", "last", "times", "who", "kind", "action", "subject"))
        for one in self._store.page(query, 0, CSV_MOST):
            cells = (one.at.isoformat(), one.last_at.isoformat(), one.times, one.actor, one.kind, one.action, one.subject)
            writer.writerow([without_formula(cell) if isinstance(cell, str) else cell for cell in cells])
        return out.getvalue().encode()

    def tick(self) -> None:
        """Delete what is too old or too much, at most once an hour; not just after the clock was set forward."""
        if not self._clock_watch.settled() or self._clock.monotonic() < self._prune_at:
            return
        self._prune_at = self._clock.monotonic() + _PRUNE_EVERY_S
        oldest = self._clock.now() - timedelta(days=self._keep_days or 36_500)
        if gone := self._store.prune(oldest, MOST_ENTRIES):
            log.info("deleted %d old entries of the audit log", gone)
