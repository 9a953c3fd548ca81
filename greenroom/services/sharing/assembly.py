"""Puts the services of sharing together, with one key for both sides of a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from greenroom.services.agents.agent_service import AgentService
from greenroom.services.agents.voice_preview import VoicePreview
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.capabilities import GuestLinkKeys
from greenroom.services.calls.token_service import TokenService
from greenroom.services.operations.alerts import Alerts
from greenroom.services.service_base import ServiceBase
from greenroom.services.sessions.reviews import ReviewService
from greenroom.services.sharing.admission import GuestAdmission
from greenroom.services.sharing.comparison_results import ComparisonResults
from greenroom.services.sharing.comparisons import BlindComparisons
from greenroom.services.sharing.guest_links import GuestLinks
from greenroom.services.sharing.guest_visits import GuestVisits
from greenroom.services.sharing.request_limits import RequestLimits
from greenroom.services.sharing.watching import WatchLinks
from greenroom.store.alert_deliveries import AlertDeliveryStore
from greenroom.store.ballots import BallotStore
from greenroom.store.guest_links import GuestLinkStore
from greenroom.store.request_counts import RequestCounts
from greenroom.store.vault import Vault
from greenroom.store.watch_links import WatchLinkStore

#: Draws the face of an agent with these settings as a data URI; None = no face.
DrawFace = Callable[[Mapping[str, Any]], str | None]


def no_face(settings: Mapping[str, Any]) -> str | None:
    """Where nothing is drawn."""
    return None


@dataclass(frozen=True, slots=True)
class SharingServices:
    """All services of sharing."""

    guest_links: GuestLinks
    guest_visits: GuestVisits
    comparisons: BlindComparisons
    comparison_results: ComparisonResults
    request_limits: RequestLimits
    watch_links: WatchLinks
    alerts: Alerts


class SharingBase(ServiceBase, Protocol):
    """Adds the guest links, which launches and sharing count on together."""

    @property
    def guest_links(self) -> GuestLinkStore: ...


def sharing_services(
    base: SharingBase,
    *,
    agents: AgentService,
    calls: Calls,
    reviews: ReviewService,
    voices: VoicePreview,
    tokens: TokenService,
    picture: DrawFace,
    owner: str,
) -> SharingServices:
    """``owner`` is the process that watches what is launched here, "" = any."""
    config, clock, database, sessions, store = base.config, base.clock, base.database, base.sessions, base.guest_links
    keys = GuestLinkKeys(config.data_dir / "capability.key")
    admission, ballots = GuestAdmission(clock, store, keys), BallotStore(database)
    visits = GuestVisits(clock=clock, agents=agents, calls=calls, reviews=reviews, admission=admission, picture=picture)
    return SharingServices(
        guest_links=GuestLinks(
            config=config, clock=clock, agents=agents, calls=calls, sessions=sessions, store=store, keys=keys, owner=owner
        ),
        guest_visits=visits,
        comparisons=BlindComparisons(
            clock=clock,
            admission=admission,
            visits=visits,
            ballots=ballots,
            voices=voices,
            version=agents.versions.get,
            on_cloud=config.on_cloud,
        ),
        comparison_results=ComparisonResults(clock, store, ballots, lambda version_id: agents.versions.get(version_id).settings),
        request_limits=RequestLimits(clock, RequestCounts(database)),
        watch_links=WatchLinks(
            config=config,
            clock=clock,
            sessions=sessions,
            reviews=reviews,
            tokens=tokens,
            store=WatchLinkStore(database),
            keys=keys,
        ),
        alerts=Alerts(clock, Vault(config.data_dir / "alerts"), AlertDeliveryStore(database), lambda: _caps(base, calls)),
    )


def _caps(base: SharingBase, calls: Calls) -> tuple[str, list[tuple[str, str, str]]]:
    """What is used up: of today, and of each active link."""
    live, now = base.sessions.unfinished(), base.clock.now()
    active = [link for link in base.guest_links.list() if link.state(now) == "active"]
    return calls.limits.spent(live), [(link.id, link.name, calls.limits.guests.used_up(link, live)) for link in active]
