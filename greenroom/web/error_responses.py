"""Errors as HTTP responses: the status by error type, message and advice in the body."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from greenroom.errors import (
    AgoraError,
    Conflict,
    DiskFull,
    GreenroomError,
    LimitReached,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    StoreUnavailable,
    TwinUnavailable,
)
from greenroom.http_security.client_network import client_of
from greenroom.redaction import SECRETS
from greenroom.security_log import record
from greenroom.web.messages import InvalidMessage

#: A body that isn't there by then is given up. The largest, a piece of a recording, takes some seconds on a slow line.
BODY_WITHIN_S = 60.0
#: Goes with each 401 (RFC 9110, 11.6.1).
CHALLENGE = {"www-authenticate": 'Bearer realm="greenroom"'}
#: For every route; the first match wins. All other errors are the client's (400).
STATUS: tuple[tuple[type[GreenroomError], int], ...] = (
    (NotAuthenticated, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (LimitReached, 429),
    (DiskFull, 507),
    (StoreUnavailable, 503),
    (TwinUnavailable, 503),
)


def status_of(error: GreenroomError) -> int:
    """Agora's error responses keep their status; no response from Agora is a 502, and so is its refusal of this server's own
    credentials: whoever asked has sent a good key."""
    if isinstance(error, AgoraError):
        return error.status if 400 <= error.status < 600 and error.status != 401 else 502
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def refusal(error: GreenroomError) -> JSONResponse:
    """The response to a refused request: :func:`error_body` with the status of :func:`status_of`."""
    status = status_of(error)
    headers = CHALLENGE if status == 401 and isinstance(error, NotAuthenticated) else None
    return JSONResponse(error_body(error), status_code=status, headers=headers)


def error_body(error: GreenroomError) -> dict[str, str]:
    """``{"error", "advice"}``, with known keys masked."""
    return {"error": SECRETS.text(str(error)), "advice": SECRETS.text(error.advice)}


def refused(request: Request, error: GreenroomError) -> JSONResponse:
    """Like :func:`refusal`; what isn't allowed is in the security log."""
    if isinstance(error, NotAllowed):
        record("request_refused", why=str(error), path=request.url.path, client=client_of(request))
    return refusal(error)


async def small_body(request: Request, most: int) -> bytes:
    """The whole body; raises InvalidMessage as soon as it is longer than ``most`` bytes, ends early or takes too long."""
    raw = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > most:
                    raise InvalidMessage("The body is too large.")
    except ClientDisconnect:
        raise InvalidMessage("The body isn't complete.") from None
    except TimeoutError:
        raise InvalidMessage(f"The body took longer than {BODY_WITHIN_S:.0f} seconds.") from None
    return bytes(raw)
