"""ICE-lite over shared sockets: STUN tells which session a peer address belongs to, everything else follows the address.

One UDP socket per advertised address, because a browser drops an answer that comes from another address than it sent to.
Browsers whose network blocks UDP come over TCP (:mod:`greenroom.twin.edge.ice_tcp`).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import struct
from collections.abc import Callable

from aioice import stun

from greenroom.clock import Clock
from greenroom.twin.edge.candidates import Announcement, MediaCandidate
from greenroom.twin.edge.ice_tcp import LARGEST_DATAGRAM, MediaPeer, MediaSocket, TcpListener

log = logging.getLogger(__name__)

#: How long a peer address that is not in use is remembered without a STUN request, in seconds.
ADDRESS_KEPT_S = 30.0
#: When nothing came from the address in use for this long, a nominated one takes its place, in seconds. (Chromium nominates
#: every address it checks when the other side is lite, so a nomination alone says little.)
PEER_STALE_S = 3.0
_MOST_ADDRESSES = 16
_RECEIVE_BUFFER = 1 << 20


def usual_addresses() -> tuple[str, ...]:
    """Loopback, then the address this machine has in its network: Chromium is content with the first, Firefox is not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("203.0.113.1", 9))  # picks a route; nothing is sent
            network = str(probe.getsockname()[0])
        except OSError:
            network = "127.0.0.1"
    return tuple(dict.fromkeys(("127.0.0.1", network)))


class MediaPorts:
    """The sockets of an edge and the table of who is behind which address.

    ``announcement``: where browsers on other machines reach it, over TCP too; without one UDP on the own addresses is offered.
    """

    def __init__(self, clock: Clock, announcement: Announcement | None = None) -> None:
        self.clock = clock
        self._announcement = announcement
        self._sockets: list[asyncio.DatagramTransport] = []
        self._tcp = TcpListener(self)
        self._by_ufrag: dict[str, IceLite] = {}
        self._by_address: dict[MediaPeer, IceLite] = {}
        self._silent_until = float("-inf")

    @property
    def silent(self) -> bool:
        """Whether packets are dropped in both directions, as ordered by a fault."""
        return self.clock.monotonic() < self._silent_until

    def silence(self, seconds: float) -> None:
        """Drop every packet in both directions for this long; 0 ends it."""
        self._silent_until = self.clock.monotonic() + seconds

    async def open(self, addresses: tuple[str, ...], port: int) -> None:
        """Bind ``port`` (0 = any) on each address. Raises OSError when the first one cannot be bound.

        With an announcement also its addresses that are this machine's own, and TCP.
        """
        if self._announcement is not None:
            await self._announcement.resolve()
            addresses = tuple(dict.fromkeys((*addresses, *self._announcement.own_addresses())))
        await self._open_udp(addresses, port)
        if self._announcement is not None:
            await self._tcp.open([ip for ip, _ in self.addresses], self.addresses[0][1])

    async def _open_udp(self, addresses: tuple[str, ...], port: int) -> None:
        for address in addresses:
            try:
                transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                    lambda: _Port(self), local_addr=(address, port)
                )
            except OSError as error:
                if not self._sockets:
                    raise
                log.warning("no media on %s: %s", address, error)
                continue
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
            self._sockets.append(transport)

    def close(self) -> None:
        """Close the UDP sockets and TCP listeners, and abort the TCP connections. Idempotent."""
        for transport in self._sockets:
            transport.close()
        self._sockets.clear()
        self._tcp.close()

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """The bound UDP addresses, in order of preference."""
        return [transport.get_extra_info("sockname")[:2] for transport in self._sockets]

    @property
    def candidates(self) -> list[MediaCandidate]:
        """Where browsers may send, in order of preference."""
        own = [MediaCandidate(ip, port) for ip, port in self.addresses]
        if self._announcement is None or not own:
            return own
        return self._announcement.candidates(own, self._tcp.port)

    async def resolve(self) -> None:
        """Look the announced host names up again, if the last answer is old. Call it before ``candidates`` are sent."""
        if self._announcement is not None:
            await self._announcement.resolve()

    def register(self, ice: IceLite) -> None:
        """Answer STUN checks that carry the credentials of ``ice``."""
        self._by_ufrag[ice.ufrag] = ice

    def unregister(self, ice: IceLite) -> None:
        """Remove the credentials of ``ice``."""
        self._by_ufrag.pop(ice.ufrag, None)

    def map_address(self, address: MediaPeer, ice: IceLite) -> None:
        """Hand what comes from ``address`` to ``ice``, also if another session had the address before."""
        self._by_address[address] = ice

    def unmap_address(self, address: MediaPeer, ice: IceLite) -> None:
        """Forget ``address``, unless another session has it by now: ports are reused."""
        if self._by_address.get(address) is ice:
            del self._by_address[address]

    def session_at(self, address: MediaPeer) -> IceLite | None:
        """The session whose browser proved that it is at ``address``; None for an unknown one."""
        return self._by_address.get(address)

    def received(self, data: bytes, peer: MediaPeer, link: MediaSocket) -> None:
        """One packet from ``peer``, which is answered through ``link``."""
        if not data or len(data) > LARGEST_DATAGRAM or self.silent:
            return
        if data[0] < 4:
            self._answer_check(data, peer, link)
        elif (ice := self.session_at(peer)) is not None:
            ice.received(data, peer, link)

    def _answer_check(self, data: bytes, peer: MediaPeer, link: MediaSocket) -> None:
        """Answer a STUN binding request that carries one of our credentials; drop everything else."""
        try:
            request = stun.parse_message(data)
        except (ValueError, struct.error):
            return
        if (request.message_class, request.message_method) != (stun.Class.REQUEST, stun.Method.BINDING):
            return
        ice = self._by_ufrag.get(str(request.attributes.get("USERNAME", "")).partition(":")[0])
        if ice is None or not request.check_message_integrity(ice.password.encode()):
            return
        mapped = {"XOR-MAPPED-ADDRESS": (peer.ip, peer.port)}
        reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id, mapped)
        reply.add_message_integrity(ice.password.encode())
        link.send(bytes(reply), peer)
        ice.checked(peer, link, nominated="USE-CANDIDATE" in request.attributes)


