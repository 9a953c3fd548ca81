"""The part of :class:`greenroom.clock.Clock` that the store uses."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class TimeSource(Protocol):
    """A real clock, or a test's."""

    def now(self) -> datetime:
        """The current time, timezone-aware."""
        ...

    def new_id(self) -> str:
        """A new random identifier."""
        ...
