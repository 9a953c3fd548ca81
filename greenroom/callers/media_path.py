"""A caller's end of one media path: ICE checks, DTLS and SRTP over one UDP socket, as a browser does it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import pylibsrtp
from aioice import stun
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtp import RtpPacket, is_rtcp

CONNECT_S = 15.0
#: A path counts as lost after this many unanswered checks, each of which waits this many seconds.
CHECKS, CHECK_WITHIN_S = 3, 1.5
CHECK_EVERY_S = 0.05
_PRIORITY = 0x7E7F1EFF

Json = Mapping[str, Any]


class CallerCertificate:
    """The certificate of a process's callers: making one takes a moment."""

    def __init__(self) -> None:
        self.made = RTCCertificate.generateCertificate()

    @property
    def fingerprints(self) -> list[dict[str, str]]:
        """SHA-256, as a join message names them."""
        found = self.made.getFingerprints()
        return [{"hashFunction": one.algorithm, "fingerprint": one.value} for one in found if one.algorithm == "sha-256"]


class _CallerDtls(RTCDtlsTransport):
    """aiortc's handshake; the keys are used directly. We are the server, as a browser is towards Agora's edge."""

    def __init__(self, path: CallerMediaPath, certificate: RTCCertificate) -> None:
        super().__init__(path, [certificate])  # pyright: ignore[reportArgumentType]
        self._set_role("server")

    def seal(self, packet: bytes) -> bytes:
        return self._tx_srtp.protect(packet)

    def open(self, packet: bytes) -> bytes | None:
        try:
            return self._rx_srtp.unprotect(packet)
        except pylibsrtp.Error:
            return None

    @property
    def up(self) -> bool:
        return self._rx_srtp is not None


class CallerMediaPath(asyncio.DatagramProtocol):
    """Connects to the edge's half of a join; ``arrived`` gets each RTP packet on the event loop."""

    role = "controlling"

    def __init__(self, certificate: CallerCertificate, arrived: Callable[[RtpPacket], None]) -> None:
        self.ufrag, self.password = secrets.token_hex(4), secrets.token_hex(12)
        self._arrived = arrived
        self._records: asyncio.Queue[bytes] = asyncio.Queue()
        self._answered = asyncio.Event()
        self._udp: asyncio.DatagramTransport | None = None
        self._dtls = _CallerDtls(self, certificate.made)
        self._peer: Json = {}

    async def connect(self, edge: Json) -> None:
        """``edge`` is the ORTC object of the join's answer. Raises TimeoutError or ConnectionError."""
        self._peer = edge["iceParameters"]
        candidate = self._peer["candidates"][0]
        self._udp, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: self, remote_addr=(candidate["ip"], candidate["port"])
        )
        prints = [RTCDtlsFingerprint(p["algorithm"], p["fingerprint"]) for p in edge["dtlsParameters"]["fingerprints"]]
        async with asyncio.timeout(CONNECT_S):
            while not self._answered.is_set():
                self.check()
                with contextlib.suppress(TimeoutError):  # check again
                    async with asyncio.timeout(CHECK_EVERY_S):
                        await self._answered.wait()
            await self._dtls.start(RTCDtlsParameters(prints))
        if self._dtls.state != "connected":
            raise ConnectionError("the DTLS handshake failed")

    def check(self) -> None:
        """An ICE check that nominates the pair; a browser repeats it every few seconds."""
        request = stun.Message(
            stun.Method.BINDING,
            stun.Class.REQUEST,
            attributes={
                "USERNAME": f"{self._peer['iceUfrag']}:{self.ufrag}",
                "PRIORITY": _PRIORITY,
                "ICE-CONTROLLING": secrets.randbits(63),
                "USE-CANDIDATE": None,
            },
        )
        request.add_message_integrity(self._peer["icePwd"].encode())
        self._emit(bytes(request))

    async def answers(self) -> bool:
        """Check the path; False if nothing comes back."""
        for _ in range(CHECKS):
            self._answered.clear()
            self.check()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CHECK_WITHIN_S):
                    await self._answered.wait()
                    return True
        return False

    def send(self, packet: bytes) -> None:
        """Encrypt and send one RTP packet; dropped before the handshake is over."""
        if self._dtls.up:
            self._emit(self._dtls.seal(packet))

    async def close(self) -> None:
        """Say goodbye over DTLS and close the UDP socket."""
        await self._dtls.stop()
        if self._udp is not None:
            self._udp.close()

    def _emit(self, data: bytes) -> None:
        if self._udp is not None and not self._udp.is_closing():
            self._udp.sendto(data)

    # What asyncio calls:

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """STUN, SRTP or DTLS, told apart by the first byte (RFC 7983). RTCP is dropped."""
        if data[0] < 4:
            self._answered.set()
        elif 127 < data[0] < 192:
            if self._dtls.up and not is_rtcp(data) and (plain := self._dtls.open(data)):
                self._arrived(RtpPacket.parse(plain))
        else:
            self._records.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        """The edge closed its port while we still sent: the call is over then."""

    # What RTCDtlsTransport asks of its transport:

    async def _recv(self) -> bytes:
        return await self._records.get()

    async def _send(self, data: bytes) -> None:
        self._emit(data)
