"""The streams that one browser publishes over one transport."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import msgspec
from aiortc.rtp import RtcpRrPacket

from greenroom.clock import Clock
from greenroom.outside_json import Shape, fit
from greenroom.twin.edge.audio import MicrophoneTrack
from greenroom.twin.edge.fields import Json, Number
from greenroom.twin.edge.stream import Kind, Stream
from greenroom.twin.edge.transport import OWN_SSRC, Inbound, Transport
from greenroom.twin.edge.video import CameraTrack, Retransmissions

#: Agora's stream types that are forwarded. ``low`` and ``screen_low`` are the small copies of a dual stream.
_KINDS: dict[str, Kind] = {"audio": "audio", "high": "video", "screen": "video", "video": "video"}


class _Ssrcs(Shape, frozen=True):
    number: Number = msgspec.field(name="ssrcId")
    rtx: Number = 0


class _PublishedStream(Shape, frozen=True):
    stream_type: str
    ssrcs: Annotated[list[_Ssrcs], msgspec.Meta(min_length=1)]


class _Publish(Shape, frozen=True):
    ortc: list[_PublishedStream]


class _NamedStream(Shape, frozen=True):
    stream_type: str = "video"


class _NamedStreams(Shape, frozen=True):
    ortc: list[_NamedStream] = []


@dataclass(frozen=True, slots=True)
class UplinkOffer:
    """One stream a browser wants to publish."""

    kind: Kind
    ssrc: int
    rtx_ssrc: int | None


def read_offers(message: Json) -> list[UplinkOffer]:
    """The streams of a ``publish``; those that the edge does not forward are left out. Raises ``UnreadableJson``."""
    return [
        UplinkOffer(_KINDS[entry.stream_type], entry.ssrcs[0].number, entry.ssrcs[0].rtx or None)
        for entry in fit(message, _Publish).ortc
        if entry.stream_type in _KINDS
    ]


def read_kinds(message: Json) -> list[Kind]:
    """The kinds named in ``ortc``; both when the list is empty or missing. Raises ``UnreadableJson``."""
    named = {entry.stream_type for entry in fit(message, _NamedStreams).ortc}
    kinds: dict[Kind, None] = {_KINDS[name]: None for name in sorted(named) if name in _KINDS}
    return list(kinds) if named else ["audio", "video"]


class Uplink:
    """The published streams of one session."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self.streams: dict[Kind, Stream] = {}
        self._ssrcs: dict[Kind, list[int]] = {}

    def publish(self, offer: UplinkOffer) -> Stream:
        """Receive the stream from now on. Its kind must not be published already."""
        inbound: dict[int, Inbound]
        if offer.kind == "audio":
            inbound = {offer.ssrc: (stream := MicrophoneTrack(offer.ssrc, self._clock))}
        else:
            inbound = {offer.ssrc: (stream := CameraTrack(self._transport, offer.ssrc, self._clock))}
            if offer.rtx_ssrc is not None:
                inbound[offer.rtx_ssrc] = Retransmissions(stream)
        self._transport.inbound.update(inbound)
        self._ssrcs[offer.kind] = list(inbound)
        self.streams[offer.kind] = stream
        return stream

    def unpublish(self, kind: Kind) -> Stream | None:
        """Stop receiving; the stream that ended, if there was one."""
        for ssrc in self._ssrcs.pop(kind, []):
            self._transport.inbound.pop(ssrc, None)
        return self.streams.pop(kind, None)

    @property
    def _received(self) -> Iterator[MicrophoneTrack | CameraTrack]:
        return (stream for stream in self.streams.values() if isinstance(stream, (MicrophoneTrack, CameraTrack)))

    def report(self) -> None:
        """Send the receiver report that is due."""
        now = self._clock.monotonic()
        reports = [report for stream in self._received if (report := stream.reception.report(now))]
        if reports:
            self._transport.send_control(RtcpRrPacket(OWN_SSRC, reports))

    @property
    def loss(self) -> float:
        """The worst loss of the last report interval, 0..1."""
        return max((stream.reception.loss for stream in self._received), default=0.0)

    @property
    def jitter_ms(self) -> float:
        """The worst interarrival jitter of the streams, in milliseconds; 0 without any."""
        return max((stream.reception.jitter_ms for stream in self._received), default=0.0)
