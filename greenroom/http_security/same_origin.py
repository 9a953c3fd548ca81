"""The same-origin check for routes; programs without an Origin header are allowed."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from greenroom.errors import NotAllowed
from greenroom.http_security.allowed_hosts import AllowedHosts, origin_of

_HERE = AllowedHosts()


def require_same_origin(connection: HTTPConnection) -> None:
    """Raise NotAllowed when a browser says that another site's page is calling.

    :class:`HostGuard` checks the same for every route; this one holds wherever a route is mounted without it.
    """
    headers = connection.headers
    if _HERE.origin_refusal(origin_of(headers), headers.get("host", "")):
        raise NotAllowed("Requests from other sites aren't accepted.")
