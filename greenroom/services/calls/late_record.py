"""Buffers ends and turns while the database is unavailable and writes them later."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable

from greenroom.errors import GreenroomError, StoreUnavailable
from greenroom.model.session import Session, SessionId

log = logging.getLogger(__name__)

#: The buffer's limit; the oldest entries without a name are dropped, never the end of a call.
MOST = 5000


class LateRecord:
    """Writes in order. Thread-safe."""

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._lock = threading.Lock()
        self._waiting: OrderedDict[object, Callable[[], object]] = OrderedDict()
        self._ended: dict[SessionId, Session] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def write(self, work: Callable[[], object], name: str = "") -> bool:
        """Run ``work`` now, or buffer it for :meth:`complete` if the database is unavailable. True if it ran now.

        The latest work of a ``name`` replaces an earlier one, so that repeated tries don't push other work out of the buffer.
        """
        if not self._waiting:
            try:
                work()
            except StoreUnavailable:
                pass  # buffered below
            else:
                return True
        with self._lock:
            self._waiting[name or work] = work
            if len(self._waiting) > MOST and (oldest := next(filter(callable, self._waiting), None)):
                del self._waiting[oldest]
        return False

    def end(self, session: Session, work: Callable[[], object]) -> None:
        """Buffer the end of a session; ``session`` is its record as it will be."""
        self._ended[session.id] = session

        def close() -> None:
            work()
            self._ended.pop(session.id, None)

        self.write(close, f"end {session.id}")

    def ended(self, session_id: SessionId) -> Session | None:
        """The record of a session whose end isn't written yet."""
        return self._ended.get(session_id)

    def complete(self) -> None:
        """Write the buffered entries. Raises StoreUnavailable if the database is still unavailable."""
        with self._writing:
            while entry := self._first():
                name, work = entry
                try:
                    work()
                except StoreUnavailable:
                    raise
                except GreenroomError as error:  # the session was deleted meanwhile, or ended by another process
                    log.warning("a late record was dropped: %s", error)
                except Exception:  # a fault of ours in one entry must not keep the others from being written
                    log.exception("a late record was dropped")
                with self._lock:
                    if self._waiting.get(name) is work:
                        del self._waiting[name]

    def _first(self) -> tuple[object, Callable[[], object]] | None:
        with self._lock:
            return next(iter(self._waiting.items()), None)
