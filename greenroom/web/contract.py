"""The samples' backend as routes: ``/start-agent``, ``/hangup-agent``, ``/renew-token``, ``/speak``, ``/health``.

Disabled unless a key is configured, because callers can start agents that cost money. Every call but ``/health`` and
``/auth-check`` needs ``Authorization: Bearer`` with the key, or with a client key from ``POST /client-keys``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.clock import Clock
from greenroom.errors import GreenroomError, NotAllowed
from greenroom.http_security.client_network import client_of
from greenroom.redaction import SECRETS
from greenroom.security_log import record
from greenroom.services.calls import LONGEST_S, SHORTEST_S, USUAL_S, ClientKeys
from greenroom.services.team import ApiKeys, AuditLog
from greenroom.web.error_responses import refusal, refused, small_body
from greenroom.web.key_throttle import KeyThrottle
from greenroom.web.messages import InvalidMessage, json_object
from greenroom.web.sample_backend import BackendCaller, SampleBackend, SampleReply, require_key
from greenroom.web.work_at_once import AgoraThreads

BODY_MAX_BYTES = 16 * 1024
#: What pages of other origins may call.
CLIENT_PATHS = frozenset({"/health", "/auth-check", "/start-agent", "/hangup-agent", "/renew-token", "/speak"})


@dataclass(frozen=True, slots=True)
class Team:
    """The keys from Settings, and the log of what they do."""

    keys: ApiKeys
    audit: AuditLog


Endpoint = Callable[[Request, BackendCaller], Awaitable[SampleReply]]


def contract_routes(
    backend: SampleBackend,
    key: str,
    clock: Clock | None = None,
    client_keys: ClientKeys | None = None,
    team: Team | None = None,
    agora: AgoraThreads | None = None,
) -> list[BaseRoute]:
    """``key`` "" and no key in Settings = nothing but ``/health`` and ``/auth-check``."""
    agora = agora or AgoraThreads()
    gate = _ApiKeyGate(key, KeyThrottle(clock or Clock()), client_keys, team)

    async def health(request: Request) -> Response:
        return _answer(backend.health())

    async def speak(request: Request, caller: BackendCaller) -> SampleReply:
        body = json_object(await small_body(request, BODY_MAX_BYTES))
        return await agora.run(backend.speak, body, caller)

    async def client_key(request: Request, caller: BackendCaller) -> SampleReply:
        return _client_key(client_keys, caller, json_object(await small_body(request, BODY_MAX_BYTES) or b"{}"))

    return [
        Route("/health", health),
        Route("/auth-check", gate.auth_check),
        Route("/start-agent", gate.secured(_by_query(backend.start, agora), "external.start")),
        Route("/hangup-agent", gate.secured(_by_query(backend.hang_up, agora))),
        Route("/renew-token", gate.secured(_by_query(backend.renew_token, agora))),
        Route("/speak", gate.secured(speak), methods=["POST"]),
        Route("/client-keys", gate.secured(client_key, "client_keys.issue"), methods=["POST"]),
    ]


class _ApiKeyGate:
    """Admits requests with a valid key and delays the others."""

    def __init__(self, key: str, throttle: KeyThrottle, client_keys: ClientKeys | None, team: Team | None) -> None:
        self._key = key
        self._throttle = throttle
        self._client_keys = client_keys
        self._team = team

    def secured(self, work: Endpoint, action: str = "") -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that gets the authenticated caller. ``action`` goes to the audit log when it succeeded."""

        async def endpoint(request: Request) -> Response:
            caller = await self._caller(request)
            if isinstance(caller, Response):
                return caller
            try:
                reply = await work(request, caller)
                if action and reply.status == 200 and self._team is not None:
                    asked = request.query_params.get("profile") or reply.body.get("profile", "")
                    await run_in_threadpool(self._team.audit.note, caller.principal.id, action, (asked,))
                if reply.status == 403:
                    why = str(reply.body.get("error", ""))
                    record("request_refused", why=why, path=request.url.path, client=client_of(request), key=caller.principal.id)
                return _answer(reply)
            except GreenroomError as error:
                return refused(request, error)

        return endpoint

    async def auth_check(self, request: Request) -> Response:
        """Lets the samples' clients check their key; wrong keys are throttled here too."""
        sent = bool(request.headers.get("authorization"))
        authenticated = sent and isinstance(await self._caller(request), BackendCaller)
        return _answer(SampleReply(200, {"auth_required": True, "authenticated": authenticated}))

    async def _caller(self, request: Request) -> BackendCaller | Response:
        authorization = request.headers.get("authorization", "")
        keys = self._team.keys if self._team is not None else None
        try:
            caller = await run_in_threadpool(require_key, self._key, authorization, self._client_keys, keys)
        except NotAllowed as error:
            return await self._throttle.refused(request, error)
        except GreenroomError as error:
            return refusal(error)
        return self._throttle.overrun(request) or caller


def _by_query(work: Callable[[Mapping[str, str], BackendCaller], SampleReply], agora: AgoraThreads) -> Endpoint:
    async def ask(request: Request, caller: BackendCaller) -> SampleReply:
        given = request.query_params
        twice = next((name for name in given if len(given.getlist(name)) > 1), None)
        if twice is not None:
            raise InvalidMessage(f"{twice[:80]} is given twice.")
        return await agora.run(work, dict(given), caller)

    return ask


def _client_key(client_keys: ClientKeys | None, caller: BackendCaller, body: Mapping[str, Any]) -> SampleReply:
    if client_keys is None or caller.client is not None:
        raise NotAllowed("This key can't request client keys.", advice="Use GREENROOM_API_KEY or an API key from Settings.")
    caller.require("client_keys")
    for name in body:
        if name not in ("profile", "lifetime_s"):
            raise InvalidMessage(f"{str(name)[:80]} is not a parameter.")
    profile, lifetime_s = body.get("profile", ""), body.get("lifetime_s", USUAL_S)
    if not isinstance(profile, str) or len(profile) > 200:
        raise InvalidMessage("profile: use the name of an agent.")
    if isinstance(lifetime_s, bool) or not isinstance(lifetime_s, int) or not SHORTEST_S <= lifetime_s <= LONGEST_S:
        raise InvalidMessage(f"lifetime_s: use {SHORTEST_S} to {LONGEST_S} seconds.")
    if caller.agent and profile.casefold() != caller.agent.casefold():
        raise NotAllowed("This key is for another agent.", advice=f"Ask for the profile {caller.agent!r}.")
    key, text = client_keys.issue(profile, lifetime_s, caller.key.id if caller.key else "")
    record("client_key_issued", key=key.id, profile=profile, lifetime_s=lifetime_s)
    return SampleReply(200, {"client_key": text, "expires_in": lifetime_s, "profile": profile})


def _answer(reply: SampleReply) -> JSONResponse:
    return JSONResponse(SECRETS.json(reply.body), status_code=reply.status, headers={"cache-control": "no-store"})
