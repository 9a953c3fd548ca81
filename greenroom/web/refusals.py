"""Our errors as answers of HTTP: the status by the kind of error, the text and the advice in the body."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from greenroom.errors import AgoraError, Conflict, GreenroomError, LimitReached, NotAllowed, NotFound, StoreUnavailable
from greenroom.web.messages import InvalidMessage

#: The first that fits counts.
STATUS: tuple[tuple[type[GreenroomError], int], ...] = (
    (NotAllowed, 403),
    (NotFound, 404),
    (Conflict, 409),
    (LimitReached, 429),
    (StoreUnavailable, 507),
    (AgoraError, 502),
)


def refusal(error: GreenroomError) -> JSONResponse:
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 400)
    return JSONResponse({"error": str(error), "advice": error.advice}, status_code=status)


async def small_body(request: Request, most: int) -> bytes:
    """The whole body; raises BadMessage as soon as it is longer than ``most`` bytes."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > most:
            raise InvalidMessage("The body is too long.")
    return raw
