"""The page on which a running call is watched, and its requests: each is a POST with the link's key in the body."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.http_security.content_policy import content_policy
from greenroom.model.watching import WatchLinkId
from greenroom.services import Services
from greenroom.web.guest_throttle import GuestThrottle
from greenroom.web.link_requests import LinkAction, LinkRequest, link_endpoint


def watch_routes(services: Services, page: str) -> list[BaseRoute]:
    """``GET /w/{link_id}`` and ``POST /api/watch/{link_id}/…``: enter, look, note."""
    watching, throttle = services.watch_links, GuestThrottle(services.request_limits)

    async def show(request: Request) -> Response:
        policy = content_policy(page, cloud=services.config.on_cloud)
        headers = {"content-security-policy": policy, "cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}
        return HTMLResponse(page, headers={**headers, "referrer-policy": "no-referrer"}, status_code=200 if page else 404)

    def enter(link_id: str, ask: LinkRequest, client: str) -> dict[str, Any]:
        return asdict(watching.enter(WatchLinkId(link_id), ask.key))

    def look(link_id: str, ask: LinkRequest, client: str) -> dict[str, Any]:
        return asdict(watching.look(WatchLinkId(link_id), ask.key))

    def note(link_id: str, ask: LinkRequest, client: str) -> dict[str, Any]:
        return asdict(watching.note(WatchLinkId(link_id), ask.key, ask.text, ask.author))

    asked = {"enter": enter, "look": look, "note": note}

    def route(name: str, act: LinkAction) -> Route:
        return Route(f"/api/watch/{{link_id}}/{name}", link_endpoint(act, throttle), methods=["POST"])

    return [Route("/w/{link_id}", show), *(route(name, act) for name, act in asked.items())]
