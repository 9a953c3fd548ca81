"""Stores suites of scenarios."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from greenroom.errors import Conflict, NotFound
from greenroom.model.agent import AgentId
from greenroom.model.rehearsal import Suite, SuiteId
from greenroom.store.clock import TimeSource
from greenroom.store.database import Database
from greenroom.store.rehearsal_tables import rehearsal_suites
from greenroom.store.rows import columns_of, values_of

_SUITE = columns_of(rehearsal_suites, Suite)


class SuiteStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database, clock: TimeSource) -> None:
        self._database = database
        self._clock = clock

    def of(self, agent_id: AgentId) -> list[Suite]:
        """The suites of an agent, by name."""
        query = (
            select(*_SUITE)
            .where(rehearsal_suites.c.agent_id == agent_id)
            .order_by(rehearsal_suites.c.name, rehearsal_suites.c.id)
        )
        with self._database.reading() as connection:
            return [Suite(*row) for row in connection.execute(query)]

    def get(self, suite_id: SuiteId) -> Suite:
        """Raises NotFound."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_SUITE).where(rehearsal_suites.c.id == suite_id)).first()
        if row is None:
            raise NotFound("This suite doesn't exist.")
        return Suite(*row)

    def create(self, suite_id: SuiteId, agent_id: AgentId, name: str, text: str) -> Suite:
        """A suite at revision 1. Raises NotFound for an unknown agent, Conflict for a known id."""
        suite = Suite(suite_id, agent_id, name, text, 1, self._clock.now())
        with self._database.transaction() as connection:
            connection.execute(insert(rehearsal_suites).values(values_of(suite)))
        return suite

    def save(self, suite_id: SuiteId, name: str, text: str, revision: int) -> Suite:
        """Raises Conflict if it was saved elsewhere since ``revision``."""
        values = {"name": name, "text": text, "revision": revision + 1, "updated_at": self._clock.now()}
        at_revision = (rehearsal_suites.c.id == suite_id, rehearsal_suites.c.revision == revision)
        with self._database.transaction() as connection:
            if not connection.execute(update(rehearsal_suites).where(*at_revision).values(values)).rowcount:
                raise Conflict("This suite was changed in another tab.")
        return self.get(suite_id)

    def delete(self, suite_id: SuiteId) -> None:
        """Results of its runs stay. Idempotent."""
        with self._database.transaction() as connection:
            connection.execute(delete(rehearsal_suites).where(rehearsal_suites.c.id == suite_id))
