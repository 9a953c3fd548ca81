"""The endpoint for Agora's notifications, authenticated by their signature."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from greenroom.agora.webhooks import BODY_MAX_BYTES
from greenroom.errors import GreenroomError
from greenroom.http_security.same_origin import require_same_origin
from greenroom.services.calls import Notifications
from greenroom.web.error_responses import refused, small_body

PATH = "/api/agora/notifications"


def receiver(notifications: Notifications):
    """The endpoint. Agora retries a notice for every status but 200."""

    async def receive(request: Request) -> Response:
        try:
            require_same_origin(request)
            raw = await small_body(request, BODY_MAX_BYTES)
            news = await run_in_threadpool(notifications.take, raw, request.headers)
        except GreenroomError as error:
            return refused(request, error)
        return JSONResponse({"taken": news})

    return receive
