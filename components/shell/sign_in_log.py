"""Writes who signed in and out to the security log, at the two requests with which Streamlit does it."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from components.shell.signed_account import account_of
from greenroom.access.members import Members
from greenroom.security_log import record

SIGN_IN, SIGN_OUT = "/oauth2callback", "/auth/logout"


class SignInLog:
    """Pure ASGI. An account without a role is logged with the role ""."""

    def __init__(self, app: ASGIApp, members: Members) -> None:
        self._app = app
        self._members = members

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if not path.endswith((SIGN_IN, SIGN_OUT)):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if path.endswith(SIGN_OUT):
            self._note("signed_out", request, request.cookies)
            await self._app(scope, receive, send)
            return

        async def send_and_note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note("signed_in", request, _cookies(message["headers"]))
            await send(message)

        await self._app(scope, receive, send_and_note)

    def _note(self, event: str, request: Request, cookies: dict[str, str]) -> None:
        account = account_of(cookies, request.headers.get("host", ""))
        if account:
            member = self._members.signed_in(account)
            client = request.client.host if request.client else ""
            record(event, who=str(account.get("email") or ""), role=member.role if member else "", client=client)


def _cookies(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Those that a response sets; not those that it deletes."""
    found: dict[str, str] = {}
    for name, value in headers:
        if name.lower() == b"set-cookie":
            try:
                found |= {key: one.value for key, one in SimpleCookie(value.decode("latin-1")).items() if one.value}
            except CookieError:
                continue
    return found
