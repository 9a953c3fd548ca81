"""Middleware that rejects unknown hosts (DNS rebinding) and pages of other sites (CSRF, socket hijacking)."""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from greenroom.http_security.allowed_hosts import AllowedHosts, origin_of
from greenroom.security_log import record

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: RFC 6455: a policy is violated. Before the handshake is answered it reaches the browser as 403.
_POLICY_VIOLATION = 1008


class HostGuard:
    """Pure ASGI. HTTP requests get 403 with a sentence, sockets are closed before they open.

    The host is checked for every request; the origin for every WebSocket and for each method that can change something.
    ``paths_hosts`` apply to ``paths`` instead, whatever the method: the backend for other clients starts agents by GET; pages of
    the studio use the twin's edge, and no page uses its REST API.
    """

    def __init__(
        self, app: ASGIApp, hosts: AllowedHosts, paths_hosts: AllowedHosts | None = None, paths: Collection[str] = ()
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._paths_hosts = paths_hosts or hosts
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        why = self._refusal(HTTPConnection(scope))
        if not why:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # the handshake
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": why})
        else:
            body = {"error": why, "advice": "Open Greenroom at its own address, or set GREENROOM_PUBLIC_URL to this one."}
            await JSONResponse(body, status_code=403)(scope, receive, send)

    def _refusal(self, connection: HTTPConnection) -> str:
        hosts = connection.headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        client = connection.client.host if connection.client else None
        origin = origin_of(connection.headers)
        listed = connection.scope["path"] in self._paths
        rules = self._paths_hosts if listed else self._hosts
        why = rules.host_refusal(client, host)
        if not why and (listed or connection.scope["type"] == "websocket" or connection.scope["method"] not in _SAFE_METHODS):
            why = rules.origin_refusal(origin, host, connection.headers.get("sec-fetch-site"))
        if why:
            record("request_refused", why=why, path=connection.scope["path"], host=host, origin=origin or "", client=client or "")
        return why
