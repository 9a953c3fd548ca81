"""What could not be written while the database was away: ends and turns, written when it is back."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from greenroom.errors import GreenroomError, StoreUnavailable

log = logging.getLogger(__name__)

#: More than this is not kept; the oldest goes.
MOST = 5000


class LateRecord:
    """Writes in the order in which they were asked for. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], object]] = deque(maxlen=MOST)

    def __len__(self) -> int:
        return len(self._waiting)

    def write(self, work: Callable[[], object]) -> bool:
        """Do it now, or keep it for :meth:`complete` when the database is away; whether it was done now."""
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
        """Write what waits, as far as the database lets us. Raises StoreUnavailable while it is still away."""
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
