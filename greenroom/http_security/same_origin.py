"""Who may call our routes: pages of this very origin, and programs that send no Origin at all."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from greenroom.errors import NotAllowed
from greenroom.http_security.allowed_hosts import AllowedHosts

_HERE = AllowedHosts()


def require_same_origin(connection: HTTPConnection) -> None:
    """Raise NotAllowed when a browser says that another site's page is calling.

    :class:`HostGuard` checks the same for every route; this one holds wherever a route is mounted without it.
    """
    headers = connection.headers
    if _HERE.origin_refusal(headers.get("origin"), headers.get("host", "")):
        raise NotAllowed("Calls from other sites are not accepted.")
