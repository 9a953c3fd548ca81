"""One browser in a channel. It outlives its socket for a while, so that a dropped connection does not end a call."""

from __future__ import annotations

import base64
import logging
from collections import deque
from collections.abc import Callable
from typing import Any

from greenroom.twin.edge.channel import Channel, Participant
from greenroom.twin.edge.join import JoinMessage, MediaOffer
from greenroom.twin.edge.media_path import SILENT_S, MediaPath
from greenroom.twin.edge.ortc import CNAME
from greenroom.twin.edge.refusals import GatewayCode, JoinRefused
from greenroom.twin.edge.stream import Kind, Stream
from greenroom.twin.edge.tokens import PUBLISH_AUDIO, PUBLISH_DATA, PUBLISH_VIDEO, Admission
from greenroom.twin.edge.transport import EdgeResources
from greenroom.twin.edge.uplink import UplinkOffer
from greenroom.twin.edge.wire import SignallingSocket

log = logging.getLogger(__name__)

#: How long a session waits for its browser to come back after the socket dropped, in seconds.
LINGER_S = 10.0
#: How long before the end of its token a browser is told to get a new one.
EXPIRY_NOTICE_S = 30.0
#: Data-stream messages kept for a browser that is coming back.
_MOST_MISSED = 256
_PRIVILEGES: dict[Kind, int] = {"audio": PUBLISH_AUDIO, "video": PUBLISH_VIDEO}


