"""Pages of other origins that may call the backend for other clients (CORS): those in GREENROOM_CORS_ORIGINS, by default none."""

from __future__ import annotations

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

#: How long browsers may cache a preflight response.
_PREFLIGHT_S = 600


class ClientOrigins:
    """Pure ASGI. Adds CORS headers for ``paths`` and ``origins`` only. No cookies: clients send a key."""

    def __init__(self, app: ASGIApp, origins: Collection[str], paths: Collection[str]) -> None:
        self._app = app
        self._paths = frozenset(paths) if origins else frozenset()
        self._shared = CORSMiddleware(
            app,
            allow_origins=tuple(origins),
            allow_methods=("GET", "POST"),
            allow_headers=("authorization", "content-type"),
            expose_headers=("retry-after",),
            max_age=_PREFLIGHT_S,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        shared = scope["type"] == "http" and scope["path"] in self._paths
        await (self._shared if shared else self._app)(scope, receive, send)
