"""The one place where the parts are put together: Config → store → services → routes, and their life from start to end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from greenroom import config as configuration
from greenroom.agora.auth import BasicAuth, TokenAuth
from greenroom.agora.client import AgoraClient
from greenroom.agora.hosts import base_url
from greenroom.backup import in_use
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import GreenroomError
from greenroom.http_security import security_log
from greenroom.http_security.allowed_hosts import AllowedHosts
from greenroom.http_security.content_policy import content_policy
from greenroom.http_security.host_guard import HostGuard
from greenroom.http_security.security_headers import SecurityHeaders
from greenroom.services import Services, install
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.agents.voice_preview import VoicePreview
from greenroom.services.calls.backend_contract import BackendContract
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.capabilities import SessionCapabilities
from greenroom.services.calls.guest_join import GuestJoin
from greenroom.services.calls.limits import Limits
from greenroom.services.calls.notifications import Notifications
from greenroom.services.calls.token_service import TokenService
from greenroom.services.calls.watchdog import Watchdog
from greenroom.services.operations.credentials import Credentials
from greenroom.services.operations.retention import DataRetention
from greenroom.services.operations.running_agents import RunningAgentsService
from greenroom.services.operations.twin_process import TwinProcess
from greenroom.services.sessions.recordings import RecordingService
from greenroom.services.sessions.records import SessionRecords
from greenroom.services.sessions.reviews import ReviewService
from greenroom.services.sessions.session_transfer import SessionTransfer
from greenroom.services.sessions.trends import TrendService
from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from greenroom.store.offline_project import offline_project
from greenroom.store.recordings import RecordingStore
from greenroom.store.retention import RetentionStore
from greenroom.store.reviews import ReviewStore
from greenroom.store.search import SessionSearch
from greenroom.store.session_imports import SessionImports
from greenroom.store.sessions import SessionStore
from greenroom.store.trends import TrendStore
from greenroom.store.vault import Vault
from greenroom.web.routes import routes
from greenroom.web.stages import Stages

log = logging.getLogger(__name__)

WATCHDOG_EVERY_S = 1.0
KEEPING_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Application:
    """What ``st.App`` needs from us."""

    services: Services
    routes: list[BaseRoute]
    middleware: list[Middleware]
    lifespan: Any


def compose(config: Config | None = None, *, bind_address: str = "localhost", page_html: str = "") -> Application:
    """Build everything; nothing is started before the lifespan begins. Raises BadConfig for an unusable option.

    ``bind_address`` is where the server listens ("" = everywhere), ``page_html`` the page that all pages start from.
    """
    config = config or configuration.read()
    configuration.require_loopback(bind_address, config.public_url)
    config = _with_project(config)
    security_log.write_to(config.data_dir)
    clock = Clock()
    database = Database(config.database_url)
    agents, sessions = AgentStore(database, clock), SessionStore(database, clock)
    twin = TwinProcess(config)
    agora = _agora_clients(config, twin)
    owner = installation_id(config.data_dir, clock)
    credentials = Credentials(Vault(config.data_dir))
    desk = AgentService(agents, credentials.names_set if config.place == "cloud" else None)
    office = TokenService(config, SessionCapabilities(config.data_dir / "capability.key"), lambda: twin.port)
    calls = Calls(config, clock, desk, sessions, agora, office, owner, credentials.values)
    guard = Watchdog(config, clock, calls, sessions, agora, owner)
    stages = Stages()
    calls.tell = stages.tell
    booth = VoicePreview(twin, credentials.values)
    notifications = Notifications(config.webhook_secret, clock, calls, sessions, office, agora)
    trends = TrendService(TrendStore(database), clock)
    judging = ReviewService(ReviewStore(database), clock)
    records = SessionRecords(sessions, agents, SessionSearch(database))
    visits = GuestJoin(config, clock, office)
    recordings = RecordingService(
        config.data_dir / "recordings", RecordingStore(database), sessions.get, office.capabilities, clock
    )
    running = RunningAgentsService(config, clock, calls, sessions, agora)
    services = Services(
        config,
        desk,
        calls,
        records,
        guard,
        booth,
        twin,
        credentials,
        notifications,
        visits,
        judging,
        trends,
        recordings,
        running,
        BackendContract(config, clock, desk, agora, office, calls.allowance, credentials.values),
        SessionTransfer(records, judging, recordings, SessionImports(database, clock)),
        DataRetention(config, clock, RetentionStore(database), recordings),
    )
    install(services)
    return Application(
        services=services,
        routes=routes(services, stages, clock),
        middleware=[
            Middleware(SecurityHeaders, content_policy(page_html, cloud=config.place == "cloud")),
            Middleware(HostGuard, AllowedHosts(config.public_url)),
        ],
        lifespan=lambda app: _life(services, database),
    )


def contract_alone(config: Config) -> BackendContract:
    """The samples' backend without pages, routes or a life of its own: for one function in somebody's cloud."""
    config = _with_project(config)
    clock = Clock()
    database = Database(config.database_url)
    database.migrate()
    twin = TwinProcess(config)  # never started: an address of one that runs, or the cloud
    credentials = Credentials(Vault(config.data_dir))
    desk = AgentService(AgentStore(database, clock), credentials.names_set if config.place == "cloud" else None)
    office = TokenService(config, SessionCapabilities(config.data_dir / "capability.key"), lambda: twin.port)
    allowance = Limits(config, clock, SessionStore(database, clock))
    return BackendContract(config, clock, desk, _agora_clients(config, twin), office, allowance, credentials.values)


def _agora_clients(config: Config, twin: TwinProcess):  # noqa: ANN202 - a closure; the type is said at its users
    """How services get a client: always the same one in the cloud, one for the twin's present address offline."""
    auth = (
        BasicAuth(config.customer_id, config.customer_secret)
        if config.place == "cloud" and config.customer_id and config.customer_secret  # our twin knows no customers
        else TokenAuth(config.app_id, config.app_certificate)
    )
    made: dict[str, AgoraClient] = {}

    def client() -> AgoraClient:
        address = twin.url if config.place == "twin" else config.rest_base_url or base_url(config.area)
        if address not in made:
            made[address] = AgoraClient(address, config.app_id, auth)
        return made[address]

    return client


