"""RTP on the wire: packets in and out, the arithmetic of its counters, and what receivers report (RFC 3550)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from aiortc.rtp import RtcpReceiverInfo, clamp_packets_lost

_HEADER = struct.Struct("!BBHLL")
_VERSION = 2 << 6
#: From the Unix epoch back to NTP's, in seconds.
_NTP_EPOCH_S = 2_208_988_800


@dataclass(slots=True)
class Packet:
    """One RTP packet without its header extensions. ``pts_ms`` is set for an agent's audio: its own audio clock."""

    ssrc: int
    payload_type: int
    sequence: int
    timestamp: int
    marker: bool
    payload: bytes
    pts_ms: int | None = None


def read(data: bytes) -> Packet:
    """Parse a decrypted RTP packet. Raises ValueError when it is none."""
    if len(data) < _HEADER.size:
        raise ValueError("shorter than an RTP header")
    flags, kind, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if flags >> 6 != 2:
        raise ValueError("not RTP version 2")
    start = _HEADER.size + 4 * (flags & 0x0F)
    if flags & 0x10:
        if len(data) < start + 4:
            raise ValueError("truncated header extension")
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    end = len(data) - (data[-1] if flags & 0x20 else 0)
    if start > end:
        raise ValueError("truncated payload")
    return Packet(ssrc, kind & 0x7F, sequence, timestamp, bool(kind >> 7), data[start:end])


def write(ssrc: int, payload_type: int, sequence: int, timestamp: int, marker: bool, payload: bytes) -> bytes:
    """An RTP packet without extensions; ``sequence`` and ``timestamp`` are taken modulo 2^16 and 2^32."""
    kind = payload_type | 0x80 if marker else payload_type
    return _HEADER.pack(_VERSION, kind, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + payload


def ahead(sequence: int, of: int) -> int:
    """By how many packets ``sequence`` is ahead ``of`` another, -32768..32767, across the wrap at 2^16."""
    return (sequence - of + 0x8000 & 0xFFFF) - 0x8000


def ntp(unix_s: float) -> int:
    """``unix_s`` as a 64-bit NTP time stamp."""
    return int((unix_s + _NTP_EPOCH_S) * 2**32)


class ReceptionStats:
    """Counts one received stream, for receiver reports and for judging the sender's uplink."""

    def __init__(self, ssrc: int, clock_rate: int) -> None:
        self._ssrc = ssrc
        self._rate = clock_rate
        self._first = self._highest = 0
        self._cycles = 0
        self._received = 0
        self._reported = (0, 0)
        self._transit: float | None = None
        self._jitter = 0.0
        self._sender_report = (0, 0.0)
        self.loss = 0.0

    @property
    def jitter_ms(self) -> float:
        """Interarrival jitter in milliseconds (RFC 3550, 6.4.1); 0 before the second packet."""
        return self._jitter / self._rate * 1000

    def count(self, packet: Packet, now_s: float) -> None:
        """Take note of a packet that arrived at ``now_s`` (any clock that goes steadily)."""
        if not self._received:
            self._first = self._highest = packet.sequence
        self._received += 1
        step = ahead(packet.sequence, self._highest)
        if step < 0:
            return
        if packet.sequence < self._highest:
            self._cycles += 1 << 16
        self._highest = packet.sequence
        transit = now_s * self._rate - packet.timestamp
        if self._transit is not None and abs(transit - self._transit) < 2 * self._rate:  # a jump is a restart, no jitter
            self._jitter += (abs(transit - self._transit) - self._jitter) / 16
        self._transit = transit

    def sender_reported(self, ntp_time: int, now_s: float) -> None:
        """Note the sender's last report: its 64-bit NTP time, and when it came, in seconds of the clock of :meth:`count`."""
        self._sender_report = (ntp_time >> 16 & 0xFFFFFFFF, now_s)

    def report(self, now_s: float) -> RtcpReceiverInfo | None:
        """What came since the last report; None when nothing ever came. Sets ``loss`` (0..1) of that time."""
        if not self._received:
            return None
        expected = self._cycles + self._highest - self._first + 1
        expected_before, received_before = self._reported
        self._reported = expected, self._received
        lately, arrived = expected - expected_before, self._received - received_before
        self.loss = max(0.0, 1 - arrived / lately) if lately > 0 else 0.0
        last, at_s = self._sender_report
        return RtcpReceiverInfo(
            ssrc=self._ssrc,
            fraction_lost=min(255, int(self.loss * 256)),
            packets_lost=clamp_packets_lost(expected - self._received),
            highest_sequence=self._cycles + self._highest & 0xFFFFFFFF,
            jitter=int(self._jitter) & 0xFFFFFFFF,
            lsr=last,
            dlsr=min(int((now_s - at_s) * 65536), 0xFFFFFFFF) if last else 0,
        )
