"""Starts the studio's services, runs the background tasks, and stops everything, in this order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool

from greenroom.backup import in_use
from greenroom.errors import GreenroomError
from greenroom.http_security.bounded_listener import PageListener
from greenroom.http_security.slow_requests import close_slow_connections
from greenroom.open_files import allow_many_files
from greenroom.services import Services
from greenroom.services.operations import AgoraClients, ProcessLease
from greenroom.startup import refuse_start
from greenroom.store.database import Database

log = logging.getLogger(__name__)

WATCHDOG_EVERY_S = 1.0
RETENTION_EVERY_S = 5.0
ALERTS_EVERY_S = 5.0


@contextlib.asynccontextmanager
async def lifespan(
    services: Services, process: ProcessLease, database: Database, agora: AgoraClients
) -> AsyncIterator[Mapping[str, Any]]:
    """Locks the data folder, so that no backup is restored under a running studio."""
    try:
        held = contextlib.ExitStack()
        held.enter_context(in_use(services.config.data_dir))
    except (GreenroomError, OSError) as error:
        refuse_start(error)
    with held:
        async with _run(services, process, database, agora) as state:
            yield state


@contextlib.asynccontextmanager
async def _run(
    services: Services, process: ProcessLease, database: Database, agora: AgoraClients
) -> AsyncIterator[Mapping[str, Any]]:
    """Start: database, this process's lease, twin, sweep, watchdog. End: polite stop of its calls, then the twin."""
    try:
        allow_many_files()
        _prepare_listener()
        await run_in_threadpool(database.migrate)
        await run_in_threadpool(process.start)
        await run_in_threadpool(_start_twin, services)
    except (GreenroomError, OSError) as error:
        refuse_start(error)
    await run_in_threadpool(_guarded, "sweep", services.watchdog.sweep)
    tasks = (
        asyncio.create_task(_watch(services), name="watchdog"),
        asyncio.create_task(_retain(services), name="retention"),
        asyncio.create_task(_alert(services), name="alerts"),
        asyncio.create_task(close_slow_connections(), name="slow connections"),
    )
    await asyncio.sleep(0)  # the last finds the server, which is frozen below
    gc.collect()
    gc.freeze()  # modules and catalog stay: a full collection that walks them all held every visitor up for 0.1-0.2 s
    try:
        yield {}
    finally:
        gc.unfreeze()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await run_in_threadpool(_guarded, "rehearsals", services.rehearsals.close)
        await run_in_threadpool(_guarded, "stop", services.watchdog.stop_all)
        await run_in_threadpool(services.twin.stop)
        await run_in_threadpool(agora.close)
        await run_in_threadpool(process.stop)
        await run_in_threadpool(database.close)


def _start_twin(services: Services) -> None:
    """In the cloud the twin just speaks voice samples: without it the studio still opens."""
    try:
        services.twin.start()
    except GreenroomError as error:
        log.error("%s %s", error, error.advice)
        if services.config.on_twin:
            raise
        return
    services.brains.preload()


async def _watch(services: Services) -> None:
    while True:
        await asyncio.sleep(WATCHDOG_EVERY_S)
        await run_in_threadpool(_guarded, "watchdog", services.watchdog.tick)
        await run_in_threadpool(_guarded, "twin", services.twin.revive)


async def _retain(services: Services) -> None:
    """Runs apart from the watchdog, because it may take a while."""
    while True:
        await asyncio.sleep(RETENTION_EVERY_S)
        await run_in_threadpool(_guarded, "recordings", services.recordings.settle_due)
        await run_in_threadpool(_guarded, "retention", services.retention.tick)
        await run_in_threadpool(_guarded, "audit log", services.audit.tick)


async def _alert(services: Services) -> None:
    """Apart from the others: a server that doesn't answer must hold up nothing."""
    while True:
        await asyncio.sleep(ALERTS_EVERY_S)
        await run_in_threadpool(_guarded, "alerts", services.alerts.tick)


def _guarded(what: str, work: Callable[[], object]) -> None:
    """Log errors and continue: a watchdog that ends at the first fault would let agents run on."""
    try:
        work()
    except GreenroomError as error:
        log.warning("%s: %s", what, error)
    except Exception:
        log.exception("%s failed unexpectedly", what)


def _prepare_listener() -> None:
    """Set TCP_NODELAY on the listening socket, which accepted ones inherit, and let it refuse connections in time.

    ``streamlit run`` creates that socket with Nagle's algorithm on, which delays every response by 40 ms until the
    browser's delayed acknowledgment. We don't get the socket, so it is found among the live objects.
    """
    for thing in gc.get_objects():
        if issubclass(type(thing), socket.socket):  # isinstance raises for a dead weak proxy
            with contextlib.suppress(OSError):
                if thing.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    if type(thing) is socket.socket:
                        thing.__class__ = PageListener
