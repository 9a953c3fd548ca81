"""What the store needs of :class:`greenroom.clock.TimeSource`: it asks for time and chance instead of taking them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class TimeSource(Protocol):
    def now(self) -> datetime:
        """The present moment, timezone-aware."""
        ...

    def new_id(self) -> str:
        """A fresh identifier."""
        ...
