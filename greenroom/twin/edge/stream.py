"""A participant's published stream, and its forwarding to each viewer under separate SSRCs and counters."""

from __future__ import annotations

import secrets
import struct
from dataclasses import dataclass
from typing import Literal

from aiortc.rtp import (
    RtcpReceiverInfo,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
)

from greenroom.clock import Clock
from greenroom.twin.edge.ortc import CNAME
from greenroom.twin.edge.rtp import Packet, ntp, write
from greenroom.twin.edge.transport import Transport

Kind = Literal["audio", "video"]

CLOCK_RATES: dict[Kind, int] = {"audio": 48_000, "video": 90_000}


class Stream:
    """A published stream. Subclasses provide the packets; this class forwards them."""

    kind: Kind

    def __init__(self) -> None:
        self.muted = False
        self._forwarders: tuple[Forwarder, ...] = ()

    @property
    def has_viewers(self) -> bool:
        return bool(self._forwarders)

    @property
    def viewers(self) -> int:
        """How many browsers are subscribed now."""
        return len(self._forwarders)

    def subscribe(self, forwarder: Forwarder) -> None:
        """Send ``forwarder`` each packet from now on. :class:`Forwarder` calls it."""
        self._forwarders += (forwarder,)

    def unsubscribe(self, forwarder: Forwarder) -> None:
        """Stop sending to ``forwarder``. An unknown one is ignored."""
        self._forwarders = tuple(other for other in self._forwarders if other is not forwarder)

    def forward(self, packet: Packet) -> None:
        """Send ``packet`` to every viewer, now."""
        for forwarder in self._forwarders:
            forwarder.send(packet)

    def want_key_frame(self) -> None:
        """A viewer cannot draw until it gets a whole picture. Audio has none."""

    def resend(self, sequence: int) -> Packet | None:
        """The packet that was lost on the way to a viewer, if it is still known."""
        return None


@dataclass(frozen=True, slots=True)
class RtpIds:
    """RTP identifiers of a stream in one viewer's session. ``rtx`` is (SSRC, payload type) of retransmissions."""

    ssrc: int
    payload_type: int
    rtx: tuple[int, int] | None = None
    with_pts: bool = False


class Forwarder:
    """Sends one viewer a stream: renumbered, counted, reported."""

    def __init__(self, stream: Stream, transport: Transport, ids: RtpIds, clock: Clock) -> None:
        self.stream = stream
        self.ids = ids
        self.loss = 0.0  # 0..1, as the viewer last reported it
        self.jitter_ms = 0.0
        self._transport = transport
        self._clock = clock
        # The lower half of the range: a wrap right at the start would confuse SRTP's packet index.
        self._next_sequence = secrets.randbelow(1 << 15)
        self._sequence_shift: int | None = None
        self._timestamp_shift = secrets.randbits(32)
        self._rtx_sequence = secrets.randbelow(1 << 15)
        self._packets = self._octets = 0
        self._last: tuple[int, float] = (0, 0.0)
        transport.outbound[ids.ssrc] = self
        stream.subscribe(self)

    def end(self) -> None:
        """Stop sending, and take no more feedback from the viewer. Idempotent."""
        self.stream.unsubscribe(self)
        self._transport.outbound.pop(self.ids.ssrc, None)

    def send(self, packet: Packet) -> None:
        """Send ``packet`` with this viewer's SSRC, payload type, sequence number and timestamp.

        An agent's audio gets the prefix of :func:`pts_prefix` where the browser asked for it.
        """
        if self._sequence_shift is None:
            self._sequence_shift = self._next_sequence - packet.sequence
        payload = self._payload(packet)
        timestamp = packet.timestamp + self._timestamp_shift
        sequence = packet.sequence + self._sequence_shift
        ids = self.ids
        self._transport.send(write(ids.ssrc, ids.payload_type, sequence, timestamp, packet.marker, payload))
        self._packets += 1
        self._octets += len(payload)
        self._last = timestamp, self._clock.monotonic()

    def _payload(self, packet: Packet) -> bytes:
        if self.ids.with_pts and packet.pts_ms is not None:
            return pts_prefix(packet.pts_ms) + packet.payload
        return packet.payload

    def report(self) -> list[RtcpSrPacket | RtcpSdesPacket]:
        """A sender report and whose it is; nothing before the first packet."""
        if not self._packets:
            return []
        last, sent_at = self._last
        since = int((self._clock.monotonic() - sent_at) * CLOCK_RATES[self.stream.kind])
        info = RtcpSenderInfo(
            ntp_timestamp=ntp(self._clock.now().timestamp()),
            rtp_timestamp=last + since & 0xFFFFFFFF,
            packet_count=self._packets & 0xFFFFFFFF,
            octet_count=self._octets & 0xFFFFFFFF,
        )
        name = RtcpSourceInfo(self.ids.ssrc, [(1, CNAME.encode())])
        return [RtcpSrPacket(self.ids.ssrc, info), RtcpSdesPacket([name])]

    # The viewer's feedback:

    def reported(self, report: RtcpReceiverInfo) -> None:
        """Take ``loss`` and ``jitter_ms`` from the viewer's receiver report (RFC 3550, 6.4.1)."""
        self.loss = report.fraction_lost / 256
        self.jitter_ms = report.jitter / CLOCK_RATES[self.stream.kind] * 1000

    def lost(self, sequences: list[int]) -> None:
        """Send the packets with these numbers of the viewer's stream again (NACK, RFC 4585), as far as they are kept."""
        if self._sequence_shift is None:
            return
        for sequence in sequences:
            packet = self.stream.resend(sequence - self._sequence_shift & 0xFFFF)
            if packet is not None:
                self._resend(packet, sequence)

    def _resend(self, packet: Packet, sequence: int) -> None:
        timestamp = packet.timestamp + self._timestamp_shift
        ids = self.ids
        if ids.rtx is None:
            data = write(ids.ssrc, ids.payload_type, sequence, timestamp, packet.marker, packet.payload)
        else:  # RFC 4588: the original sequence number goes first in the payload
            ssrc, payload_type = ids.rtx
            payload = struct.pack("!H", sequence) + packet.payload
            data = write(ssrc, payload_type, self._rtx_sequence, timestamp, packet.marker, payload)
            self._rtx_sequence += 1
        self._transport.send(data)

    def key_frame_wanted(self) -> None:
        """The viewer asked for a key frame (PLI or FIR); audio ignores it."""
        self.stream.want_key_frame()


def pts_prefix(pts_ms: int) -> bytes:
    """Agora's prefix of an Opus payload with the sender's position in its audio, for browsers that asked (ENABLE_AUDIO_PTS).

    ``47 | length u16 BE | tag 03 | length u16 BE | u64 LE milliseconds``
    """
    return b"\x47\x00\x0b\x03\x00\x08" + struct.pack("<Q", max(0, pts_ms))
