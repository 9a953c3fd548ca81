"""Streamlit's own addresses that hold members' files or figures: closed to strangers in a studio with sign-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from greenroom.access.members import Members
from greenroom.security_log import record

#: Files of a page (recordings, exports), uploads, visitor counts, and the interface for agents, which is off by default.
CLOSED = ("/media/", "/_stcore/upload_file/", "/_stcore/metrics", "/_stcore/agent/")


class MembersOnly:
    """Pure ASGI; ``account`` reads who is signed in, ``base`` is Streamlit's base path. The page on which to sign in needs none
    of these addresses."""

    def __init__(
        self, app: ASGIApp, members: Members, account: Callable[[HTTPConnection], Mapping[str, Any]], base: str = ""
    ) -> None:
        self._app = app
        self._members = members
        self._account = account
        before = f"/{base.strip('/')}" if base.strip("/") else ""
        self._closed = tuple(before + path for path in CLOSED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        closed = self._members.configured and scope["type"] == "http" and scope["path"].startswith(self._closed)
        if not closed or self._members.signed_in(self._account(HTTPConnection(scope))) is not None:
            await self._app(scope, receive, send)
            return
        record("request_refused", why="not signed in", path=scope["path"])
        body = {"error": "You aren't signed in.", "advice": "Sign in to the studio, then try again."}
        await JSONResponse(body, status_code=403, headers={"connection": "close"})(scope, receive, send)
