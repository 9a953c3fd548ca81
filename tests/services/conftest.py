"""The services over real parts: a real twin in its own process, a real database file, a clock that can be moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from greenroom.agora.auth import TokenAuth
from greenroom.agora.client import AgoraClient
from greenroom.clock import Clock
from greenroom.config import Config, read
from greenroom.model.session import Session, SessionId
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.backend_contract import BackendContract
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.capabilities import SessionCapabilities
from greenroom.services.calls.guest_join import GuestJoin
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
from greenroom.store.recordings import RecordingStore
from greenroom.store.retention import RetentionStore
from greenroom.store.reviews import ReviewStore
from greenroom.store.search import SessionSearch
from greenroom.store.session_imports import SessionImports
from greenroom.store.sessions import SessionStore
from greenroom.store.trends import TrendStore
from greenroom.store.vault import Vault
from tests.conftest import APP_ID, CERTIFICATE
from tests.databases import backend, ground, migrated_template, postgres, pytest_generate_tests  # noqa: F401 - fixtures

WEBHOOK_SECRET = "of-the-notifications"


class MovableClock(Clock):
    """The real time plus what a test adds."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead_s)

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


@dataclass
class Desk:
    """One installation of the dashboard without its pages."""

    config: Config
    clock: MovableClock
    agents: AgentService
    calls: Calls
    guard: Watchdog
    records: SessionRecords
    sessions: SessionStore
    agora: AgoraClient
    credentials: Credentials
    notifications: Notifications
    visits: GuestJoin
    judging: ReviewService
    trends: TrendService
    recordings: RecordingService
    running: RunningAgentsService
    contract: BackendContract
    portable: SessionTransfer
    keeping: DataRetention
    told: list[tuple[str, str]] = field(default_factory=list)

    def launch(self) -> SessionId:
        return self.calls.launch(self.agents.list()[0].id).session_id

    def run(self) -> SessionId:
        session_id = self.launch()
        self.calls.start_agent(session_id)
        return session_id

    def session(self, session_id: SessionId) -> Session:
        return self.sessions.get(session_id)

    def agent_status(self, session_id: SessionId) -> str:
        """What the twin says of the session's agent."""
        session = self.session(session_id)
        return self.agora.get(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid).status


@pytest.fixture(scope="session")
def twin() -> Iterator[TwinProcess]:
    """The twin, started as the app starts it."""
    process = TwinProcess(replace(read({"GREENROOM_TWIN_BRAIN": "scripted"}), app_id=APP_ID, app_certificate=CERTIFICATE))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def desk(twin: TwinProcess, tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(twin.url, tmp_path)
    yield made
    for session in made.sessions.unfinished():
        made.calls.end(session.id, "stopped")


def make_desk(
    twin_url: str,
    data_dir: Path,
    *,
    owner: str = "here",
    transport: Callable[[httpx.BaseTransport], httpx.BaseTransport] = lambda t: t,
    environ: Mapping[str, str] | None = None,
    **options: Any,
) -> Desk:
    options_of = {"GREENROOM_DATA_DIR": str(data_dir), "GREENROOM_TWIN_URL": twin_url, "AGORA_WEBHOOK_SECRET": WEBHOOK_SECRET}
    if url := ground.url(data_dir):
        options_of["GREENROOM_DATABASE_URL"] = url
    config = replace(read(options_of), **{"app_id": APP_ID, "app_certificate": CERTIFICATE, **options})
    clock = MovableClock()
    database = ground.open(config.database_url)
    database.migrate()
    store, sessions = AgentStore(database, clock), SessionStore(database, clock)
    auth = TokenAuth(config.app_id, config.app_certificate)
    agora = AgoraClient(twin_url, config.app_id, auth, timeout=5.0, transport=transport(httpx.HTTPTransport()))
    # Nobody's own keys: those of the machine the tests run on must not matter.
    credentials = Credentials(Vault(data_dir), environ or {}, ())
    agents = AgentService(store, credentials.names_set if config.place == "cloud" else None)
    office = TokenService(config, SessionCapabilities(data_dir / "key"), lambda: 1)
    calls = Calls(config, clock, agents, sessions, lambda: agora, office, owner, credentials.values)
    guard = Watchdog(config, clock, calls, sessions, lambda: agora, owner)
    notifications = Notifications(config.webhook_secret, clock, calls, sessions, office, lambda: agora)
    records = SessionRecords(sessions, store, SessionSearch(database))
    trends = TrendService(TrendStore(database), clock)
    judging = ReviewService(ReviewStore(database), clock)
    recordings = RecordingService(data_dir / "recordings", RecordingStore(database), sessions.get, office.capabilities, clock)
    desk = Desk(
        config,
        clock,
        agents,
        calls,
        guard,
        records,
        sessions,
        agora,
        credentials,
        notifications,
        GuestJoin(config, clock, office),
        judging,
        trends,
        recordings,
        RunningAgentsService(config, clock, calls, sessions, lambda: agora),
        BackendContract(config, clock, agents, lambda: agora, office, calls.allowance, credentials.values),
        SessionTransfer(records, judging, recordings, SessionImports(database, clock)),
        DataRetention(config, clock, RetentionStore(database), recordings),
    )
    calls.tell = lambda session_id, kind, fields: desk.told.append((session_id, kind))
    return desk
