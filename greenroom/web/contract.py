"""The samples' backend contract as routes: ``/start-agent``, ``/hangup-agent``, ``/speak``, ``/health``.

Off unless a key is configured: whoever may call them may start agents, which cost money. Every call but ``/health`` needs
``Authorization: Bearer <key>``, which a page of another site cannot send without being asked.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.errors import GreenroomError, NotAllowed
from greenroom.services.calls import BackendContract, ContractReply
from greenroom.web.messages import InvalidMessage
from greenroom.web.refusals import refusal, small_body

BODY_MAX_BYTES = 16 * 1024


def contract_routes(contract: BackendContract, key: str) -> list[BaseRoute]:
    """``key`` "" = nothing but ``/health``."""

    async def health(request: Request) -> Response:
        return _answer(contract.health())

    def by_query(work: Callable[[Mapping[str, str]], ContractReply]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                _require(request, key)
            except GreenroomError as error:
                return refusal(error)
            return _answer(await run_in_threadpool(work, dict(request.query_params)))

        return endpoint

    async def speak(request: Request) -> Response:
        try:
            _require(request, key)
            body = json.loads(await small_body(request, BODY_MAX_BYTES))
            if not isinstance(body, dict):
                raise InvalidMessage("The body is not an object.")
        except GreenroomError as error:
            return refusal(error)
        except (ValueError, RecursionError):
            return refusal(InvalidMessage("The body is not JSON."))
        return _answer(await run_in_threadpool(contract.speak, body))

    return [
        Route("/health", health),
        Route("/start-agent", by_query(contract.start)),
        Route("/hangup-agent", by_query(contract.hang_up)),
        Route("/speak", speak, methods=["POST"]),
    ]


def _require(request: Request, key: str) -> None:
    if not key:
        raise NotAllowed("Starting agents from outside is switched off.", advice="Set GREENROOM_API_KEY to switch it on.")
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), key.encode()):
        raise NotAllowed("The key is missing or wrong.", advice="Send it as Authorization: Bearer, never in the address.")


def _answer(reply: ContractReply) -> JSONResponse:
    return JSONResponse(reply.body, status_code=reply.status, headers={"cache-control": "no-store"})
