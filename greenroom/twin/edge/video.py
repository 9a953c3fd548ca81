"""Video streams. A browser's camera is forwarded as it comes; losses and key frames are asked of whoever has them.

A seat's video is another :class:`VideoStream`: see :mod:`greenroom.twin.edge.picture`.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from dataclasses import replace

from aiortc.rtp import RTCP_PSFB_PLI, RTCP_RTPFB_NACK, RtcpPsfbPacket, RtcpRtpfbPacket

from greenroom.clock import Clock
from greenroom.twin.edge.rtp import Packet, ReceptionStats
from greenroom.twin.edge.stream import CLOCK_RATES, Kind, Stream
from greenroom.twin.edge.transport import OWN_SSRC, Transport

#: How many packets are kept for viewers that lost them: about two seconds of 1 Mbit/s.
KEPT_PACKETS = 256
#: A key frame is large; viewers that ask together or in a row get one, in seconds.
KEY_FRAME_EVERY_S = 0.3


class VideoStream(Stream):
    """A stream that keeps its last packets for retransmission."""

    kind: Kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._kept: OrderedDict[int, Packet] = OrderedDict()

    def forward(self, packet: Packet) -> None:
        """Keep ``packet`` for retransmission and send it to every viewer, now."""
        self._kept[packet.sequence] = packet
        if len(self._kept) > KEPT_PACKETS:
            self._kept.popitem(last=False)
        super().forward(packet)

    def resend(self, sequence: int) -> Packet | None:
        """The packet with this number; None when it is older than the last :data:`KEPT_PACKETS`."""
        return self._kept.get(sequence)


class CameraTrack(VideoStream):
    """A browser's video, received as VP8."""

    def __init__(self, transport: Transport, ssrc: int, clock: Clock) -> None:
        super().__init__()
        self.ssrc = ssrc
        self.reception = ReceptionStats(ssrc, CLOCK_RATES["video"])
        self._transport = transport
        self._clock = clock
        self._asked_at = float("-inf")

    def arrived(self, packet: Packet) -> None:
        """Count ``packet`` and forward it, unless it is empty. Called in the socket's callback."""
        self.reception.count(packet, self._clock.monotonic())
        if packet.payload:  # empty ones only probe the bandwidth
            self.forward(packet)

    def sender_reported(self, ntp_time: int) -> None:
        """Note the 64-bit NTP time of the browser's sender report; receiver reports repeat it (RFC 3550, 6.4.1)."""
        self.reception.sender_reported(ntp_time, self._clock.monotonic())

    def want_key_frame(self) -> None:
        """Ask the browser for a key frame (PLI), at most once in :data:`KEY_FRAME_EVERY_S`."""
        now = self._clock.monotonic()
        if now - self._asked_at >= KEY_FRAME_EVERY_S:
            self._asked_at = now
            self._transport.send_control(RtcpPsfbPacket(RTCP_PSFB_PLI, OWN_SSRC, self.ssrc))

    def resend(self, sequence: int) -> Packet | None:
        """The packet with this number. None when it is not kept: then the browser is asked for it (NACK)."""
        packet = super().resend(sequence)
        if packet is None:  # it was lost before it reached us: pass the question on
            self._transport.send_control(RtcpRtpfbPacket(RTCP_RTPFB_NACK, OWN_SSRC, self.ssrc, [sequence]))
        return packet


class Retransmissions:
    """Retransmissions for a camera (RFC 4588): lost packets, prefixed with their original sequence numbers."""

    def __init__(self, camera: CameraTrack) -> None:
        self._camera = camera

    def arrived(self, packet: Packet) -> None:
        """Give the camera the lost packet that this one carries."""
        if len(packet.payload) > 2:  # shorter ones only probe the bandwidth
            (sequence,) = struct.unpack_from("!H", packet.payload)
            again = replace(packet, ssrc=self._camera.ssrc, sequence=sequence, payload=packet.payload[2:])
            self._camera.arrived(again)

    def sender_reported(self, ntp_time: int) -> None:
        """Retransmissions are not counted apart."""
