"""What the services of every room are built on; an assembly adds what its own room needs."""

from __future__ import annotations

from typing import Protocol

from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.store.database import Database
from greenroom.store.sessions import SessionStore


class ServiceBase(Protocol):
    """The installation's options, clock and stores, read from the composition."""

    @property
    def config(self) -> Config: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def database(self) -> Database: ...
    @property
    def sessions(self) -> SessionStore: ...
