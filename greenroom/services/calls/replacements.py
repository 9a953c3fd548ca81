"""Calls that are about to be replaced: each goes on until the next call's agent is in the channel, so that nobody waits in
silence."""

from __future__ import annotations

from collections.abc import Collection

from greenroom.model.session import SessionId
from greenroom.services.calls.late_record import LateRecord
from greenroom.store.watch_links import WatchLinkStore


class Replacements:
    """Those whose replacement was launched in this process. Thread-safe."""

    def __init__(self, watch_links: WatchLinkStore, late: LateRecord) -> None:
        self._watch_links = watch_links
        self._late = late
        #: By the replaced call: the next one.
        self._next: dict[SessionId, SessionId] = {}

    def expect(self, replaced: SessionId, by: SessionId) -> None:
        """``by`` was launched to replace a running call."""
        self._next[replaced] = by

    def replaced_by(self, session_id: SessionId) -> SessionId | None:
        """The call that this one replaces, until that one has ended."""
        return next((old for old, new in list(self._next.items()) if new == session_id), None)

    def ended(self, session_id: SessionId) -> None:
        """A call ends: whoever watches it follows to its replacement."""
        successor = self._next.pop(session_id, None)
        if successor is not None:
            self._late.write(lambda: self._watch_links.move(session_id, successor))

    def keep(self, live: Collection[SessionId]) -> None:
        """Drop all others."""
        for session_id in set(self._next) - set(live):
            self._next.pop(session_id, None)
