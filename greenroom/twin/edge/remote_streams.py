"""The remote streams known to one browser, with their SSRCs and forwarders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from greenroom.clock import Clock
from greenroom.twin.edge.error_codes import GatewayCode, JoinRefused
from greenroom.twin.edge.ortc import OrtcCapabilities
from greenroom.twin.edge.stream import Forwarder, Kind, RtpIds, Stream
from greenroom.twin.edge.transport import Transport
from greenroom.twin.seat import Uid

#: Arbitrary; every stream takes two SSRCs, the second for retransmissions.
FIRST_SSRC = 20_000


@dataclass(slots=True)
class RemoteStream:
    """A remote stream. ``withdrawn`` = it was unpublished while its owner still publishes another kind."""

    stream: Stream
    ids: RtpIds
    forwarder: Forwarder | None = None
    withdrawn: bool = False

    def end_forwarder(self) -> None:
        """Stop sending it to the browser; its SSRCs stay. Idempotent."""
        if self.forwarder is not None:
            self.forwarder.end()
            self.forwarder = None


class RemoteStreams:
    """The remote streams of one session over one transport."""

    def __init__(self, transport: Transport, capabilities: OrtcCapabilities, clock: Clock, *, with_pts: bool) -> None:
        self._transport = transport
        self._capabilities = capabilities
        self._clock = clock
        self._with_pts = with_pts
        self._streams: dict[tuple[Uid, Kind], RemoteStream] = {}
        self._next_ssrc = FIRST_SSRC
        self._ended: set[int] = set()

    def of(self, uid: Uid, kind: Kind) -> RemoteStream | None:
        """The stream of a user; None when it was not announced to this browser."""
        return self._streams.get((uid, kind))

    def add(self, uid: Uid, stream: Stream) -> RemoteStream | None:
        """Number a stream for this browser; None when it cannot play the kind."""
        self.drop(uid, [stream.kind])
        ids = self._new_ids(stream.kind)
        if ids is None:
            return None
        return self._streams.setdefault((uid, stream.kind), RemoteStream(stream, ids))

    def _new_ids(self, kind: Kind) -> RtpIds | None:
        ssrc, self._next_ssrc = self._next_ssrc, self._next_ssrc + 2
        offered = self._capabilities
        if kind == "audio":
            return RtpIds(ssrc, offered.audio_type, with_pts=self._with_pts)
        if offered.video_type is None:
            return None
        return RtpIds(ssrc, offered.video_type, (ssrc + 1, offered.rtx_type) if offered.rtx_type is not None else None)

    def withdraw(self, uid: Uid, kind: Kind) -> None:
        """Stop sending a stream that was unpublished. It can't be subscribed to until :meth:`add` announces it anew."""
        if remote := self._streams.get((uid, kind)):
            remote.end_forwarder()
            remote.withdrawn = True
            self._ended.add(remote.ids.ssrc)

    def drop(self, uid: Uid, kinds: Iterable[Kind] = ("audio", "video")) -> None:
        """Stop sending a user's streams of these kinds and forget them. Unknown ones are ignored."""
        for kind in kinds:
            if remote := self._streams.pop((uid, kind), None):
                remote.end_forwarder()
                self._ended.add(remote.ids.ssrc)

    def has_ended(self, ssrc: int | None) -> bool:
        """Whether a stream of this number was announced and is gone: the browser asked before it heard of that."""
        return ssrc in self._ended

    def subscribe(self, uid: Uid, kind: Kind, ssrc: int | None) -> None:
        """Start sending the stream to the browser; idempotent. Raises :class:`JoinRefused` for a stream not announced."""
        remote = self._streams.get((uid, kind))
        if remote is None or remote.withdrawn or ssrc not in (None, remote.ids.ssrc):
            raise JoinRefused(GatewayCode.ERR_SUBSCRIBE_REQUEST_INVALID)
        if remote.forwarder is None:
            remote.forwarder = Forwarder(remote.stream, self._transport, remote.ids, self._clock)
        remote.stream.want_key_frame()

    def unsubscribe(self, uid: Uid, kinds: Iterable[Kind]) -> None:
        """Stop sending a user's streams of these kinds; they stay announced. Unknown ones are ignored."""
        for kind in kinds:
            if remote := self._streams.get((uid, kind)):
                remote.end_forwarder()

    def end(self) -> None:
        """Stop sending and forget every stream."""
        for remote in self._streams.values():
            remote.end_forwarder()
        self._streams.clear()

    @property
    def forwarders(self) -> Iterator[Forwarder]:
        """One for each stream that the browser is subscribed to."""
        return (remote.forwarder for remote in self._streams.values() if remote.forwarder is not None)

    def report(self) -> None:
        """Send the sender reports that are due."""
        for forwarder in self.forwarders:
            self._transport.send_control(*forwarder.report())

    def want_key_frames(self) -> None:
        """The path is up: what was sent before is lost."""
        for forwarder in self.forwarders:
            forwarder.key_frame_wanted()
