"""A browser as a participant of a channel: what it publishes, and the events it receives about the others."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from greenroom.clock import Clock
from greenroom.twin.edge.channel import Channel, Participant
from greenroom.twin.edge.error_codes import GatewayCode, JoinRefused
from greenroom.twin.edge.join import JoinMessage
from greenroom.twin.edge.ortc import CNAME
from greenroom.twin.edge.stream import Kind, Stream
from greenroom.twin.edge.tokens import PUBLISH_AUDIO, PUBLISH_DATA, PUBLISH_VIDEO
from greenroom.twin.edge.uplink import UplinkOffer

if TYPE_CHECKING:
    from greenroom.twin.edge.session import GatewaySession

_PRIVILEGES: dict[Kind, int] = {"audio": PUBLISH_AUDIO, "video": PUBLISH_VIDEO}


class BrowserParticipant:
    """Implements :class:`greenroom.twin.edge.channel.Participant` for a :class:`GatewaySession`."""

    def __init__(self, session: GatewaySession, join: JoinMessage, channel: Channel, clock: Clock) -> None:
        self.session = session
        self.uid, self.number = join.uid, join.number
        self.visible = join.visible
        self.channel = channel
        self._clock = clock

    @property
    def streams(self) -> dict[Kind, Stream]:
        """What the browser publishes over its present media path, by kind."""
        return self.session.media.path.uplink.streams

    def enter(self) -> None:
        """Enter the channel. After a reconnect, list again who is there."""
        if self.channel.find(self.uid) is self:
            self.channel.brief(self)
        else:
            self.channel.enter(self)

    def peers(self) -> list[dict[str, Any]]:
        """The other participants and the identifiers of their streams, for a browser that rejoins."""
        return [self._peer(other) for other in self.channel.others(self)]

    # What the browser does

    def publish(self, offers: list[UplinkOffer]) -> None:
        """Receive the offered streams and announce them, in place of published ones of their kinds.

        Raises :class:`JoinRefused`, without publishing anything, when one of the streams is not allowed.
        """
        if not self.visible:
            raise JoinRefused(GatewayCode.ERR_SET_CLIENT_ROLE_NO_PERMISSION, "the audience cannot publish")
        for offer in offers:
            self.session.token.require(_PRIVILEGES[offer.kind])
        for offer in offers:
            self.unpublish(offer.kind)
            self.channel.publish(self, self.session.media.path.uplink.publish(offer))

    def unpublish(self, kind: Kind) -> None:
        """Stop receiving the stream and tell the others. Does nothing for a kind that is not published."""
        if stream := self.session.media.path.uplink.unpublish(kind):
            self.channel.unpublish(self, stream)

    def unpublish_all(self) -> None:
        """Unpublish every kind, before the media path is replaced or the browser becomes audience."""
        for kind in list(self.streams):
            self.unpublish(kind)

    def mute(self, kind: Kind, muted: bool) -> None:
        """Set a published stream's mute state and tell the others of a change. Packets are forwarded all the same."""
        if stream := self.streams.get(kind):
            self.channel.mute(self, stream, muted)

    def send(self, payload: bytes) -> None:
        """Send a data-stream message to the others. Raises :class:`JoinRefused` when the token does not allow that."""
        self.session.token.require(PUBLISH_DATA)
        self.channel.send(self, payload)

    def set_role(self, *, visible: bool) -> None:
        """Change between host and audience of a live broadcast."""
        if visible and not self.visible:
            self.visible = True
            self.channel.show(self)
        elif self.visible and not visible:
            self.unpublish_all()
            self.channel.hide(self, "BecomeAudience")
            self.visible = False

    # What the channel tells its participants

    def arrived(self, other: Participant) -> None:
        """Send ``on_user_online``, which the SDK needs before it hears of the user's streams."""
        self._event("on_user_online", _identity(other))

    def departed(self, other: Participant, reason: str) -> None:
        """Stop sending the user's streams and send ``on_user_offline``; ``reason`` is Agora's."""
        self.session.media.path.remote_streams.drop(other.uid)
        self._event("on_user_offline", {"uid": other.uid, "reason": reason})

    def published(self, other: Participant, stream: Stream) -> None:
        """Give the stream SSRCs for this browser and announce it. A kind that the browser can't play is left out."""
        remote = self.session.media.path.remote_streams.add(other.uid, stream)
        if remote is None:
            return
        ids = remote.ids
        message = {**_identity(other), stream.kind: True, "ssrcId": ids.ssrc, "cname": CNAME, "pt": ids.payload_type}
        if ids.rtx is not None:
            message["rtxSsrcId"] = ids.rtx[0]
        self._event(f"on_add_{stream.kind}_stream", message)
        self.mute_changed(other, stream)  # the SDK remembers the mute of an older stream of this user

    def unpublished(self, other: Participant, stream: Stream) -> None:
        """Agora has no event for one of two streams: a mute has the same effect, and ``published`` undoes it."""
        if other.streams:
            self.session.media.path.remote_streams.withdraw(other.uid, stream.kind)
            self._event(f"mute_{stream.kind}", {"uid": other.uid})
        else:
            self.session.media.path.remote_streams.drop(other.uid)
            self._event("on_remove_stream", _identity(other))

    def mute_changed(self, other: Participant, stream: Stream) -> None:
        """Send ``mute_…`` or ``unmute_…`` with the stream's kind."""
        self._event(f"mute_{stream.kind}" if stream.muted else f"unmute_{stream.kind}", {"uid": other.uid})

    def message(self, other: Participant, payload: bytes) -> None:
        """Send ``on_data_stream`` with the payload in base64. It is kept while the browser's socket is down."""
        self.session.link.data_message(
            {
                "uid": other.uid,
                "payload": base64.b64encode(payload).decode(),
                "ordered": False,
                "syncWithAudio": False,
                "sendTs": self._clock.now_ms(),
                "stream_id": 0,
            }
        )

    def _event(self, kind: str, message: dict[str, Any]) -> None:
        self.session.link.event(kind, message)

    def _peer(self, other: Participant) -> dict[str, Any]:
        peer = _identity(other)
        for kind in ("audio", "video"):
            remote = self.session.media.path.remote_streams.of(other.uid, kind)
            peer[kind] = remote is not None and not remote.withdrawn
            peer[f"{kind}_ssrc"] = remote.ids.ssrc if remote is not None else None
            peer[f"{kind}_mute"] = remote is not None and (remote.withdrawn or remote.stream.muted)
            peer[f"{kind}_enable_local"] = True
        return peer


def _identity(other: Participant) -> dict[str, Any]:
    return {"uid": other.uid, "uint_id": other.number}
