"""The services with everything that runs beside them, but without a server: for commands that start agents."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator

from greenroom import config as configuration
from greenroom import security_log
from greenroom.backup import in_use
from greenroom.clock import Clock
from greenroom.composition import build_services, known_secrets, lay_foundations, with_project
from greenroom.config import BadConfig
from greenroom.errors import GreenroomError
from greenroom.services import Services
from greenroom.store.database import Database

log = logging.getLogger(__name__)

WATCHDOG_EVERY_S = 1.0


@contextlib.contextmanager
def running_services(*, offline: bool = False) -> Iterator[Services]:
    """Database, process lease, twin and watchdog run until the block ends; then every call is stopped.

    ``offline``: on a twin, also where the installation has an Agora project. Works beside a
    running studio on the same data folder. Raises GreenroomError.
    """
    try:
        config = configuration.read()
        config = with_project(configuration.without_agora(config) if offline else config)
    except BadConfig as error:
        raise GreenroomError(str(error), advice="Correct this option, then try again.") from None
    security_log.write_to(config.data_dir)
    base = lay_foundations(config, Clock(), Database(config.database_url), known_secrets(config), quiet_twin=True)
    services = build_services(base, lambda session_id, kind, fields: None, owner=base.process.id)
    with contextlib.ExitStack() as ending:
        ending.enter_context(in_use(services.config.data_dir))
        ending.callback(base.database.close)
        base.database.migrate()
        base.process.start()
        ending.callback(base.process.stop)
        ending.callback(base.agora.close)
        ending.callback(services.twin.stop)
        services.twin.start()
        ending.callback(_quietly, services.watchdog.stop_all)
        ending.callback(services.rehearsals.close)
        over = threading.Event()
        watching = threading.Thread(target=_watch, args=(services, over), name="watchdog", daemon=True)
        watching.start()
        ending.callback(watching.join, 10.0)
        ending.callback(over.set)
        yield services


def _watch(services: Services, over: threading.Event) -> None:
    while not over.wait(WATCHDOG_EVERY_S):
        _quietly(services.watchdog.tick)
        _quietly(services.twin.revive)


def _quietly(work: Callable[[], object]) -> None:
    """Log errors and continue: the watchdog must outlast an outage of the database or of Agora."""
    try:
        work()
    except GreenroomError as error:
        log.warning("%s", error)
