"""Buffers ends and turns while the database is unavailable and writes them later."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from greenroom.errors import GreenroomError, StoreUnavailable

log = logging.getLogger(__name__)

#: The buffer's limit; the oldest entries are dropped.
MOST = 5000


class LateRecord:
    """Writes in order. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], object]] = deque(maxlen=MOST)

    def __len__(self) -> int:
        return len(self._waiting)

    def write(self, work: Callable[[], object]) -> bool:
        """Run ``work`` now, or buffer it for :meth:`complete` if the database is unavailable. True if it ran now."""
        if not self._waiting:
            try:
                work()
            except StoreUnavailable:
                pass
            else:
                return True
        self._waiting.append(work)
        return False

    def complete(self) -> None:
        """Write the buffered entries. Raises StoreUnavailable if the database is still unavailable."""
        with self._lock:
            while self._waiting:
                work = self._waiting[0]
                try:
                    work()
                except StoreUnavailable:
                    raise
                except GreenroomError as error:  # the session was deleted meanwhile, or ended by another process
                    log.warning("a late record was dropped: %s", error)
                self._waiting.popleft()