def _with_project(config: Config) -> Config:
    """Without an Agora project, the one of this installation. Makes the data folder, for its owner only."""
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if config.app_id:
        return config
    project = offline_project(config.data_dir)
    return replace(config, app_id=project.app_id, app_certificate=project.app_certificate)


def installation_id(data_dir: Path, clock: Clock) -> str:
    """Says whose sessions to sweep after a crash: one id a data folder, made at the first start."""
    file = data_dir / "installation"
    if not file.exists():
        file.write_text(clock.new_id(12))
    return file.read_text().strip()


@contextlib.asynccontextmanager
async def _life(services: Services, database: Database) -> AsyncIterator[Mapping[str, Any]]:
    """With a hand on the data folder, so that nobody restores a backup under a running studio."""
    with in_use(services.config.data_dir):
        async with _run(services, database) as state:
            yield state


@contextlib.asynccontextmanager
async def _run(services: Services, database: Database) -> AsyncIterator[Mapping[str, Any]]:
    """Start: database, twin, sweep, watchdog. End: polite stop of every call, then the twin."""
    _send_without_delay()
    await run_in_threadpool(database.migrate)
    await run_in_threadpool(_start_twin, services)
    await run_in_threadpool(_guarded, "sweep", services.watchdog.sweep)
    tasks = (asyncio.create_task(_watch(services), name="watchdog"), asyncio.create_task(_keep(services), name="keeping"))
    try:
        yield {}
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await run_in_threadpool(_guarded, "stop", services.watchdog.stop_all)
        await run_in_threadpool(services.twin.stop)
        await run_in_threadpool(database.close)


def _start_twin(services: Services) -> None:
    """In the cloud the twin only speaks voice samples: without it the studio still opens."""
    try:
        services.twin.start()
    except GreenroomError as error:
        log.error("%s %s", error, error.advice)
        if services.config.place == "twin":
            raise


async def _watch(services: Services) -> None:
    while True:
        await asyncio.sleep(WATCHDOG_EVERY_S)
        await run_in_threadpool(_guarded, "watchdog", services.watchdog.tick)
        await run_in_threadpool(_guarded, "twin", services.twin.revive)


async def _keep(services: Services) -> None:
    """What may take a while must not hold up the watchdog."""
    while True:
        await asyncio.sleep(KEEPING_EVERY_S)
        await run_in_threadpool(_guarded, "recordings", services.recordings.settle_due)
        await run_in_threadpool(_guarded, "keeping", services.retention.tick)


def _guarded(what: str, work: Any) -> None:
    """The watchdog must outlive a database or an Agora that is away for a while."""
    try:
        work()
    except GreenroomError as error:
        log.warning("%s: %s", what, error)


def _send_without_delay() -> None:
    """Set TCP_NODELAY on the listening socket, which accepted ones inherit.

    ``streamlit run`` makes that socket itself and leaves Nagle's algorithm on: every answer then waits 40 ms for the
    browser's delayed acknowledgement. The socket is not handed to us, so it is looked up among the live objects.
    """
    for thing in gc.get_objects():
        if isinstance(thing, socket.socket):
            with contextlib.suppress(OSError):
                if thing.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
