"""Who may use what the twin has beside Agora's API: programs on this machine, and pages that this machine serves."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from greenroom.twin.rest import Endpoint, InvalidPermission


def local(endpoint: Endpoint) -> Endpoint:
    """Only for programs on this machine: not for other hosts, not for pages of other origins in a browser here."""

    async def guarded(request: Request) -> Response:
        if (why := foreign(request)) is not None:
            raise InvalidPermission(why)
        return await endpoint(request)

    return guarded


def foreign(connection: HTTPConnection) -> str | None:
    """Why this request or WebSocket is refused; None for one of this machine."""
    host = connection.headers.get("host", "")
    origin = connection.headers.get("origin")
    if connection.client is None or not _is_loopback(connection.client.host):
        return "Only for this machine."
    # A foreign page can reach loopback under a name of its own (DNS rebinding): the Host header gives it away.
    if not _is_loopback(_name(f"//{host}")):
        return "Only under a loopback name."
    if origin is not None and origin.partition("://")[2] != host:
        return "Not for pages of another origin."
    return None


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
