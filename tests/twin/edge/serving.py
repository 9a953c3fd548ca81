"""An edge behind a real uvicorn, on its own thread and event loop, as the twin has it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from greenroom.clock import Clock
from greenroom.twin.edge import RtcEdge, routes
from greenroom.twin.seat import Pcm, Seat, Uid

APP_ID = "0123456789abcdef0123456789abcdef"
CERTIFICATE = "fedcba9876543210fedcba9876543210"
START_TIMEOUT_S, CALL_TIMEOUT_S = 20.0, 20.0

T = TypeVar("T")


class EdgeServer:
    """``with EdgeServer() as server:``; ``server.edge`` lives on the server's loop: reach it through :meth:`run`."""

    def __init__(
        self,
        certificate: str | None = CERTIFICATE,
        app_id: str | None = APP_ID,
        clock: Clock | None = None,
        extra: Sequence[BaseRoute] = (),
    ) -> None:
        self.clock = clock or Clock()
        self._arguments = app_id, certificate
        self._extra = extra
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="edge server")

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.edge = RtcEdge(*self._arguments, self.clock)

        @asynccontextmanager
        async def life(app: Starlette) -> AsyncIterator[None]:
            await self.edge.open()
            yield
            await self.edge.close()

        app = Starlette(routes=[*self._extra, *routes(self.edge)], lifespan=life)
        config = uvicorn.Config(app, "127.0.0.1", 0, log_level="warning", ws="websockets-sansio", timeout_graceful_shutdown=3)
        self._server = uvicorn.Server(config)
        serving = asyncio.create_task(self._server.serve())
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.01)
        if self._server.started:
            self.port: int = self._server.servers[0].sockets[0].getsockname()[1]
        self._ready.set()
        await serving
        left = asyncio.all_tasks() - {asyncio.current_task()}
        self.left_over = sorted(task.get_name() for task in left)

    def __enter__(self) -> EdgeServer:
        self._thread.start()
        assert self._ready.wait(START_TIMEOUT_S)
        assert hasattr(self, "port"), "the edge did not start"
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.should_exit = True
        self._thread.join(START_TIMEOUT_S)
        assert not self._thread.is_alive()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Await ``work()`` on the server's loop."""

        async def call() -> T:
            return await work()

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(CALL_TIMEOUT_S)

    def do(self, work: Callable[[], T]) -> T:
        """Call ``work()`` on the server's loop."""

        async def call() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(CALL_TIMEOUT_S)

    def take_seat(self, channel: str, uid: Uid, listener: Guest, token: str = "", app_id: str = APP_ID) -> Seat:
        return self.run(lambda: self.edge.take_seat(app_id=app_id, channel=channel, uid=uid, token=token, listener=listener))


class Guest:
    """A listener that notes everything."""

    def __init__(self) -> None:
        self.frames: list[tuple[Uid, Pcm]] = []
        self.here: list[Uid] = []
        self.gone: list[tuple[Uid, str]] = []
        self.messages: list[tuple[Uid, bytes]] = []

    def heard(self, uid: Uid, pcm: Pcm) -> None:
        self.frames.append((uid, pcm))

    def joined(self, uid: Uid) -> None:
        self.here.append(uid)

    def left(self, uid: Uid, reason: str) -> None:
        self.gone.append((uid, reason))

    def data(self, uid: Uid, payload: bytes) -> None:
        self.messages.append((uid, payload))