class GatewaySession:
    """The browser's end of a channel: a :class:`~greenroom.twin.edge.channel.Participant`."""

    def __init__(self, join: JoinMessage, channel: Channel, resources: EdgeResources, admit: Callable[[str], Admission]) -> None:
        """``admit(token)`` judges a token of this browser; it raises ``TokenRefused``, and so may this."""
        self.sid = join.sid
        self.uid, self.number = join.uid, join.number
        self.visible = join.visible
        self.channel = channel
        self._admit = admit
        self._admission = admit(join.token)
        self.rejoin_token = resources.clock.secret()
        self.ended = False
        self._resources = resources
        self._clock = resources.clock
        self._with_pts = join.with_pts
        self._wire: SignallingSocket | None = None
        self._alone_since = self._heard_at = self._clock.monotonic()
        self._missed: deque[dict[str, Any]] = deque(maxlen=_MOST_MISSED)
        self._warned = self._media_lost = False
        self.path = self._new_path(join.media)

    def enter(self) -> None:
        """Come into the channel; for a session that started over, be told again who is there."""
        if self.channel.find(self.uid) is self:
            self.channel.brief(self)
        else:
            self.channel.enter(self)

    # The socket and the media path, each replaceable during the session

    def attach(self, wire: SignallingSocket) -> None:
        """Speak over ``wire`` from now on."""
        if self._wire is not None and self._wire is not wire:
            self._wire.session = None
            self._wire.close()
        if wire.session is not None and wire.session is not self:
            wire.session.detach(wire)
        self._wire, wire.session = wire, self
        self.heard()

    def drop(self) -> None:
        """Lose the socket, as when the network forgets it."""
        if self._wire is not None:
            self._wire.close()

    def detach(self, wire: SignallingSocket) -> None:
        """``wire`` is gone; the session lingers, unless it already speaks over another."""
        if self._wire is wire:
            self._wire, wire.session = None, None
            self._alone_since = self._clock.monotonic()

    def peers(self) -> list[dict[str, Any]]:
        """Who is here and under which numbers, for a browser that comes back."""
        return [self._peer(other) for other in self.channel.others(self)]

    def _peer(self, other: Participant) -> dict[str, Any]:
        peer = _named(other)
        for kind in ("audio", "video"):
            view = self.path.remote_streams.of(other.uid, kind)
            live = view is not None and not view.withdrawn
            peer[kind] = live
            peer[f"{kind}_ssrc"] = view.lane.ssrc if view is not None else None
            peer[f"{kind}_mute"] = view is not None and (view.withdrawn or view.stream.muted)
            peer[f"{kind}_enable_local"] = True
        return peer

    def catch_up(self) -> None:
        """The browser is back and knows who is here: deliver the messages it missed."""
        while self._missed:
            self.event("on_data_stream", self._missed.popleft())

    def heard(self) -> None:
        """The browser said something over its socket."""
        self._heard_at = self._clock.monotonic()

    async def reconnect(self, media: MediaOffer) -> None:
        """Open a new media path. What the browser published is over, and the channel must brief it again."""
        if self.ended:
            raise JoinRefused(GatewayCode.ERR_NOT_JOINED)
        for kind in list(self.streams):
            self.unpublish(kind)
        self._media_lost = False
        old, self.path = self.path, self._new_path(media)
        await old.close()

    def _new_path(self, media: MediaOffer) -> MediaPath:
        return MediaPath(self._resources, media, self._settled, with_pts=self._with_pts)

    def _settled(self, path: MediaPath, up: bool) -> None:
        if path is not self.path:
            return
        if up:
            self.event("on_p2p_ok", {"uid": self.uid, "proxy": False})
            path.remote_streams.want_key_frames()
        else:
            self._lose_media("the media path did not come up")

    def _lose_media(self, why: str) -> None:
        """Let the browser make a new path: the SDK joins again."""
        if not self._media_lost:
            self._media_lost = True
            log.info("uid %s lost its media: %s", self.uid, why)
            lost = {"p2pid": self.path.p2p_id, "uid": self.uid, "error_code": 1, "error_str": why}
            self.event("on_p2p_lost", lost)

    @property
    def awaited(self) -> bool:
        """Whether the socket is gone and the browser may come back."""
        return self._wire is None and not self.ended

    async def dismiss(self, reason: str) -> None:
        """End the session from our side, and hang up once the browser has been told what was posted."""
        wire = self._wire
        await self.close(reason)
        if wire is not None:
            wire.close()

    async def close(self, reason: str) -> None:
        """Leave the channel and free everything. Idempotent; the socket is left to the browser."""
        if self.ended:
            return
        self.ended = True
        self.channel.leave(self, reason)
        if self._wire is not None:
            self._wire.session, self._wire = None, None
        await self.path.close()

    # What the browser does

    @property
    def streams(self) -> dict[Kind, Stream]:
        return self.path.uplink.streams

    def require(self, privilege: int) -> None:
        """Raises :class:`JoinRefused` when the token does not, or no longer, allow it."""
        if not self._admission.allows(privilege, self._clock.now().timestamp()):
            raise JoinRefused(GatewayCode.ERR_NO_AUTHORIZED, f"the token lacks privilege {privilege}")

    def publish(self, offers: list[UplinkOffer]) -> None:
        """Raises :class:`JoinRefused`, without publishing anything, when one of the streams is not allowed."""
        if not self.visible:
            raise JoinRefused(GatewayCode.ERR_SET_CLIENT_ROLE_NO_PERMISSION, "the audience cannot publish")
        for offer in offers:
            self.require(_PRIVILEGES[offer.kind])
        for offer in offers:
            self.unpublish(offer.kind)
            self.channel.publish(self, self.path.uplink.publish(offer))

    def unpublish(self, kind: Kind) -> None:
        if stream := self.path.uplink.unpublish(kind):
            self.channel.unpublish(self, stream)

    def mute(self, kind: Kind, muted: bool) -> None:
        if stream := self.streams.get(kind):
            self.channel.mute(self, stream, muted)

    def send(self, payload: bytes) -> None:
        """Raises :class:`JoinRefused` when the token does not allow data streams."""
        self.require(PUBLISH_DATA)
        self.channel.send(self, payload)

    def become(self, *, visible: bool) -> None:
        """Change between host and audience of a live broadcast."""
        if visible and not self.visible:
            self.visible = True
            self.channel.show(self)
        elif self.visible and not visible:
            for kind in list(self.streams):
                self.unpublish(kind)
            self.channel.hide(self, "BecomeAudience")
            self.visible = False

    def renew(self, token: str) -> None:
        """Go on with another token. Raises ``TokenRefused`` and goes on with the old one when it does not do."""
        self._admission = self._admit(token)
        self._warned = False

    def shorten(self, seconds: float) -> None:
        """Let the token end sooner."""
        self._admission = self._admission.shortened(self._clock.now().timestamp() + seconds)
        self._warned = False

    # What the channel tells its participants

    def event(self, kind: str, message: dict[str, Any]) -> None:
        """Lost while the socket is down: the answer to a rejoin says who is here."""
        if self._wire is not None:
            self._wire.event(kind, message)

    def arrived(self, other: Participant) -> None:
        self.event("on_user_online", _named(other))

    def departed(self, other: Participant, reason: str) -> None:
        self.path.remote_streams.drop(other.uid)
        self.event("on_user_offline", {"uid": other.uid, "reason": reason})

    def published(self, other: Participant, stream: Stream) -> None:
        view = self.path.remote_streams.add(other.uid, stream)
        if view is None:
            return
        lane = view.lane
        message = {**_named(other), stream.kind: True, "ssrcId": lane.ssrc, "cname": CNAME, "pt": lane.payload_type}
        if lane.rtx is not None:
            message["rtxSsrcId"] = lane.rtx[0]
        self.event(f"on_add_{stream.kind}_stream", message)
        self.mute_changed(other, stream)  # the SDK remembers the mute of an older stream of this user

    def unpublished(self, other: Participant, stream: Stream) -> None:
        """There is no event for one of two streams: a mute has the same effect, and ``published`` undoes it."""
        if other.streams:
            self.path.remote_streams.withdraw(other.uid, stream.kind)
            self.event(f"mute_{stream.kind}", {"uid": other.uid})
        else:
            self.path.remote_streams.drop(other.uid)
            self.event("on_remove_stream", _named(other))

    def mute_changed(self, other: Participant, stream: Stream) -> None:
        self.event(f"mute_{stream.kind}" if stream.muted else f"unmute_{stream.kind}", {"uid": other.uid})

    def message(self, other: Participant, payload: bytes) -> None:
        message = {
            "uid": other.uid,
            "payload": base64.b64encode(payload).decode(),
            "ordered": False,
            "syncWithAudio": False,
            "sendTs": self._clock.now_ms(),
            "stream_id": 0,
        }
        if self._wire is None:
            self._missed.append(message)
        else:
            self.event("on_data_stream", message)

    # Once a second

    def beat(self) -> str | None:
        """Report, warn and look whether the browser is still there; the reason to end the session when it is not."""
        now = self._clock.monotonic()
        self.path.beat()
        if self._wire is None and now - self._alone_since > LINGER_S:
            return "ServerTimeOut"
        if now - max(self._heard_at, self.path.heard_at) > SILENT_S:
            return "ServerTimeOut"
        if self.path.silent:
            self._lose_media("no packet came")
        return self._expired()

    def _expired(self) -> str | None:
        left_s = self._admission.expires_at - self._clock.now().timestamp()
        if left_s <= 0:
            self.event("on_token_privilege_did_expire", {})
            return "Quit"
        if left_s <= EXPIRY_NOTICE_S and not self._warned:
            self._warned = True
            self.event("on_token_privilege_will_expire", {})
        return None


def _named(other: Participant) -> dict[str, Any]:
    return {"uid": other.uid, "uint_id": other.number}
