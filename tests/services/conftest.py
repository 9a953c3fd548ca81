"""The services over real parts: a real twin in its own process, a real database file, a clock that can be moved."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from greenroom.agora.client import AgoraClient
from greenroom.clock import Clock
from greenroom.composition import Foundations, build_services, lay_foundations
from greenroom.config import Config, read
from greenroom.errors import StoreUnavailable
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import Session, SessionId
from greenroom.services import Services
from greenroom.services.operations import Credentials, TwinProcess
from greenroom.services.rehearsals import OfflineBeside
from greenroom.store.sessions import SessionStore
from greenroom.store.vault import Vault
from greenroom.web.stages import Stages
from tests.conftest import APP_ID, CERTIFICATE
from tests.databases import backend, ground, migrated_template, postgres, pytest_generate_tests  # noqa: F401 - fixtures

WEBHOOK_SECRET = "of-the-notifications"


class MovableClock(Clock):
    """The real time plus what a test adds; :meth:`hold` stops it, for what must happen within a moment."""

    def __init__(self) -> None:
        self._held: datetime | None = None
        self.ahead_s = 0.0
        #: A jump of the wall clock alone: summer time, a correction, somebody's hand.
        self.wall_jump_s = 0.0

    def now(self) -> datetime:
        return (self._held or super().now()) + timedelta(seconds=self.ahead_s + self.wall_jump_s)

    def hold(self) -> None:
        """From now on time passes only where the test adds some."""
        self._held = super().now()

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


@dataclass
class Harness:
    """One process of the dashboard without its pages, put together as the product is; short names for its services."""

    base: Foundations
    services: Services
    stages: Stages
    told: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        services = self.services
        self.config: Config = services.config
        self.clock: MovableClock = self.base.clock  # type: ignore[assignment]
        self.sessions: SessionStore = self.base.sessions
        self.agents, self.calls, self.guard = services.agents, services.calls, services.watchdog
        self.records, self.credentials, self.notifications = services.records, services.credentials, services.notifications
        self.guest_join, self.reviews, self.trends = services.guest_join, services.reviews, services.trends
        self.recordings, self.running, self.external = services.recordings, services.running, services.external
        self.transfers, self.retention = services.transfers, services.retention
        self.keys, self.texts = services.keys, services.texts

    @property
    def agora(self) -> AgoraClient:
        return self.base.agora()

    def launch(self) -> SessionId:
        return self.calls.launch(LaunchRequest(self.agents.list()[0].id)).session_id

    def run(self) -> SessionId:
        session_id = self.launch()
        self.calls.start_agent(session_id)
        return session_id

    def kill(self) -> None:
        """As SIGKILL leaves it: the system takes the lock back, and nothing else happens."""
        self.base.process.abandon()

    def session(self, session_id: SessionId) -> Session:
        return self.sessions.get(session_id)

    def agent_status(self, session_id: SessionId) -> str:
        """What the twin says of the session's agent."""
        session = self.session(session_id)
        return self.agora.get(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid).status


def _pause(seconds: float) -> None:
    """Before a request is sent again: how long, is proved in tests/agora; here the tests would only wait."""
    time.sleep(seconds / 20)


@pytest.fixture(scope="session")
def twin() -> Iterator[TwinProcess]:
    """The twin, started as the app starts it."""
    process = TwinProcess(replace(read({"GREENROOM_TWIN_BRAIN": "scripted"}), app_id=APP_ID, app_certificate=CERTIFICATE))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def harness(twin: TwinProcess, tmp_path: Path) -> Iterator[Harness]:
    made = make_harness(twin.url, tmp_path)
    yield made
    with contextlib.suppress(StoreUnavailable):  # a test may have closed the database
        for session in made.sessions.unfinished():
            made.calls.end(session.id, "stopped")


def make_harness(
    twin_url: str,
    data_dir: Path,
    *,
    transport: Callable[[httpx.BaseTransport], httpx.BaseTransport] = lambda t: t,
    environ: Mapping[str, str] | None = None,
    beside: OfflineBeside | None = None,
    **options: Any,
) -> Harness:
    """A started process; several on one folder are several processes of one installation."""
    options_of = {"GREENROOM_DATA_DIR": str(data_dir), "GREENROOM_TWIN_URL": twin_url, "AGORA_WEBHOOK_SECRET": WEBHOOK_SECRET}
    if url := ground.url(data_dir):
        options_of["GREENROOM_DATABASE_URL"] = url
    project = {"app_id": APP_ID, "app_certificate": CERTIFICATE}
    config = replace(read(options_of), **{**project, "rest_base_url": twin_url, **options})
    data_dir.mkdir(parents=True, exist_ok=True)
    database = ground.open(config.database_url)
    database.migrate()

    real = httpx.HTTPTransport()
    ground.at_the_end(real.close)
    wire = transport(real)

    def client(*arguments: Any) -> AgoraClient:
        made = AgoraClient(*arguments, timeout=5.0, transport=wire, pause=_pause)
        ground.at_the_end(made.close)
        return made

    # Nobody's own keys: those of the machine the tests run on must not matter.
    credentials = Credentials(Vault(data_dir), environ or {}, ())
    base = lay_foundations(config, MovableClock(), database, credentials, client)
    stages, told = Stages(), []

    def tell(session_id: SessionId, kind: str, fields: Mapping[str, Any]) -> None:
        told.append((session_id, kind))
        stages.tell(session_id, kind, fields)

    base.process.start()
    ground.at_the_end(base.process.abandon)
    return Harness(base, build_services(base, tell, owner=base.process.id, beside=beside), stages, told)
