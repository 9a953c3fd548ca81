"""The processes that watch calls, with the heartbeat that shows that a process is alive."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert, select, update

from greenroom.model.process import WatchingProcess
from greenroom.store.clock import TimeSource
from greenroom.store.database import Database
from greenroom.store.rows import columns_of, values_of
from greenroom.store.schema import processes

_PROCESS = columns_of(processes, WatchingProcess)


class ProcessStore:
    """Every method may raise StoreUnavailable."""

    def __init__(self, database: Database, clock: TimeSource) -> None:
        self._database = database
        self._clock = clock

    def register(self, process: WatchingProcess) -> None:
        """Raises Conflict for a registered id."""
        values = values_of(process)
        with self._database.transaction() as connection:
            connection.execute(insert(processes).values(seen_at=self._clock.now(), **values))

    def beat(self, process_id: str) -> bool:
        """Record a heartbeat; False if the process isn't registered."""
        values = {"beat": processes.c.beat + 1, "seen_at": self._clock.now()}
        with self._database.transaction() as connection:
            return bool(connection.execute(update(processes).where(processes.c.id == process_id).values(values)).rowcount)

    def all(self) -> list[WatchingProcess]:
        """Dead ones too, until :meth:`remove`."""
        with self._database.reading() as connection:
            return [WatchingProcess(*row) for row in connection.execute(select(*_PROCESS))]

    def remove(self, ids: Collection[str]) -> None:
        """Unknown ids are ignored."""
        with self._database.transaction() as connection:
            connection.execute(delete(processes).where(processes.c.id.in_(ids)))
