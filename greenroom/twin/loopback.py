"""Restricts the twin's own endpoints to programs on this machine and to pages that this machine serves."""

from __future__ import annotations

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from greenroom.http_security.allowed_hosts import AllowedHosts, origin_of
from greenroom.twin.rest import Endpoint, InvalidPermission

_HERE = AllowedHosts()


def local(endpoint: Endpoint) -> Endpoint:
    """For programs on this machine: hosts elsewhere and pages of other origins get InvalidPermission (403)."""

    async def guarded(request: Request) -> Response:
        if (why := foreign(request)) is not None:
            raise InvalidPermission(why)
        return await endpoint(request)

    return guarded


def foreign(connection: HTTPConnection) -> str | None:
    """Why this request or WebSocket is refused; None for one of this machine."""
    if connection.client is None:
        return "Only for this machine."
    host = connection.headers.get("host", "")
    return _HERE.host_refusal(connection.client.host, host) or _HERE.origin_refusal(origin_of(connection.headers), host) or None
