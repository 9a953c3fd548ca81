"""This process's lease, and which other processes have died, whose calls are then swept.

A process holds a lock on a file of its data folder, which the system gives back whatever kills it, and raises its beat in the
database, which processes with other folders see. Neither depends on a wall clock.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import StoreUnavailable
from greenroom.model.process import WatchingProcess
from greenroom.store.private_files import open_lock
from greenroom.store.processes import ProcessStore

BEAT_EVERY_S = 3.0
#: A process of another data folder whose beat has not risen for so long has died.
LEASE_S = 20.0
FOLDER = "processes"


class ProcessLease:
    """The lifespan calls ``start`` and ``beat``, the watchdog ``dead``. A process without a lease watches no calls."""

    def __init__(self, config: Config, clock: Clock, store: ProcessStore, installation: str) -> None:
        self._config = config
        self._clock = clock
        self._store = store
        self._installation = installation
        self._folder = config.data_dir / FOLDER
        self._lock: BinaryIO | None = None
        self._beat_at = float("-inf")
        #: id → the beat that was seen last, and when it was first seen
        self._beats: dict[str, tuple[int, float]] = {}
        self.id = clock.new_id(12)
        #: Whether the last beat couldn't be written.
        self.beat_failed = False

    def start(self) -> None:
        """Take the lock, then say so in the database. Raises StoreUnavailable."""
        try:
            self._lock = open_lock(self._file(self.id))
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreUnavailable(f"The folder {self._folder} can't be written: {error.strerror}.") from error
        self._store.register(self._described())

    def beat(self) -> None:
        """Called every second; writes every few. Registers again after a database was restored or emptied."""
        now = self._clock.monotonic()
        if self._lock is not None and now - self._beat_at >= BEAT_EVERY_S:
            self._beat_at, self.beat_failed = now, True
            if not self._store.beat(self.id):
                self._store.register(self._described())
            self.beat_failed = False

    def stop(self) -> None:
        """Unregister this process at its orderly end."""
        with contextlib.suppress(StoreUnavailable):  # the lease then expires by itself
            self._store.remove([self.id])
        self.abandon()
        self._remove_lock(self.id)

    def abandon(self) -> None:
        """Release the lock and leave everything else, as a killed process does."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def dead(self, owners: Collection[str]) -> dict[str, WatchingProcess | None]:
        """All processes that have died, registered ones and ``owners``, with what is known of them; None for one that is not
        registered."""
        processes = {process.id: process for process in self._store.all()}
        now = self._clock.monotonic()
        dead: dict[str, WatchingProcess | None] = {}
        for owner in {*processes, *owners} - {self.id, ""}:
            beat = processes[owner].beat if owner in processes else -1
            if self._beats.get(owner, (None, 0.0))[0] != beat:
                self._beats[owner] = (beat, now)
            if self._has_died(owner, processes.get(owner), now - self._beats[owner][1]):
                dead[owner] = processes.get(owner)
        return dead

    def forget(self, owners: Collection[str]) -> None:
        """Delete the rows and lock files of these processes."""
        if owners:
            self._store.remove(owners)
        for owner in owners:
            self._beats.pop(owner, None)
            if owner.isalnum():
                self._remove_lock(owner)

    def _has_died(self, owner: str, process: WatchingProcess | None, still_s: float) -> bool:
        if process is None and owner == self._installation:
            return True  # Greenroom 0.1.0 wrote the data folder's id instead of a process's
        file = self._file(owner)
        if owner.isalnum() and file.exists():
            # A file that can't be opened says nothing: then the time of the last beat decides.
            with contextlib.suppress(OSError), file.open("r") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    return False
                return True
        return still_s > LEASE_S

    def _described(self) -> WatchingProcess:
        config = self._config
        own_twin = config.on_twin and not config.twin_url
        return WatchingProcess(self.id, self._installation, config.place, config.app_id, own_twin)

    def _remove_lock(self, owner: str) -> None:
        """A file that can't be deleted stays, unlocked like that of a process that died."""
        with contextlib.suppress(OSError):
            self._file(owner).unlink(missing_ok=True)

    def _file(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"
