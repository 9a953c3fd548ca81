"""DTLS-SRTP with one browser: aiortc's handshake, and a direct path for media. Uses aiortc's internals.

Packets are decrypted and delivered inside the socket's callback, and encrypted and sent inside the sender's call: no queue,
no task and no thread stands between a microphone and a listener.
"""

from __future__ import annotations

import asyncio
import logging
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import pylibsrtp
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    is_rtcp,
)

from greenroom.clock import Clock
from greenroom.twin.edge.candidates import Announcement
from greenroom.twin.edge.ice import IceLite, MediaPorts
from greenroom.twin.edge.ortc import Fingerprint
from greenroom.twin.edge.rtp import Packet, read

log = logging.getLogger(__name__)

#: How long a browser has from its join to the end of the DTLS handshake, in seconds.
CONNECT_TIMEOUT_S = 30.0
#: pylibsrtp's buffer, less the room it keeps for the authentication tag.
_LARGEST_PLAIN = 1500 - 16 - 128
#: The SSRC our receiver reports and key frame requests are signed with.
OWN_SSRC = 1


class Inbound(Protocol):
    """A stream that the browser sends."""

    def arrived(self, packet: Packet) -> None:
        """One decrypted packet, in order of arrival. Called in the socket's callback: it must not block."""

    def sender_reported(self, ntp_time: int) -> None:
        """The 64-bit NTP time of the browser's sender report (RFC 3550, 6.4.1)."""


class Outbound(Protocol):
    """A stream that the browser receives; the calls are the browser's feedback about it."""

    def reported(self, report: RtcpReceiverInfo) -> None:
        """A receiver report about this stream (RFC 3550, 6.4.1)."""

    def lost(self, sequences: list[int]) -> None:
        """Sequence numbers that the browser misses (NACK, RFC 4585, 6.2.1)."""

    def key_frame_wanted(self) -> None:
        """The browser needs a whole picture: PLI (RFC 4585, 6.3.1) or FIR (RFC 5104, 4.3.1)."""


@dataclass(frozen=True)
class EdgeResources:
    """What all media paths of an edge share."""

    ports: MediaPorts
    certificate: RTCCertificate
    clock: Clock

    @classmethod
    def build(cls, clock: Clock, announcement: Announcement | None = None) -> EdgeResources:
        """With a certificate of its own; the sockets are opened later."""
        return cls(MediaPorts(clock, announcement), RTCCertificate.generateCertificate(), clock)

    @property
    def fingerprints(self) -> list[Fingerprint]:
        """The certificate's, SHA-256."""
        ours = self.certificate.getFingerprints()
        return [Fingerprint(print_.algorithm, print_.value) for print_ in ours if print_.algorithm == "sha-256"]


class _Dtls(RTCDtlsTransport):
    """aiortc's transport, used for the handshake and the keys."""

    def __init__(self, ice: IceLite, certificate: RTCCertificate) -> None:
        super().__init__(ice, [certificate])  # pyright: ignore[reportArgumentType]
        self._set_role("client")

    def decrypt(self, data: bytes, *, rtcp: bool) -> bytes | None:
        """The plain packet; None before the handshake is over and for what the key does not fit."""
        if self._rx_srtp is None:
            return None
        try:
            return self._rx_srtp.unprotect_rtcp(data) if rtcp else self._rx_srtp.unprotect(data)
        except pylibsrtp.Error as error:
            log.debug("SRTP: %s", error)
            return None

    def encrypt(self, data: bytes, *, rtcp: bool) -> bytes:
        return self._tx_srtp.protect_rtcp(data) if rtcp else self._tx_srtp.protect(data)

    async def stop(self) -> None:
        pump = self._task
        await super().stop()
        if pump is not None:
            await asyncio.gather(pump, return_exceptions=True)


class Transport:
    """The media path of one browser session."""

    def __init__(
        self,
        resources: EdgeResources,
        fingerprints: Sequence[Fingerprint],
        settled: Callable[[bool], None],
    ) -> None:
        """``settled`` is called once, unless the transport is closed before: True when media can flow, False when the browser did
        not get through within :data:`CONNECT_TIMEOUT_S`.
        """
        self.ice = IceLite(resources.ports, self._received)
        self.inbound: dict[int, Inbound] = {}
        self.outbound: dict[int, Outbound] = {}
        self.up = False
        self._dtls = _Dtls(self.ice, resources.certificate)
        self._settled = settled
        peer = RTCDtlsParameters([RTCDtlsFingerprint(print_.algorithm, print_.value) for print_ in fingerprints])
        self._connecting = asyncio.create_task(self._connect(peer), name="edge: DTLS")

    async def _connect(self, peer: RTCDtlsParameters) -> None:
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self.ice.connected.wait()
                await self._dtls.start(peer)
        except TimeoutError:
            log.info("a browser's media path did not come up in %.0f s", CONNECT_TIMEOUT_S)
        self.up = self._dtls.state == "connected"
        self._settled(self.up)

    async def close(self) -> None:
        """Say goodbye over DTLS, wait until its tasks have ended and withdraw the ICE credentials."""
        self.up = False
        self._connecting.cancel()
        try:
            await asyncio.wait([self._connecting])
            await self._dtls.stop()
        finally:
            self.ice.close()
            self.inbound.clear()
            self.outbound.clear()

    def send(self, packet: bytes) -> None:
        """Encrypt and send one RTP packet now; dropped while the path is not up or when it is too large."""
        if self.up and len(packet) <= _LARGEST_PLAIN:
            self.ice.send(self._dtls.encrypt(packet, rtcp=False))

    def send_control(self, *packets: AnyRtcpPacket) -> None:
        """Encrypt and send one compound RTCP packet now."""
        data = b"".join(bytes(packet) for packet in packets)
        if self.up and data:
            self.ice.send(self._dtls.encrypt(data, rtcp=True))

    def _received(self, data: bytes) -> None:
        rtcp = is_rtcp(data)
        plain = self._dtls.decrypt(data, rtcp=rtcp)
        if plain is None:
            return
        try:
            if rtcp:
                for packet in RtcpPacket.parse(plain):
                    self._apply_feedback(packet)
            else:
                self._deliver(read(plain))
        except (ValueError, struct.error) as error:
            log.debug("a browser sent what is no RTP: %s", error)

    def _deliver(self, packet: Packet) -> None:
        stream = self.inbound.get(packet.ssrc)
        if stream is not None:
            stream.arrived(packet)

    def _apply_feedback(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpSrPacket) and (sender := self.inbound.get(packet.ssrc)):
            sender.sender_reported(packet.sender_info.ntp_timestamp)
        if isinstance(packet, (RtcpSrPacket, RtcpRrPacket)):
            for report in packet.reports:
                if about := self.outbound.get(report.ssrc):
                    about.reported(report)
        elif isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            if about := self.outbound.get(packet.media_ssrc):
                about.lost(packet.lost)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
            fir = packet.fmt == RTCP_PSFB_FIR  # names its stream in the body (RFC 5104, 4.3.1)
            media_ssrc = int.from_bytes(packet.fci[:4], "big") if fir else packet.media_ssrc
            if about := self.outbound.get(media_ssrc):
                about.key_frame_wanted()
