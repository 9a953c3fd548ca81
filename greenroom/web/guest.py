"""The guest page and its requests: each is a POST with the link's key in the body, not in the URL."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.http_security.content_policy import content_policy
from greenroom.model.guest_link import GuestFeedback, GuestLinkId, GuestTicket
from greenroom.model.session import SessionId
from greenroom.services import Services
from greenroom.services.sharing import BlindComparisons
from greenroom.web.guest_throttle import NEW_VOTERS, GuestThrottle
from greenroom.web.link_requests import LinkAction, LinkRequest, link_endpoint

PATH = "/g/{link_id}"


def guest_routes(services: Services, page: str) -> list[BaseRoute]:
    """``GET /g/{link_id}`` and ``POST /api/guest/{link_id}/…``: welcome, words, launch, resume, feedback, and those of blind
    comparisons: ballot, sample, vote."""
    visits, links, throttle = services.guest_visits, services.guest_links, GuestThrottle(services.request_limits)
    comparisons = services.comparisons

    async def show(request: Request) -> Response:
        framed_by = await run_in_threadpool(links.embed_origins, GuestLinkId(request.path_params["link_id"]))
        policy = content_policy(page, cloud=services.config.on_cloud, framed_by=framed_by)
        # The URL belongs to a key: keep it out of caches, search engines and referrers.
        headers = {"content-security-policy": policy, "cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}
        return HTMLResponse(page, headers={**headers, "referrer-policy": "no-referrer"}, status_code=200 if page else 404)

    def launch(link_id: GuestLinkId, ask: LinkRequest, client: str) -> dict[str, Any]:
        if ask.ballot:
            return _sent(comparisons.launch(link_id, ask.key, ask.password, ask.consent, ask.ballot, ask.side))
        return _sent(visits.launch(link_id, ask.key, ask.password, ask.consent))

    def resume(link_id: GuestLinkId, ask: LinkRequest, client: str) -> dict[str, Any]:
        return _sent(visits.resume(link_id, ask.key, SessionId(ask.session_id), ask.capability))

    def feedback(link_id: GuestLinkId, ask: LinkRequest, client: str) -> dict[str, Any]:
        given = GuestFeedback("up" if ask.thumb == "up" else "down" if ask.thumb == "down" else None, ask.stars, ask.comment)
        visits.rate(link_id, ask.key, SessionId(ask.session_id), ask.capability, given)
        return {}

    def welcome(link_id: GuestLinkId, ask: LinkRequest, client: str) -> dict[str, Any]:
        return asdict(visits.welcome(link_id, ask.key, ask.password))

    def words(link_id: GuestLinkId, ask: LinkRequest, client: str) -> dict[str, Any]:
        return asdict(visits.page_words(link_id, ask.key))

    def route(name: str, act: LinkAction) -> Route:
        return Route(f"/api/guest/{{link_id}}/{name}", link_endpoint(act, throttle, name == "launch"), methods=["POST"])

    asked = {"welcome": welcome, "words": words, "launch": launch, "resume": resume, "feedback": feedback}
    asked |= _blind(comparisons, throttle)
    return [Route(PATH, show), *(route(name, act) for name, act in asked.items())]


def _blind(comparisons: BlindComparisons, throttle: GuestThrottle) -> dict[str, LinkAction]:
    """The requests of blind comparisons."""

    def ballot(link_id: GuestLinkId, ask: LinkRequest, client: str) -> dict[str, Any]:
        def admit() -> None:
            throttle.take(NEW_VOTERS, client, link_id)

        return asdict(comparisons.open(link_id, ask.key, ask.password, ask.voter, admit, client))

    def sample(link_id: GuestLinkId, ask: LinkRequest, client: str) -> bytes:
        return comparisons.sample(link_id, ask.key, ask.password, ask.ballot, ask.side)

    def vote(link_id: GuestLinkId, ask: LinkRequest, client: str) -> dict[str, Any]:
        return asdict(comparisons.vote(link_id, ask.key, ask.password, ask.ballot, ask.choice, ask.why))

    return {"ballot": ballot, "sample": sample, "vote": vote}


def _sent(ticket: GuestTicket) -> dict[str, Any]:
    return {"ticket": asdict(ticket.ticket), "record": ticket.record}
