"""The samples' backend as routes: ``/start-agent``, ``/hangup-agent``, ``/renew-token``, ``/speak``, ``/health``.

Disabled unless a key is configured, because callers can start agents that cost money. Every call but ``/health`` needs
``Authorization: Bearer <key>``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.clock import Clock
from greenroom.errors import GreenroomError
from greenroom.redaction import SECRETS
from greenroom.web.key_throttle import KeyThrottle
from greenroom.web.refusals import refusal, small_body
from greenroom.web.sample_backend import SampleBackend, SampleReply, body_of, require_key

BODY_MAX_BYTES = 16 * 1024


def contract_routes(backend: SampleBackend, key: str, clock: Clock | None = None) -> list[BaseRoute]:
    """``key`` "" = nothing but ``/health``."""
    throttle = KeyThrottle(clock or Clock())

    async def refused(request: Request) -> Response | None:
        return await throttle.guard(request, lambda: require_key(key, request.headers.get("authorization", "")), refusal)

    async def health(request: Request) -> Response:
        return _answer(backend.health())

    def by_query(work: Callable[[Mapping[str, str]], SampleReply]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            if (no := await refused(request)) is not None:
                return no
            return _answer(await run_in_threadpool(work, dict(request.query_params)))

        return endpoint

    async def speak(request: Request) -> Response:
        if (no := await refused(request)) is not None:
            return no
        try:
            body = body_of(await small_body(request, BODY_MAX_BYTES))
        except GreenroomError as error:
            return refusal(error)
        return _answer(await run_in_threadpool(backend.speak, body))

    return [
        Route("/health", health),
        Route("/start-agent", by_query(backend.start)),
        Route("/hangup-agent", by_query(backend.hang_up)),
        Route("/renew-token", by_query(backend.renew_token)),
        Route("/speak", speak, methods=["POST"]),
    ]


def _answer(reply: SampleReply) -> JSONResponse:
    return JSONResponse(SECRETS.json(reply.body), status_code=reply.status, headers={"cache-control": "no-store"})
