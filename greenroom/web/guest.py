"""The guest page and its requests: each is a POST with the link's key in the body, not in the URL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom import outside_json
from greenroom.errors import GreenroomError, NotAllowed
from greenroom.http_security.content_policy import content_policy
from greenroom.http_security.same_origin import require_same_origin
from greenroom.model.guest_link import GuestFeedback, GuestLinkId, GuestTicket
from greenroom.model.session import SessionId
from greenroom.outside_json import NotJson, Shape, UnreadableJson
from greenroom.security_log import record
from greenroom.services import Services
from greenroom.services.sharing import BlindComparisons, PasswordNeeded
from greenroom.web.guest_throttle import (
    LAUNCHES,
    REQUESTS,
    WRONG_KEYS,
    WRONG_PASSWORDS,
    WRONG_PASSWORDS_OF_ALL,
    GuestThrottle,
)
from greenroom.web.messages import InvalidMessage
from greenroom.web.refusals import refusal, small_body

BODY_MAX_BYTES = 16 * 1024
PATH = "/g/{link_id}"


class GuestAsk(Shape, frozen=True):
    """A request's body; each route reads what it needs."""

    key: str = ""
    password: str = ""
    consent: bool = False
    session_id: str = ""
    capability: str = ""
    thumb: str | None = None
    stars: int | None = None
    comment: str = ""
    voter: str = ""
    ballot: str = ""
    side: str = ""
    choice: str = ""
    why: str = ""


Act = Callable[[GuestLinkId, GuestAsk], Any]


def guest_routes(services: Services, page: str) -> list[BaseRoute]:
    """``GET /g/{link_id}`` and ``POST /api/guest/{link_id}/…``: welcome, launch, resume, feedback, and those of blind
    comparisons: ballot, sample, vote."""
    visits, links, throttle = services.guest_visits, services.guest_links, GuestThrottle(services.request_limits)
    comparisons = services.comparisons

    async def show(request: Request) -> Response:
        framed_by = await run_in_threadpool(links.embed_origins, GuestLinkId(request.path_params["link_id"]))
        policy = content_policy(page, cloud=services.config.on_cloud, framed_by=framed_by)
        # The URL belongs to a key: keep it out of caches, search engines and referrers.
        headers = {"content-security-policy": policy, "cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}
        return HTMLResponse(page, headers={**headers, "referrer-policy": "no-referrer"}, status_code=200 if page else 404)

    def launch(link_id: GuestLinkId, ask: GuestAsk) -> dict[str, Any]:
        if ask.ballot:
            return _sent(comparisons.launch(link_id, ask.key, ask.password, ask.consent, ask.ballot, ask.side))
        return _sent(visits.launch(link_id, ask.key, ask.password, ask.consent))

    def resume(link_id: GuestLinkId, ask: GuestAsk) -> dict[str, Any]:
        return _sent(visits.resume(link_id, ask.key, SessionId(ask.session_id), ask.capability))

    def feedback(link_id: GuestLinkId, ask: GuestAsk) -> dict[str, Any]:
        said = GuestFeedback("up" if ask.thumb == "up" else "down" if ask.thumb == "down" else None, ask.stars, ask.comment)
        visits.rate(link_id, ask.key, SessionId(ask.session_id), ask.capability, said)
        return {}

    def welcome(link_id: GuestLinkId, ask: GuestAsk) -> dict[str, Any]:
        return asdict(visits.welcome(link_id, ask.key, ask.password))

    def route(name: str, act: Act) -> Route:
        return Route(f"/api/guest/{{link_id}}/{name}", _answer(act, throttle, name == "launch"), methods=["POST"])

    asked = {"welcome": welcome, "launch": launch, "resume": resume, "feedback": feedback, **_blind(comparisons)}
    return [Route(PATH, show), *(route(name, act) for name, act in asked.items())]


def _blind(comparisons: BlindComparisons) -> dict[str, Act]:
    """The requests of blind comparisons."""

    def ballot(link_id: GuestLinkId, ask: GuestAsk) -> dict[str, Any]:
        return asdict(comparisons.open(link_id, ask.key, ask.password, ask.voter))

    def sample(link_id: GuestLinkId, ask: GuestAsk) -> bytes:
        return comparisons.sample(link_id, ask.key, ask.password, ask.ballot, ask.side)

    def vote(link_id: GuestLinkId, ask: GuestAsk) -> dict[str, Any]:
        return asdict(comparisons.vote(link_id, ask.key, ask.password, ask.ballot, ask.choice, ask.why))

    return {"ballot": ballot, "sample": sample, "vote": vote}


def _answer(act: Act, throttle: GuestThrottle, launches: bool) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        link_id, client = GuestLinkId(request.path_params["link_id"]), request.client.host if request.client else "local"
        try:
            require_same_origin(request)
            await run_in_threadpool(_count, throttle, client, link_id, launches)
            ask = _read(await small_body(request, BODY_MAX_BYTES))
            found = await run_in_threadpool(act, link_id, ask)
            return Response(found, media_type="audio/wav") if isinstance(found, bytes) else JSONResponse(found)
        except PasswordNeeded as error:
            if ask.password:
                record("guest_password_wrong", link=link_id, client=client)
                await run_in_threadpool(throttle.note, WRONG_PASSWORDS, client, link_id)
                await run_in_threadpool(throttle.note, WRONG_PASSWORDS_OF_ALL, link_id)
            return JSONResponse({"error": str(error), "advice": error.advice, "password": True}, status_code=403)
        except NotAllowed as error:
            record("guest_refused", link=link_id, client=client, why=str(error))
            await run_in_threadpool(throttle.note, WRONG_KEYS, client)
            return refusal(error)
        except GreenroomError as error:
            return refusal(error)

    return answer


def _count(throttle: GuestThrottle, client: str, link_id: GuestLinkId, launches: bool) -> None:
    """Count a request. Raises TooManyRequests."""
    throttle.take(REQUESTS, client)
    throttle.require(WRONG_KEYS, client)
    throttle.require(WRONG_PASSWORDS, client, link_id)
    throttle.require(WRONG_PASSWORDS_OF_ALL, link_id)
    if launches:
        throttle.take(LAUNCHES, client)


def _read(raw: bytes) -> GuestAsk:
    try:
        return outside_json.fit(outside_json.read(raw, dict[str, Any]), GuestAsk)
    except NotJson:
        raise InvalidMessage("The body isn't valid JSON.") from None
    except UnreadableJson as error:
        raise InvalidMessage(f"Invalid request: {error}.") from None


def _sent(ticket: GuestTicket) -> dict[str, Any]:
    return {"ticket": asdict(ticket.ticket), "record": ticket.record}
