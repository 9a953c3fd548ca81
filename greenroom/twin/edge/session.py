"""One browser's session in a channel. It survives a dropped socket for a while, so that a short outage ends no call."""

from __future__ import annotations

from greenroom.twin.edge.browser import BrowserParticipant
from greenroom.twin.edge.channel import Channel
from greenroom.twin.edge.error_codes import GatewayCode, JoinRefused
from greenroom.twin.edge.join import JoinMessage, MediaOffer
from greenroom.twin.edge.media_path import SILENT_S
from greenroom.twin.edge.session_link import SessionLink
from greenroom.twin.edge.session_media import SessionMedia
from greenroom.twin.edge.session_token import SessionToken
from greenroom.twin.edge.transport import EdgeResources


class GatewaySession:
    """Its signaling ``link``, its ``token``, its ``media`` path, and the ``browser`` as a participant of the channel."""

    def __init__(self, join: JoinMessage, channel: Channel, resources: EdgeResources, token: SessionToken) -> None:
        self.sid = join.sid
        self.ended = False
        self._clock = resources.clock
        self.token = token
        self.rejoin_token = resources.clock.secret()
        self.link = SessionLink(self, resources.clock)
        self.media = SessionMedia(join.uid, join.media, resources, self.link, with_pts=join.with_pts)
        self.browser = BrowserParticipant(self, join, channel, resources.clock)

    @property
    def awaited(self) -> bool:
        """The socket has dropped and the browser may still come back."""
        return not self.link.connected and not self.ended

    async def reconnect(self, offer: MediaOffer) -> None:
        """Open a new media path. Published streams end; call ``browser.enter`` afterwards.

        Raises :class:`JoinRefused` when the session is over, also if it ended while the old path was closed.
        """
        if not self.ended:
            self.browser.unpublish_all()
            await self.media.replace(offer)
        if self.ended:
            raise JoinRefused(GatewayCode.ERR_NOT_JOINED)

    async def close(self, reason: str, *, hang_up: bool = False) -> None:
        """Leave the channel and free everything. Idempotent. ``hang_up`` closes the socket after what was posted."""
        if self.ended:
            return
        self.ended = True
        self.browser.channel.leave(self.browser, reason)
        wire = self.link.release()
        try:
            await self.media.path.close()
        finally:
            if hang_up and wire is not None:
                wire.close()

    def beat(self) -> str | None:
        """Send what is due, once a second. Returns Agora's reason to end the session, None while it goes on."""
        self.media.beat()
        last_heard = max(self.link.heard_at, self.media.path.heard_at)
        if self.link.given_up or self._clock.monotonic() - last_heard > SILENT_S:
            return "ServerTimeOut"
        notice = self.token.notice()
        if notice is not None:
            self.link.event(f"on_token_privilege_{notice}", {})
        return "Quit" if notice == "did_expire" else None
