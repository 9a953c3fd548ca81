"""Who may use each of our routes, in one table; in a studio with sign-in, members' routes are tied to the signed-in account."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from greenroom.access.members import Member, Members
from greenroom.errors import GreenroomError, NotAllowed
from greenroom.model.session import Session, SessionId
from greenroom.security_log import record
from greenroom.services.guard import require_role
from greenroom.web.error_responses import refusal

#: open: nothing secret · key: an API or client key · link: a guest link's key · token: signed by the sender or for a channel ·
#: member: a signed-in account whose role allows the action
RouteKind = Literal["open", "key", "link", "token", "member"]
#: Reads the signed-in account of a request: its email, name and what else the provider said; empty without one.
ReadAccount = Callable[[HTTPConnection], Mapping[str, Any]]
Note = Callable[[str, str, tuple[Any, ...]], object]
_POLICY_VIOLATION = 1008


@dataclass(frozen=True, slots=True)
class RouteRule:
    """``action`` is in the table of ``greenroom.access.actions``. ``own``: it is for whoever started the session."""

    kind: RouteKind
    action: str = ""
    own: bool = False


ROUTE_RULES: Mapping[str, RouteRule] = {
    "/api/calls/{session_id}/stage": RouteRule("member", "calls.stage", own=True),
    "/api/calls/{session_id}/end": RouteRule("member", "calls.end", own=True),
    "/api/calls/{session_id}/recording/done": RouteRule("member", "recordings.settle", own=True),
    "/api/calls/{session_id}/recording/{offset_ms:count}/{number:count}": RouteRule("member", "recordings.take", own=True),
    "/api/sessions/{session_id}/recording": RouteRule("member", "recordings.file"),
    "/api/drafts/{agent_id}/text": RouteRule("member", "texts.save"),
    "/api/health": RouteRule("open"),
    "/api/openapi.json": RouteRule("open"),
    "/health": RouteRule("open"),
    "/auth-check": RouteRule("open"),
    "/api/{path:path}": RouteRule("open"),
    **dict.fromkeys(("/start-agent", "/hangup-agent", "/renew-token", "/speak", "/client-keys"), RouteRule("key")),
    "/g/{link_id}": RouteRule("open"),
    "/w/{link_id}": RouteRule("open"),
    **{f"/api/watch/{{link_id}}/{name}": RouteRule("link") for name in ("enter", "look", "note")},
    **{
        f"/api/guest/{{link_id}}/{name}": RouteRule("link")
        for name in ("welcome", "words", "launch", "resume", "feedback", "ballot", "sample", "vote")
    },
    "/api/agora/notifications": RouteRule("token"),
    **{f"/edge{path}": RouteRule("token") for path in ("/api/v2/transpond/webrtc", "/api/v1", "/", "/ws/")},
}


def no_account(connection: HTTPConnection) -> Mapping[str, Any]:
    """Without Streamlit nobody is signed in."""
    return {}


class RouteAccess:
    """Checks the table before each route. A studio without sign-in has no members to check."""

    def __init__(
        self, members: Members, account: ReadAccount, session: Callable[[SessionId], Session], note: Note = lambda *done: None
    ) -> None:
        """``note`` gets who did which action to what, for the audit log."""
        self._note = note
        self._members = members
        self._account = account
        self._session = session

    def guard(self, routes: Iterable[BaseRoute]) -> list[BaseRoute]:
        """The same routes. Raises KeyError for one that isn't in the table."""
        guarded = list(routes)
        for route in guarded:
            assert isinstance(route, Route | WebSocketRoute)
            rule = ROUTE_RULES[route.path]
            if rule.kind == "member" and self._members.configured:
                route.app = _MemberGate(route.app, rule, self)
        return guarded

    async def refusal(self, connection: HTTPConnection, rule: RouteRule) -> GreenroomError | None:
        """Why this account may not use the route; None if it may, and for a guest's session, which has its capability."""
        session: Session | None = None
        missing: GreenroomError | None = None
        if (asked := connection.path_params.get("session_id")) is not None:
            try:
                session = await run_in_threadpool(self._session, SessionId(asked))
            except GreenroomError as error:
                missing = error  # told to members alone
            if session is not None and session.guest_link:
                return None
        member = self._members.signed_in(self._account(connection))
        try:
            require_role(member, rule.action)
            if rule.own and session is not None and not _started(member, session):
                record("session_refused", who=member.email if member else "", session=session.id)
                raise NotAllowed("Another account started this session.", advice="Open it under Sessions.")
        except NotAllowed as error:
            return error
        if missing is not None:
            return missing
        if member is not None:
            await run_in_threadpool(self._note, member.email, rule.action, tuple(connection.path_params.values()))
        return None


class _MemberGate:
    """Wraps one route: answers 403, or closes the socket, for an account that may not use it."""

    def __init__(self, app: ASGIApp, rule: RouteRule, access: RouteAccess) -> None:
        self._app = app
        self._rule = rule
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = await self._access.refusal(HTTPConnection(scope), self._rule)
        if refused is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # the handshake
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": str(refused)[:120]})
        else:
            await refusal(refused)(scope, receive, send)


def _started(member: Member | None, session: Session) -> bool:
    """Sessions from before sign-in was turned on belong to nobody in particular."""
    kind, _, name = session.principal.partition(":")
    return kind != "member" or (member is not None and name == member.email)
