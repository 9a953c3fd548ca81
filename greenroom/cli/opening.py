"""The services that commands need, without a server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenroom.clock import Clock
from greenroom.config import BadConfig, Config, read
from greenroom.errors import GreenroomError

if TYPE_CHECKING:
    from greenroom.services.agents import AgentService
    from greenroom.services.sessions import SessionRecords


@dataclass(frozen=True, slots=True)
class CliServices:
    """Agents and sessions of the data folder."""

    agents: AgentService
    sessions: SessionRecords


def options_set() -> Config:
    """The options as they were set. Raises GreenroomError for one that can't be used."""
    try:
        return read()
    except BadConfig as error:
        raise GreenroomError(str(error), advice="Correct this option, then try again.") from None


def mask_stored_keys() -> None:
    """Mask this installation's keys in everything that is printed from here on."""
    from greenroom.services.operations import Credentials
    from greenroom.store.vault import Vault

    Credentials(Vault(options_set().data_dir)).mask_all()


@contextlib.contextmanager
def services() -> Iterator[CliServices]:
    """Open the database of the configuration. Raises GreenroomError."""
    # The database library is imported here, because half of the commands don't need it.
    from greenroom.services.agents import AgentService
    from greenroom.services.sessions import SessionRecords
    from greenroom.store.agents import AgentStore
    from greenroom.store.database import Database
    from greenroom.store.search import SessionSearch
    from greenroom.store.sessions import SessionStore

    config = options_set()
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(config.database_url)
    try:
        database.migrate()
        clock = Clock()
        agents = AgentStore(database, clock)
        sessions = SessionRecords(SessionStore(database, clock), agents, SessionSearch(database))
        yield CliServices(AgentService(agents), sessions)
    finally:
        database.close()
