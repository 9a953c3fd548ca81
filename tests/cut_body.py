"""A browser that leaves in the middle of what it sends."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import ASGIApp


def cut_post(
    app: ASGIApp, path: str, kind: str = "application/json", query: bytes = b"", headers: dict[str, str] | None = None
) -> int:
    """The status of a POST whose body ends before it is whole. An exception that nobody handles comes out of here."""
    sent: list[dict[str, Any]] = []
    came = iter([{"type": "http.request", "body": b"{", "more_body": True}])
    raw = {"host": "testserver", "content-type": kind, **(headers or {})}

    async def receive() -> dict[str, Any]:
        return next(came, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": query, "scheme": "http"}
    scope |= {"headers": [(name.encode(), value.encode()) for name, value in raw.items()], "client": ("127.0.0.1", 5)}
    scope |= {"server": ("testserver", 80), "http_version": "1.1", "root_path": "", "asgi": {"version": "3.0"}}

    async def post() -> None:
        await app(scope, receive, send)

    asyncio.run(post())
    return sent[0]["status"]
