"""Recordings over HTTP: upload pieces with the session's capability, download the file with a signed URL."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.errors import GreenroomError, NotAllowed
from greenroom.http_security.same_origin import require_same_origin
from greenroom.model.session import SessionId
from greenroom.services import Services
from greenroom.services.sessions import PIECE_MAX_BYTES
from greenroom.web.error_responses import refused, small_body
from greenroom.web.messages import InvalidMessage

#: No call lasts longer (Agora ends any after 72 hours); a piece is a second.
LONGEST_MS = 80 * 3600 * 1000


class _Count(IntegerConvertor):
    """A number in a path that Python reads; with Starlette's own, thousands of digits raise."""

    regex = "[0-9]{1,12}"


register_url_convertor("count", _Count())


def recording_routes(services: Services) -> list[BaseRoute]:
    """``POST /api/calls/{id}/recording/{offset_ms}/{number}``, ``…/recording/done``, ``GET /api/sessions/{id}/recording``."""

    async def take(request: Request) -> Response:
        try:
            session_id = _of_its_page(services, request)
            offset_ms, number = request.path_params["offset_ms"], request.path_params["number"]
            if offset_ms > LONGEST_MS or number > LONGEST_MS // 100:
                raise InvalidMessage("The offset is beyond the maximum call length.")
            piece = await small_body(request, PIECE_MAX_BYTES)
            pieces = await run_in_threadpool(services.recordings.take, session_id, offset_ms, number, piece)
        except GreenroomError as error:
            return refused(request, error)
        return JSONResponse({"pieces": pieces})

    async def done(request: Request) -> Response:
        try:
            session_id = _of_its_page(services, request)
            await run_in_threadpool(services.recordings.settle, session_id)
        except GreenroomError as error:
            return refused(request, error)
        return JSONResponse({})

    async def play(request: Request) -> Response:
        session_id = SessionId(request.path_params["session_id"])
        try:
            if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                raise NotAllowed("Requests from other sites aren't accepted.")
            query = request.query_params
            services.recordings.require(session_id, query.get("until", ""), query.get("key", ""))
            path = await run_in_threadpool(services.recordings.file, session_id)
        except GreenroomError as error:
            return refused(request, error)
        return FileResponse(path, media_type="audio/webm", headers={"cache-control": "private, max-age=3600"})

    return [
        Route("/api/calls/{session_id}/recording/done", done, methods=["POST"]),
        Route("/api/calls/{session_id}/recording/{offset_ms:count}/{number:count}", take, methods=["POST"]),
        Route("/api/sessions/{session_id}/recording", play, methods=["GET", "HEAD"]),
    ]


def _of_its_page(services: Services, request: Request) -> SessionId:
    """Raise NotAllowed unless the request has this session's capability."""
    require_same_origin(request)
    session_id = SessionId(request.path_params["session_id"])
    services.calls.require(session_id, request.headers.get("authorization", "").removeprefix("Bearer "))
    return session_id
