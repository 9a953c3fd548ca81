"""The media addresses that a join answer offers to a browser: this machine's own, and announced ones for other machines."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from greenroom.clock import Clock

log = logging.getLogger(__name__)

Protocol = Literal["udp", "tcp"]

#: Of ICE (RFC 8445, 5.1.2); TCP is for networks that block UDP.
PRIORITIES = {"udp": 2103266323, "tcp": 1518280446}
#: How long the answer to a name is used, in seconds, and how long a join waits for the answers.
NAME_KEPT_S, NAME_WITHIN_S = 30.0, 3.0
MOST_ANNOUNCED = 8


@dataclass(frozen=True, slots=True)
class MediaCandidate:
    """Where a browser may send media; ``ip`` is an IPv4 address, not a name."""

    ip: str
    port: int
    protocol: Protocol = "udp"


@dataclass(frozen=True, slots=True)
class AnnouncedAddress:
    """``protocol`` None = both; ``port`` 0 = the one that is listened on."""

    host: str
    port: int = 0
    protocol: Protocol | None = None

    @classmethod
    def read(cls, text: str) -> AnnouncedAddress:
        """Parse ``[udp:|tcp:]host[:port]``; the host is a name or an IPv4 address. Raises ValueError."""
        kind, separator, rest = text.partition(":")
        protocol: Protocol | None = "udp" if kind == "udp" else "tcp" if kind == "tcp" else None
        host, _, port = (rest if protocol and separator else text).partition(":")
        if not host or not host.isascii() or not all(c.isalnum() or c in "-." for c in host):
            raise ValueError(f"{text!r} must be a host name or an IPv4 address, as in udp:203.0.113.5:8451")
        if port and not (port.isdigit() and 0 < int(port) < 65_536):
            raise ValueError(f"the port of {text!r} must be from 1 to 65535")
        return cls(host, int(port or 0), protocol)


class Announcement:
    """Addresses under which browsers on other machines reach the media sockets. Names are looked up again and again,
    because an SDP with a host name gets no media."""

    def __init__(self, announced: Sequence[AnnouncedAddress], clock: Clock) -> None:
        self._announced = tuple(announced)
        self._clock = clock
        self._ips: dict[str, str] = {}
        self._asked_at = float("-inf")

    @classmethod
    def read(cls, text: str, clock: Clock) -> Announcement | None:
        """Parse addresses separated by commas; None without any. Raises ValueError, also for more than :data:`MOST_ANNOUNCED`."""
        announced = [AnnouncedAddress.read(one.strip()) for one in text.split(",") if one.strip()]
        if len(announced) > MOST_ANNOUNCED:
            raise ValueError(f"at most {MOST_ANNOUNCED} addresses")
        return cls(announced, clock) if announced else None

    async def resolve(self) -> None:
        """Look up the names, unless the last answers are fresh; takes at most :data:`NAME_WITHIN_S`.

        A name that isn't found keeps its last address.
        """
        now = self._clock.monotonic()
        if now - self._asked_at < NAME_KEPT_S:
            return
        self._asked_at = now
        await asyncio.gather(*(self._look_up(host) for host in {one.host for one in self._announced}))

    async def _look_up(self, host: str) -> None:
        try:
            async with asyncio.timeout(NAME_WITHIN_S):
                found = await asyncio.get_running_loop().getaddrinfo(host, None, family=socket.AF_INET)
            self._ips[host] = str(found[0][4][0])
        except (OSError, UnicodeError, TimeoutError) as error:
            log.warning("the announced media address %s can't be looked up: %s", host, error)

    def own_addresses(self) -> list[str]:
        """Those that this machine has itself, in contrast to one that a router forwards."""
        return [ip for ip in self._ips.values() if _is_own(ip)]

    def candidates(self, own: Sequence[MediaCandidate], tcp_port: int) -> list[MediaCandidate]:
        """The announced ones, then loopback for browsers on this machine. ``own``: the bound UDP addresses."""
        found: list[MediaCandidate] = []
        for one in self._announced:
            ip = self._ips.get(one.host)
            if ip is None:
                continue
            udp_port = next((bound.port for bound in own if bound.ip == ip), own[0].port)
            if one.protocol != "tcp":
                found.append(MediaCandidate(ip, one.port or udp_port, "udp"))
            if one.protocol != "udp" and tcp_port:
                found.append(MediaCandidate(ip, one.port or tcp_port, "tcp"))
        found += [bound for bound in own if bound.ip.startswith("127.")]
        return list(dict.fromkeys(found))


def _is_own(ip: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((ip, 0))
        except OSError:
            return False
    return True
