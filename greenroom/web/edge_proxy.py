"""The twin's edge at ``/edge/`` of the studio, for pages on other machines: the access point and the gateway's sockets.

Nothing else of the twin is reachable here. Who may join is decided by the edge itself, by the token of each channel.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from greenroom.errors import GreenroomError, LimitReached, TwinUnavailable
from greenroom.http_security.client_network import client_of
from greenroom.http_security.same_origin import require_same_origin
from greenroom.web import sockets
from greenroom.web.error_responses import refusal, small_body
from greenroom.web.work_at_once import WorkAtOnce

log = logging.getLogger(__name__)

PREFIX = "/edge"
#: The two requests of Agora's SDK, and the two paths of its sockets. (The edge answers them at the root of the twin.)
REQUESTS, SOCKETS = ("/api/v2/transpond/webrtc", "/api/v1"), ("/", "/ws/")
BODY_MAX_BYTES, ANSWER_MAX_BYTES = 64 * 1024, 256 * 1024
FRAME_MAX_BYTES = 256 * 1024
ANSWER_WITHIN_S, OPEN_WITHIN_S = 10.0, 10.0
#: The SDK pings every three seconds.
SILENT_S = 60.0
MOST_SOCKETS, MOST_FROM_ONE = 400, 60
#: Requests under way, of all browsers: each takes some milliseconds, unless the twin hangs.
MOST_REQUESTS = 100
#: A connection that is kept is one that a restarted twin wouldn't know.
_UNKEPT = httpx.Limits(max_keepalive_connections=0)
#: Of RFC 6455: policy violation, try again later, going away.
_POLICY_VIOLATION, _TRY_AGAIN_LATER, _GOING_AWAY = 1008, 1013, 1001


class EdgeProxy:
    """Forwards to the twin at ``twin_url()``. Each forwarded socket belongs to its browser's: both end together."""

    def __init__(self, twin_url: Callable[[], str]) -> None:
        self._twin_url = twin_url
        self._open: Counter[str] = Counter()
        self._at_once = WorkAtOnce(MOST_REQUESTS)
        self._client: httpx.AsyncClient | None = None

    @property
    def open_sockets(self) -> int:
        """Sockets that are forwarded now, of all browsers."""
        return self._open.total()

    def routes(self) -> list[BaseRoute]:
        """The two requests and the two socket paths of Agora's SDK, below ``/edge``."""
        asked = [Route(f"{PREFIX}{path}", self._ask, methods=["POST"]) for path in REQUESTS]
        return [*asked, *(WebSocketRoute(f"{PREFIX}{path}", self._talk) for path in SOCKETS)]

    async def _ask(self, request: Request) -> Response:
        try:
            require_same_origin(request)
            body = await small_body(request, BODY_MAX_BYTES)
            with self._at_once.of("twin"):
                url = await run_in_threadpool(self._twin_url)
                return await self._forwarded(url + request.url.path.removeprefix(PREFIX), request, body)
        except GreenroomError as error:
            return refusal(error)
        except httpx.HTTPError as error:
            return refusal(TwinUnavailable(f"The offline twin isn't responding ({type(error).__name__})."))

    async def _forwarded(self, url: str, request: Request, body: bytes) -> Response:
        # One for all: making one reads the system's certificates, which takes longer than the request.
        self._client = self._client or httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False, limits=_UNKEPT)
        kind = {"content-type": request.headers.get("content-type", "")}
        answer = await self._client.post(url, params=str(request.query_params), content=body, headers=kind)
        if len(answer.content) > ANSWER_MAX_BYTES:
            return JSONResponse({"error": "The answer is too large."}, status_code=502)
        return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))

    async def _talk(self, socket: WebSocket) -> None:
        client = client_of(socket)
        try:
            require_same_origin(socket)
            self._require_room(client)
        except GreenroomError as error:
            log.info("an edge socket was refused: %s", error)
            await sockets.close(socket, _POLICY_VIOLATION)
            return
        self._open[client] += 1
        try:
            await self._forward(socket)
        finally:
            self._open[client] -= 1
            self._open += Counter()  # forget those without any

    def _require_room(self, client: str) -> None:
        # Behind a proxy that doesn't forward its clients' addresses, all come from one address of this machine.
        many = MOST_SOCKETS if client.startswith("127.") or client in ("::1", "local") else MOST_FROM_ONE
        if self.open_sockets >= MOST_SOCKETS or self._open[client] >= many:
            raise LimitReached("Too many browsers are connected.")

    async def _forward(self, socket: WebSocket) -> None:
        try:
            url = (await run_in_threadpool(self._twin_url)).replace("http", "ws", 1) + socket.url.path.removeprefix(PREFIX)
            twin = await connect(
                url, proxy=None, compression=None, max_size=FRAME_MAX_BYTES, ping_interval=None, open_timeout=OPEN_WITHIN_S
            )
        except (GreenroomError, OSError, TimeoutError, WebSocketException) as error:
            log.warning("an edge socket found no twin: %s", error)
            await sockets.close(socket, _TRY_AGAIN_LATER)
            return
        async with twin:
            await socket.accept()
            ways = [asyncio.create_task(_up(socket, twin)), asyncio.create_task(_down(twin, socket))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        await sockets.close(socket, _GOING_AWAY)


async def _up(socket: WebSocket, twin: ClientConnection) -> None:
    """Browser → twin, until one of them closes or nothing came for a minute."""
    with contextlib.suppress(WebSocketException, TimeoutError):
        while True:
            async with asyncio.timeout(SILENT_S):
                frame = await socket.receive()
            text = frame.get("text")
            if frame["type"] == "websocket.disconnect" or (text is not None and len(text) > FRAME_MAX_BYTES):
                return
            if text is not None:  # the gateway has no binary frames
                await twin.send(text)


async def _down(twin: ClientConnection, socket: WebSocket) -> None:
    with contextlib.suppress(WebSocketException, RuntimeError):  # RuntimeError: the browser closed it meanwhile
        async for text in twin:
            if isinstance(text, str):
                await socket.send_text(text)
