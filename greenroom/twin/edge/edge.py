"""One edge: its sockets, its registry, and the routes under which browsers find it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.routing import BaseRoute, Route, WebSocketRoute

from greenroom.clock import Clock
from greenroom.twin.edge.access_point import AccessPoint
from greenroom.twin.edge.candidates import Announcement
from greenroom.twin.edge.error_codes import GatewayCode
from greenroom.twin.edge.gateway import Gateway
from greenroom.twin.edge.ice import usual_addresses
from greenroom.twin.edge.session_registry import SessionRegistry
from greenroom.twin.edge.transport import EdgeResources
from greenroom.twin.seat import TakeSeat

#: Paths for web pages; all other paths of the twin are for programs on this machine.
PATHS = ("/api/v2/transpond/webrtc", "/api/v1", "/", "/ws", "/ws/")


class RtcEdge:
    """The offline replacement for Agora's network. Runs on the event loop that opened it."""

    def __init__(
        self,
        app_id: str | None,
        certificate: str | None,
        clock: Clock,
        media_port: int = 0,
        media_addresses: Sequence[str] | None = None,
        announcement: Announcement | None = None,
    ) -> None:
        """``app_id`` None takes every project; ``certificate`` None takes every token. ``media_port`` is UDP, 0 = any free.

        ``media_addresses`` are offered to browsers in this order; by default loopback and this computer's address.
        ``announcement`` adds those for browsers on other machines, and TCP.
        """
        self._resources = EdgeResources.build(clock, announcement)
        self._registry = SessionRegistry(self._resources, app_id or None, certificate or None)
        self._media = media_port, tuple(media_addresses or ()) or usual_addresses()
        self._watch: asyncio.Task[None] | None = None
        self.gateway = Gateway(self._registry)
        self.access_point = AccessPoint(self._registry, clock)

    async def open(self) -> None:
        """Bind the media sockets and begin to watch over sessions. Raises OSError when the first address is taken."""
        port, addresses = self._media
        await self._resources.ports.open(addresses, port)
        self._watch = asyncio.create_task(self._registry.run(), name="edge: watch")

    async def close(self) -> None:
        """End every session and socket. Idempotent. Seats are left by those who sit in them."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait([self._watch])
            self._watch = None
        await self._registry.close()
        await self.gateway.close()
        self._resources.ports.close()

    def drop_sockets(self) -> None:
        """Close the signaling socket of every browser; its session waits for it to come back."""
        for session in self._registry.sessions:
            session.link.drop()

    def silence(self, seconds: float) -> None:
        """Drop all media packets, UDP and TCP, in both directions for ``seconds``."""
        self._resources.ports.silence(seconds)

    def shorten_tokens(self, seconds: float) -> None:
        """Let the tokens of all browsers in channels expire in this many seconds."""
        for session in self._registry.sessions:
            session.token.shorten(seconds)

    def refuse_joins(self, code: str, times: int) -> None:
        """Refuse the next ``times`` joins with the :class:`GatewayCode` of that name."""
        self._registry.refuse_joins(GatewayCode[code], times)

    def clear_faults(self) -> None:
        """End packet loss and refused joins. What was dropped or shortened stays that way."""
        self._resources.ports.silence(0)
        self._registry.accept_joins()

    @property
    def take_seat(self) -> TakeSeat:
        """How an agent takes a seat; see :class:`greenroom.twin.seat.TakeSeat`."""
        return self._registry.take_seat

    @property
    def channels(self) -> int:
        """The number of channels in use."""
        return len(self._registry.channels)

    @property
    def sessions(self) -> int:
        """How many browsers are in channels."""
        return self._registry.session_count

    @property
    def awaited(self) -> int:
        """The number of sessions that lost their socket and may reconnect."""
        return self._registry.awaited_count


def routes(edge: RtcEdge) -> list[BaseRoute]:
    """The routes of Agora's access point and gateway. The gateway has the root path, for WebSockets."""
    point = edge.access_point
    return [
        Route("/api/v2/transpond/webrtc", point.transpond, methods=["POST", "OPTIONS"]),
        Route("/api/v1", point.string_uid, methods=["POST", "OPTIONS"]),
        WebSocketRoute("/", edge.gateway.serve),
        WebSocketRoute("/ws/", edge.gateway.serve),
    ]
