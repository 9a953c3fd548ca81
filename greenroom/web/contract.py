"""The samples' backend as routes: ``/start-agent``, ``/hangup-agent``, ``/renew-token``, ``/speak``, ``/health``.

Disabled unless a key is configured, because callers can start agents that cost money. Every call but ``/health`` and
``/auth-check`` needs ``Authorization: Bearer`` with the key, or with a client key from ``POST /client-keys``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.clock import Clock
from greenroom.errors import GreenroomError, NotAllowed
from greenroom.redaction import SECRETS
from greenroom.security_log import record
from greenroom.services.calls import LONGEST_S, SHORTEST_S, USUAL_S, ClientKeys
from greenroom.web.key_throttle import KeyThrottle
from greenroom.web.messages import InvalidMessage
from greenroom.web.refusals import refusal, small_body
from greenroom.web.sample_backend import BackendCaller, SampleBackend, SampleReply, body_of, require_key

BODY_MAX_BYTES = 16 * 1024
#: What pages of other origins may call.
CLIENT_PATHS = frozenset({"/health", "/auth-check", "/start-agent", "/hangup-agent", "/renew-token", "/speak"})

Endpoint = Callable[[Request, BackendCaller], Awaitable[SampleReply]]


def contract_routes(
    backend: SampleBackend, key: str, clock: Clock | None = None, client_keys: ClientKeys | None = None
) -> list[BaseRoute]:
    """``key`` "" = nothing but ``/health`` and ``/auth-check``."""
    door = _KeyedDoor(key, KeyThrottle(clock or Clock()), client_keys)

    async def health(request: Request) -> Response:
        return _answer(backend.health())

    async def speak(request: Request, caller: BackendCaller) -> SampleReply:
        body = body_of(await small_body(request, BODY_MAX_BYTES))
        return await run_in_threadpool(backend.speak, body, caller)

    async def client_key(request: Request, caller: BackendCaller) -> SampleReply:
        return _client_key(client_keys, caller, body_of(await small_body(request, BODY_MAX_BYTES) or b"{}"))

    return [
        Route("/health", health),
        Route("/auth-check", door.auth_check),
        Route("/start-agent", door.secured(_by_query(backend.start))),
        Route("/hangup-agent", door.secured(_by_query(backend.hang_up))),
        Route("/renew-token", door.secured(_by_query(backend.renew_token))),
        Route("/speak", door.secured(speak), methods=["POST"]),
        Route("/client-keys", door.secured(client_key), methods=["POST"]),
    ]


class _KeyedDoor:
    """Admits requests with a valid key and delays the others."""

    def __init__(self, key: str, throttle: KeyThrottle, client_keys: ClientKeys | None) -> None:
        self._key = key
        self._throttle = throttle
        self._client_keys = client_keys

    def secured(self, work: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that gets the authenticated caller."""

        async def endpoint(request: Request) -> Response:
            caller = await self._caller(request)
            if isinstance(caller, Response):
                return caller
            try:
                return _answer(await work(request, caller))
            except GreenroomError as error:
                return refusal(error)

        return endpoint

    async def auth_check(self, request: Request) -> Response:
        """Lets the samples' clients check their key; wrong keys are throttled here too."""
        sent = bool(request.headers.get("authorization"))
        known = sent and isinstance(await self._caller(request), BackendCaller)
        return _answer(SampleReply(200, {"auth_required": True, "authenticated": known}))

    async def _caller(self, request: Request) -> BackendCaller | Response:
        callers: list[BackendCaller] = []
        authorization = request.headers.get("authorization", "")

        def check() -> None:
            callers.append(require_key(self._key, authorization, self._client_keys))

        refused = await self._throttle.guard(request, check, refusal)
        return callers[0] if refused is None else refused


def _by_query(work: Callable[[Mapping[str, str], BackendCaller], SampleReply]) -> Endpoint:
    async def ask(request: Request, caller: BackendCaller) -> SampleReply:
        return await run_in_threadpool(work, dict(request.query_params), caller)

    return ask


def _client_key(client_keys: ClientKeys | None, caller: BackendCaller, body: Mapping[str, Any]) -> SampleReply:
    if client_keys is None or caller.client is not None:
        raise NotAllowed("Client keys are issued to the holder of the API key.", advice="Ask with GREENROOM_API_KEY.")
    for name in body:
        if name not in ("profile", "lifetime_s"):
            raise InvalidMessage(f"{str(name)[:80]} is not a parameter.")
    profile, lifetime_s = body.get("profile", ""), body.get("lifetime_s", USUAL_S)
    if not isinstance(profile, str) or len(profile) > 200:
        raise InvalidMessage("profile: the name of an agent.")
    if isinstance(lifetime_s, bool) or not isinstance(lifetime_s, int) or not SHORTEST_S <= lifetime_s <= LONGEST_S:
        raise InvalidMessage(f"lifetime_s: from {SHORTEST_S} to {LONGEST_S} seconds.")
    key, text = client_keys.issue(profile, lifetime_s)
    record("client_key_issued", key=key.id, profile=profile, lifetime_s=lifetime_s)
    return SampleReply(200, {"client_key": text, "expires_in": lifetime_s, "profile": profile})


def _answer(reply: SampleReply) -> JSONResponse:
    return JSONResponse(SECRETS.json(reply.body), status_code=reply.status, headers={"cache-control": "no-store"})