class _Port(asyncio.DatagramProtocol):
    """One UDP socket of :class:`MediaPorts`."""

    def __init__(self, ports: MediaPorts) -> None:
        self._ports = ports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.DatagramTransport = transport  # pyright: ignore[reportAttributeAccessIssue]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._ports.received(data, MediaPeer(addr[0], addr[1]), self)

    def send(self, data: bytes, to: MediaPeer) -> None:
        self._transport.sendto(data, (to.ip, to.port))

    def error_received(self, exc: Exception) -> None:
        log.debug("UDP: %s", exc)  # a browser that went away: its session is reaped for being silent


class IceLite:
    """Our end of one browser's path, over UDP or TCP. Takes the place of aiortc's RTCIceTransport under its RTCDtlsTransport."""

    role = "controlled"

    def __init__(self, ports: MediaPorts, on_media: Callable[[bytes], None]) -> None:
        """``on_media`` gets each SRTP and SRTCP packet at once, on the event loop."""
        self._ports = ports
        self._on_media = on_media
        self._dtls: asyncio.Queue[bytes] = asyncio.Queue(64)
        self._addresses: dict[MediaPeer, float] = {}
        self._peer: tuple[MediaPeer, MediaSocket] | None = None
        self._peer_heard_at = float("-inf")
        self._closed = False
        self.connected = asyncio.Event()
        self.heard_at = ports.clock.monotonic()
        self._renew()

    def _renew(self) -> None:
        self.ufrag, self.password = secrets.token_hex(8), secrets.token_hex(16)
        self._ports.register(self)

    def restart(self) -> None:
        """New credentials; the path in use goes on until the browser has checked a new one."""
        self._ports.unregister(self)
        self._renew()

    def checked(self, address: MediaPeer, link: MediaSocket, *, nominated: bool) -> None:
        """The browser proved that it is at ``address``."""
        now = self.heard_at = self._ports.clock.monotonic()
        self._addresses.pop(address, None)
        self._addresses[address] = now
        self._ports.map_address(address, self)
        if self._peer is None or (nominated and now - self._peer_heard_at > PEER_STALE_S):
            self._choose(address, link)
        if len(self._addresses) > _MOST_ADDRESSES:
            self._forget(next(a for a in self._addresses if self._peer is None or a != self._peer[0]))

    def received(self, data: bytes, address: MediaPeer, link: MediaSocket) -> None:
        """Anything but STUN from an address that was checked before: this is the pair of addresses the browser uses."""
        self.heard_at = self._ports.clock.monotonic()
        self._choose(address, link)
        if 127 < data[0] < 192:
            self._on_media(data)
        elif 19 < data[0] < 64 and not self._dtls.full():
            self._dtls.put_nowait(data)

    def _choose(self, address: MediaPeer, link: MediaSocket) -> None:
        self._peer_heard_at = self.heard_at
        if self._peer is None or self._peer[0] != address:
            self._peer = (address, link)
            self.connected.set()

    def prune(self) -> None:
        """Drop the peer addresses that are neither in use nor checked any more."""
        oldest = self._ports.clock.monotonic() - ADDRESS_KEPT_S
        in_use = self._peer[0] if self._peer else None
        for address in [a for a, at in self._addresses.items() if at < oldest and a != in_use]:
            self._forget(address)

    def _forget(self, address: MediaPeer) -> None:
        del self._addresses[address]
        self._ports.unmap_address(address, self)

    def send(self, data: bytes) -> None:
        """Send one packet to the address in use. Dropped before the first check, after :meth:`close` and in a silence fault."""
        if self._peer is not None and not self._closed and not self._ports.silent:
            address, link = self._peer
            link.send(data, address)

    def close(self) -> None:
        """Withdraw credentials and addresses: what the browser still sends is dropped. Idempotent."""
        self._closed = True
        self._ports.unregister(self)
        for address in list(self._addresses):
            self._forget(address)

    # What RTCDtlsTransport asks of its transport:

    async def _recv(self) -> bytes:
        return await self._dtls.get()

    async def _send(self, data: bytes) -> None:
        self.send(data)
