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
    """Pure ASGI. An account without a role is logged with the role "". A sign-in that fails is logged with its client."""

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
            if message["type"] == "http.response.start" and not self._note("signed_in", request, _cookies(message["headers"])):
                record("sign_in_failed", client=_client(request))
            await send(message)

        await self._app(scope, receive, send_and_note)

    def _note(self, event: str, request: Request, cookies: dict[str, str]) -> bool:
        """Whether the cookies name an account."""
        account = account_of(cookies, request.headers.get("host", ""))
        if account:
            member = self._members.signed_in(account)
            record(event, who=str(account.get("email") or ""), role=member.role if member else "", client=_client(request))
        return bool(account)


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


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
