"""One edge: its sockets, its lobby, and the routes under which browsers find it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.routing import BaseRoute, Route, WebSocketRoute

from greenroom.clock import Clock
from greenroom.twin.edge.access_point import AccessPoint
from greenroom.twin.edge.gateway import Gateway
from greenroom.twin.edge.ice import usual_addresses
from greenroom.twin.edge.lobby import Lobby
from greenroom.twin.edge.refusals import Code
from greenroom.twin.edge.transport import Site
from greenroom.twin.seat import Sit


class RtcEdge:
    """Stands in for Agora's network. All of it runs on the event loop that opened it."""

    def __init__(
        self,
        app_id: str | None,
        certificate: str | None,
        clock: Clock,
        media_port: int = 0,
        media_addresses: Sequence[str] | None = None,
    ) -> None:
        """``app_id`` None takes every project; ``certificate`` None takes every token. ``media_port`` is UDP, 0 = any free.

        ``media_addresses`` are told to browsers in this order; by default loopback and this machine's address.
        """
        self._site = Site.build(clock)
        self._lobby = Lobby(self._site, app_id or None, certificate or None)
        self._media = media_port, tuple(media_addresses or ()) or usual_addresses()
        self._watch: asyncio.Task[None] | None = None
        self.gateway = Gateway(self._lobby)
        self.access_point = AccessPoint(self._lobby, clock)

    async def open(self) -> None:
        """Bind the media sockets and begin to watch over sessions. Raises OSError when the first address is taken."""
        port, addresses = self._media
        await self._site.ports.open(addresses, port)
        self._watch = asyncio.create_task(self._lobby.run(), name="edge: watch")

    async def close(self) -> None:
        """End every session and socket. Idempotent. Seats are left by those who sit in them."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
            self._watch = None
        await self._lobby.close()
        await self.gateway.close()
        self._site.ports.close()

    def drop_sockets(self) -> None:
        """Close the signalling socket of every browser; its session waits for it to come back."""
        for session in self._lobby.sessions:
            session.drop()

    def silence(self, seconds: float) -> None:
        """No UDP packet comes or goes for so long."""
        self._site.ports.silence(seconds)

    def shorten_tokens(self, seconds: float) -> None:
        """The tokens of all browsers in channels end in so many seconds."""
        for session in self._lobby.sessions:
            session.shorten(seconds)

    def refuse_joins(self, code: str, times: int) -> None:
        """Refuse the next ``times`` joins with a :class:`Code` of that name."""
        self._lobby.refuse(Code[code], times)

    def calm(self) -> None:
        """Packets flow and joins are taken again; what was dropped or shortened stays so."""
        self._site.ports.silence(0)
        self._lobby.take_all()

    @property
    def sit(self) -> Sit:
        """How an agent takes a seat."""
        return self._lobby.sit

    @property
    def channels(self) -> int:
        """How many channels somebody is in."""
        return len(self._lobby.channels)

    @property
    def sessions(self) -> int:
        """How many browsers are in channels."""
        return self._lobby.session_count

    @property
    def awaited(self) -> int:
        """How many of the sessions have lost their socket and may get it back."""
        return self._lobby.awaited_count

    @property
    def media_addresses(self) -> list[tuple[str, int]]:
        """Where browsers send their media (UDP), in order of preference."""
        return self._site.ports.addresses


def routes(edge: RtcEdge) -> list[BaseRoute]:
    """The routes of Agora's access point and gateway. The gateway has the root path, for WebSockets only."""
    point = edge.access_point
    return [
        Route("/api/v2/transpond/webrtc", point.transpond, methods=["POST", "OPTIONS"]),
        Route("/api/v1", point.string_uid, methods=["POST", "OPTIONS"]),
        WebSocketRoute("/", edge.gateway.serve),
        WebSocketRoute("/ws/", edge.gateway.serve),
    ]
