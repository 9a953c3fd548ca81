"""The application's use cases, called by pages and routes. Independent of Streamlit and HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from greenroom.access.members import Member, Role
from greenroom.services.guard import GuardedService

if TYPE_CHECKING:
    from greenroom.config import Config
    from greenroom.services.agents.agent_service import AgentService
    from greenroom.services.agents.draft_texts import DraftTexts
    from greenroom.services.agents.tool_service import ToolService
    from greenroom.services.agents.voice_preview import VoicePreview
    from greenroom.services.calls.calls import Calls
    from greenroom.services.calls.client_keys import ClientKeys
    from greenroom.services.calls.external_calls import ExternalCalls
    from greenroom.services.calls.guest_join import GuestJoin
    from greenroom.services.calls.notifications import Notifications
    from greenroom.services.calls.watchdog import Watchdog
    from greenroom.services.operations.alerts import Alerts
    from greenroom.services.operations.credentials import Credentials
    from greenroom.services.operations.key_broker import KeyBroker
    from greenroom.services.operations.offline_brains import OfflineBrains
    from greenroom.services.operations.retention import DataRetention
    from greenroom.services.operations.running_agents import RunningAgentsService
    from greenroom.services.operations.twin_process import TwinProcess
    from greenroom.services.rehearsals.service import RehearsalService
    from greenroom.services.sessions.recordings import RecordingService
    from greenroom.services.sessions.records import SessionRecords
    from greenroom.services.sessions.reviews import ReviewService
    from greenroom.services.sessions.session_transfer import SessionTransfer
    from greenroom.services.sessions.trends import TrendService
    from greenroom.services.sharing.comparison_results import ComparisonResults
    from greenroom.services.sharing.comparisons import BlindComparisons
    from greenroom.services.sharing.guest_links import GuestLinks
    from greenroom.services.sharing.guest_visits import GuestVisits
    from greenroom.services.sharing.request_limits import RequestLimits
    from greenroom.services.sharing.watching import WatchLinks
    from greenroom.services.team.api_keys import ApiKeys
    from greenroom.services.team.audit_log import AuditLog
    from greenroom.services.team.version_comments import VersionComments


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """All services that pages and routes use; composed in ``greenroom.composition``."""

    config: Config
    agents: AgentService
    calls: Calls
    records: SessionRecords
    watchdog: Watchdog
    voices: VoicePreview
    twin: TwinProcess
    credentials: Credentials
    keys: KeyBroker
    notifications: Notifications
    guest_join: GuestJoin
    reviews: ReviewService
    trends: TrendService
    recordings: RecordingService
    running: RunningAgentsService
    external: ExternalCalls
    transfers: SessionTransfer
    retention: DataRetention
    texts: DraftTexts
    brains: OfflineBrains
    guest_links: GuestLinks
    guest_visits: GuestVisits
    comparisons: BlindComparisons
    comparison_results: ComparisonResults
    request_limits: RequestLimits
    watch_links: WatchLinks
    alerts: Alerts
    client_keys: ClientKeys
    rehearsals: RehearsalService
    tools: ToolService
    api_keys: ApiKeys
    audit: AuditLog
    comments: VersionComments


_current: list[Services] = []
_guarded: list[Services] = []
_who: list[Callable[[], Member | None]] = []


def install(services: Services) -> None:
    """Set this process's services. Streamlit runs the drawing script as another module than the composing one."""
    _current[:], _guarded[:] = [services], []


def identify(who: Callable[[], Member | None]) -> None:
    """Set how the member of the present run is found, for a studio with sign-in."""
    _who[:], _guarded[:] = [who], []


def configuration() -> Config:
    """This process's options, before anyone has signed in."""
    return _current[0].config


def member() -> Member | None:
    """Who uses the studio in the present run; None without sign-in, and before it."""
    return _who[0]() if _who and _current and _current[0].config.members.configured else None


def may(role: Role) -> bool:
    """Whether the present visitor has this role; anybody has without sign-in. For what a page offers: services check again."""
    who = member()
    return who.has(role) if who is not None else not _current[0].config.members.configured


def current() -> Services:
    """This process's services, in a studio with sign-in as the signed-in member may use them.

    Raises RuntimeError before :func:`install`.
    """
    if not _current:
        raise RuntimeError("Services aren't set up. Start the studio with `python app.py`.")
    services = _current[0]
    if not services.config.members.configured:
        return services
    if not _guarded:
        _guarded[:] = [_behind_guards(services, _who[0] if _who else lambda: None)]
    return _guarded[0]


def current_for_later() -> Services:
    """The services as the present member may use them, for work that is done after this run, where Streamlit knows nobody:
    a file that is made when it is downloaded."""
    services, who = current(), member()
    return services if who is None else _behind_guards(_current[0], lambda: who)


def _behind_guards(services: Services, who: Callable[[], Member | None]) -> Services:
    names = [field.name for field in fields(services) if field.name != "config"]
    guarded: dict[str, Any] = {name: GuardedService(name, getattr(services, name), who, services.audit.note) for name in names}
    return replace(services, **guarded)
