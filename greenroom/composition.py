"""Wires the application together: Config → foundations → services → routes. Tests use the same functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from greenroom import config as configuration
from greenroom import security_log
from greenroom.agora.client import AgoraClient
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.http_security.allowed_hosts import AllowedHosts
from greenroom.http_security.client_origins import ClientOrigins
from greenroom.http_security.content_policy import content_policy
from greenroom.http_security.host_guard import HostGuard
from greenroom.http_security.security_headers import SecurityHeaders
from greenroom.http_security.slow_requests import SlowBodies
from greenroom.http_security.socket_limits import ControlFrames, SocketLimits
from greenroom.lifespan import lifespan
from greenroom.redaction import SECRETS, no_core_files, redact_logs
from greenroom.services import Services, install
from greenroom.services.agents.assembly import agent_service
from greenroom.services.agents.draft_texts import DraftTexts
from greenroom.services.agents.tool_service import ToolService
from greenroom.services.agents.voice_preview import VoicePreview
from greenroom.services.calls.assembly import external_calls, live_calls
from greenroom.services.calls.call_closing import Notify
from greenroom.services.calls.capabilities import DraftCapabilities, SessionCapabilities
from greenroom.services.calls.client_keys import ClientKeys
from greenroom.services.calls.guest_join import GuestJoin
from greenroom.services.calls.token_service import TokenService
from greenroom.services.operations.agora_clients import AgoraClients
from greenroom.services.operations.credentials import Credentials
from greenroom.services.operations.installation import installation_id
from greenroom.services.operations.key_broker import KeyBroker
from greenroom.services.operations.offline_brains import OfflineBrains
from greenroom.services.operations.process_lease import ProcessLease
from greenroom.services.operations.retention import DataRetention
from greenroom.services.operations.running_agents import RunningAgentsService
from greenroom.services.operations.twin_process import TwinProcess
from greenroom.services.rehearsals.assembly import rehearsal_service
from greenroom.services.rehearsals.offline_beside import OfflineBeside, RunServices
from greenroom.services.sessions.recordings import RecordingService
from greenroom.services.sessions.records import SessionRecords
from greenroom.services.sessions.reviews import ReviewService
from greenroom.services.sessions.session_transfer import SessionTransfer
from greenroom.services.sessions.trends import TrendService
from greenroom.services.sharing.assembly import DrawFace, no_face, sharing_services
from greenroom.services.team.assembly import team_services
from greenroom.store.agents import AgentStore
from greenroom.store.brain_choices import BrainChoiceStore
from greenroom.store.database import Database
from greenroom.store.guest_links import GuestLinkStore
from greenroom.store.key_consents import KeyConsents
from greenroom.store.offline_project import offline_project
from greenroom.store.processes import ProcessStore
from greenroom.store.recordings import RecordingStore
from greenroom.store.retention import RetentionStore
from greenroom.store.reviews import ReviewStore
from greenroom.store.search import SessionSearch
from greenroom.store.session_imports import SessionImports
from greenroom.store.sessions import SessionStore
from greenroom.store.tool_hosts import ToolHostStore
from greenroom.store.trends import TrendStore
from greenroom.store.vault import Vault
from greenroom.web.contract import CLIENT_PATHS
from greenroom.web.route_access import ReadAccount, no_account
from greenroom.web.routes import routes
from greenroom.web.stages import Stages


@dataclass(frozen=True, slots=True)
class Application:
    """What ``st.App`` needs from us."""

    services: Services
    routes: list[BaseRoute]
    middleware: list[Middleware]
    lifespan: Any


@dataclass(frozen=True, slots=True)
class Foundations:
    """What all services are built on."""

    config: Config
    clock: Clock
    database: Database
    agents: AgentStore
    sessions: SessionStore
    guest_links: GuestLinkStore
    credentials: Credentials
    keys: KeyBroker
    twin: TwinProcess
    brains: OfflineBrains
    agora: AgoraClients
    process: ProcessLease
    tools: ToolService


def compose(
    config: Config | None = None,
    *,
    bind_address: str = "localhost",
    page_html: str = "",
    guest_html: str = "",
    watch_html: str = "",
    picture: DrawFace = no_face,
    account: ReadAccount = no_account,
    offline_services: RunServices | None = None,
) -> Application:
    """Build everything; nothing is started before the lifespan begins. Raises BadConfig for an unusable option.

    ``bind_address`` is where the server listens ("" = everywhere), ``page_html`` the page that all pages start from,
    ``guest_html`` the page of guests, ``watch_html`` of those who watch a call, ``picture`` draws the face of an offline agent
    for guests, ``account`` reads who is signed in out of a request. ``offline_services`` runs others on the twin until its block
    ends: an installation with an Agora project runs its tests on them.
    """
    config = config or configuration.read()
    configuration.require_loopback(bind_address, config.public_url)
    config = with_project(config)
    security_log.write_to(config.data_dir)
    clock, stages = Clock(), Stages()
    database = Database(config.database_url)
    base = lay_foundations(config, clock, database, known_secrets(config))
    services = build_services(
        base,
        stages.tell,
        owner=base.process.id,
        picture=picture if config.on_twin else no_face,
        beside=OfflineBeside(offline_services) if offline_services is not None and config.on_cloud else None,
    )
    install(services)
    return Application(
        services=services,
        routes=routes(services, stages, clock, guest_html, account, watch_html),
        middleware=[
            Middleware(SlowBodies),
            Middleware(ControlFrames),
            Middleware(SocketLimits),
            Middleware(SecurityHeaders, content_policy(page_html, cloud=config.on_cloud), config.public_url),
            Middleware(ClientOrigins, config.cors_origins, CLIENT_PATHS),
            Middleware(
                HostGuard,
                AllowedHosts(config.public_url),
                AllowedHosts(config.public_url, origins=config.cors_origins),
                CLIENT_PATHS,
            ),
        ],
        lifespan=lambda app: lifespan(services, base.process, database, base.agora),
    )


def services_alone(config: Config) -> Services:
    """The services without pages, routes or background work, for one AWS Lambda function."""
    config = with_project(config)
    security_log.write_to(config.data_dir)
    database = Database(config.database_url)
    database.migrate()
    base = lay_foundations(config, Clock(), database, known_secrets(config))
    return build_services(base, lambda session_id, kind, fields: None, owner="")


def lay_foundations(
    config: Config,
    clock: Clock,
    database: Database,
    credentials: Credentials,
    client: Callable[..., AgoraClient] = AgoraClient,
    *,
    quiet_twin: bool = False,
) -> Foundations:
    """``client`` makes a client from an address, an App ID and a way to sign in. ``quiet_twin``: it logs warnings and errors."""
    twin = TwinProcess(config, quiet=quiet_twin)
    installation = installation_id(config.data_dir, clock)
    keys = KeyBroker(credentials.values, KeyConsents(config.data_dir), clock)
    return Foundations(
        config=config,
        clock=clock,
        database=database,
        agents=AgentStore(database, clock),
        sessions=SessionStore(database, clock),
        guest_links=GuestLinkStore(database),
        credentials=credentials,
        keys=keys,
        twin=twin,
        brains=OfflineBrains(config, BrainChoiceStore(config.data_dir), keys, twin),
        agora=AgoraClients(config, twin, client),
        process=ProcessLease(config, clock, ProcessStore(database, clock), installation),
        tools=ToolService(twin, keys.release, ToolHostStore(database, clock), clock),
    )


def build_services(
    base: Foundations, tell: Notify, owner: str, picture: DrawFace = no_face, beside: OfflineBeside | None = None
) -> Services:
    """``tell`` reaches the page of a session; ``owner`` is the process that watches what is launched here, "" = any.
    ``picture`` draws an agent's face for guests. ``beside`` runs tests on this computer where agents run at Agora."""
    config, clock, sessions = base.config, base.clock, base.sessions
    agents = agent_service(base)
    tokens = TokenService(config, clock, SessionCapabilities(config.data_dir / "capability.key"), lambda: base.twin.port)
    calls, watchdog, notifications = live_calls(base, agents, tokens, tell, owner)
    records = SessionRecords(sessions, base.agents, SessionSearch(base.database))
    reviews = ReviewService(ReviewStore(base.database), clock)
    voices = VoicePreview(base.twin, base.keys.release_to)
    sharing = sharing_services(
        base, agents=agents, calls=calls, reviews=reviews, voices=voices, tokens=tokens, picture=picture, owner=owner
    )
    folder = config.data_dir / "recordings"
    recordings = RecordingService(folder, RecordingStore(base.database), sessions.get, tokens.capabilities, clock)
    return Services(
        config=config,
        agents=agents,
        calls=calls,
        records=records,
        watchdog=watchdog,
        voices=voices,
        twin=base.twin,
        credentials=base.credentials,
        keys=base.keys,
        notifications=notifications,
        guest_join=GuestJoin(config, clock, tokens),
        reviews=reviews,
        trends=TrendService(TrendStore(base.database), clock),
        recordings=recordings,
        running=RunningAgentsService(config, clock, calls, sessions, base.agora),
        external=external_calls(base, agents, calls, tokens),
        transfers=SessionTransfer(records, reviews, recordings, SessionImports(base.database, clock)),
        retention=DataRetention(config, clock, RetentionStore(base.database), recordings),
        tools=base.tools,
        texts=DraftTexts(agents, DraftCapabilities(config.data_dir / "capability.key")),
        client_keys=ClientKeys((config.data_dir / "capability.key").read_bytes(), clock),
        brains=base.brains,
        **{field.name: getattr(sharing, field.name) for field in fields(sharing)},
        **team_services(base.database, clock, config.keep_audit_days),
        rehearsals=rehearsal_service(base, agents, calls, recordings.adopt, owner, beside),
    )


def with_project(config: Config) -> Config:
    """The config with an Agora project: this installation's offline one if none is set. Creates the data folder, owner-only."""
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if config.app_id:
        return config
    project = offline_project(config.data_dir)
    return replace(config, app_id=project.app_id, app_certificate=project.app_certificate)


def known_secrets(config: Config) -> Credentials:
    """The stored keys. Registers them and the config's secrets, so that no log, response or export shows one."""
    no_core_files()
    redact_logs()
    SECRETS.learn((*config.secrets, unquote(urlsplit(config.database_url).password or "")))
    credentials = Credentials(Vault(config.data_dir))
    credentials.mask_all()
    return credentials
