"""ICE over TCP (RFC 6544, passive; framing of RFC 4571) for browsers whose network blocks UDP."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from greenroom.http_security.bounded_listener import listen_on

log = logging.getLogger(__name__)

#: Larger packets are not ours (and would not fit libsrtp's buffer).
LARGEST_DATAGRAM = 1500
#: Packets are dropped while this many bytes wait for a slow browser: late sound is worse than lost sound.
MOST_WAITING = 64 * 1024
#: How long a connection may stay without a valid check, and how many there may be, in all and from one address.
CHECKED_WITHIN_S = 15.0
MOST_CONNECTIONS, MOST_FROM_ONE = 512, 64


class MediaPeer(NamedTuple):
    """A browser's end of a path; ``protocol`` is udp or tcp."""

    ip: str
    port: int
    protocol: str = "udp"


class MediaSocket(Protocol):
    """Sends packets back to where one came from."""

    def send(self, data: bytes, to: MediaPeer) -> None:
        """Send one packet without waiting. It may be dropped, as UDP may."""


class PacketReceiver(Protocol):
    """Gets every packet of every connection."""

    def received(self, data: bytes, peer: MediaPeer, link: MediaSocket) -> None:
        """One packet of 1 to :data:`LARGEST_DATAGRAM` bytes; ``link`` sends the answers."""

    def session_at(self, address: MediaPeer) -> object | None:
        """The session of a browser's address. A connection without one is closed after :data:`CHECKED_WITHIN_S`."""
        ...


class TcpListener:
    """The listening sockets and their open connections."""

    def __init__(self, receiver: PacketReceiver) -> None:
        self.receiver = receiver
        self.connections: set[_Connection] = set()
        self._servers: list[asyncio.Server] = []

    @property
    def port(self) -> int:
        """The port of the first address; 0 = not open."""
        return self._servers[0].sockets[0].getsockname()[1] if self._servers else 0

    async def open(self, addresses: Sequence[str], port: int) -> None:
        """Listen on ``port`` of each address, or on any if it is taken on the first one."""
        loop = asyncio.get_running_loop()
        for address in addresses:
            try:
                listening = listen_on(address, self.port or port)
            except OSError as error:
                if self._servers:
                    log.warning("no media over TCP on %s: %s", address, error)
                    continue
                listening = listen_on(address, 0)
            self._servers.append(await loop.create_server(lambda: _Connection(self), sock=listening))

    def close(self) -> None:
        """Stop listening and abort every connection. Idempotent."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        for connection in list(self.connections):
            connection.close()


class _Connection(asyncio.Protocol):
    """One browser's connection."""

    def __init__(self, listener: TcpListener) -> None:
        self._listener = listener
        self._buffer = bytearray()
        self._check: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        ip, port = transport.get_extra_info("peername")[:2]
        self.peer = MediaPeer(ip, port, "tcp")
        others = self._listener.connections
        if len(others) >= MOST_CONNECTIONS or self._too_many(ip):
            log.warning("too many media connections; one from %s was closed", ip)
            transport.abort()
            return
        others.add(self)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._check = asyncio.get_running_loop().call_later(CHECKED_WITHIN_S, self._checked)

    def connection_lost(self, exc: Exception | None) -> None:
        self._listener.connections.discard(self)
        if self._check is not None:
            self._check.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        at = 0
        while len(self._buffer) - at >= 2:
            length = int.from_bytes(self._buffer[at : at + 2], "big")
            if not 0 < length <= LARGEST_DATAGRAM:
                self._transport.abort()
                return
            if len(self._buffer) - at < 2 + length:
                break
            self._listener.receiver.received(bytes(self._buffer[at + 2 : at + 2 + length]), self.peer, self)
            at += 2 + length
        del self._buffer[:at]

    def send(self, data: bytes, to: MediaPeer) -> None:
        if not self._transport.is_closing() and self._transport.get_write_buffer_size() < MOST_WAITING:
            self._transport.write(len(data).to_bytes(2, "big") + data)

    def close(self) -> None:
        self._transport.abort()

    def _too_many(self, ip: str) -> bool:
        """A proxy on this machine brings the browsers of everybody."""
        return not ip.startswith("127.") and sum(one.peer.ip == ip for one in self._listener.connections) >= MOST_FROM_ONE

    def _checked(self) -> None:
        """Close what has no session behind it, again and again: a session may end before its connection."""
        if self._listener.receiver.session_at(self.peer) is None:
            self._transport.abort()
        else:
            self._check = asyncio.get_running_loop().call_later(CHECKED_WITHIN_S, self._checked)
