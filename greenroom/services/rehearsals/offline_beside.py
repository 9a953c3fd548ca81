"""Rehearsals on this computer in an installation whose agents run at Agora."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenroom.services import Services
    from greenroom.services.rehearsals.service import RehearsalService

#: Runs services until its block ends.
RunServices = Callable[[], AbstractContextManager["Services"]]


class OfflineBeside:
    """Services of their own, with a twin and a lease, on the same data folder: started by the first run. Thread-safe."""

    def __init__(self, start: RunServices) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._held = contextlib.ExitStack()
        self._running: RehearsalService | None = None

    @property
    def running(self) -> RehearsalService | None:
        """None before the first run."""
        return self._running

    def started(self) -> RehearsalService:
        """The rehearsals that run here. Takes seconds the first time; raises GreenroomError."""
        with self._lock:
            if self._running is None:
                self._running = self._held.enter_context(self._start()).rehearsals
            return self._running

    def close(self) -> None:
        """Stop what runs; it can be resumed."""
        with self._lock:
            self._running = None
            self._held.close()
