"""Puts the two sides of guest links together, with one key for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.capabilities import GuestLinkKeys
from greenroom.services.sessions.reviews import ReviewService
from greenroom.services.sharing.guest_links import GuestLinks
from greenroom.services.sharing.guest_visits import GuestVisits
from greenroom.store.guest_links import GuestLinkStore
from greenroom.store.sessions import SessionStore

#: Draws the face of an agent with these settings as a data URI; None = no face.
DrawFace = Callable[[Mapping[str, Any]], str | None]


def no_face(settings: Mapping[str, Any]) -> str | None:
    """Where nothing is drawn."""
    return None


def guest_services(
    config: Config,
    clock: Clock,
    agents: AgentService,
    calls: Calls,
    reviews: ReviewService,
    sessions: SessionStore,
    store: GuestLinkStore,
    picture: DrawFace,
    owner: str,
) -> tuple[GuestLinks, GuestVisits]:
    """``owner`` is the process that watches what is launched here, "" = any."""
    keys = GuestLinkKeys(config.data_dir / "capability.key")
    links = GuestLinks(
        config=config, clock=clock, agents=agents, calls=calls, sessions=sessions, store=store, keys=keys, owner=owner
    )
    visits = GuestVisits(clock=clock, agents=agents, calls=calls, reviews=reviews, store=store, keys=keys, picture=picture)
    return links, visits
