"""The sessions of an edge: joins, rejoins, seats, and a check of every session once a second."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from greenroom.twin.edge.browser import BrowserParticipant
from greenroom.twin.edge.channel import Channels
from greenroom.twin.edge.channel_seat import ChannelSeat
from greenroom.twin.edge.error_codes import GatewayCode, JoinRefused
from greenroom.twin.edge.join import JoinMessage
from greenroom.twin.edge.names import checked_channel, is_uid
from greenroom.twin.edge.session import GatewaySession
from greenroom.twin.edge.session_token import SessionToken
from greenroom.twin.edge.tokens import Admission, TokenFault, TokenRefused, admit
from greenroom.twin.edge.transport import EdgeResources
from greenroom.twin.edge.wire import SignalingSocket
from greenroom.twin.seat import Seat, SeatListener, Uid

log = logging.getLogger(__name__)

BEAT_S = 1.0


class SessionRegistry:
    """The sessions and seats of one edge. ``app_id`` None = any project; ``certificate`` None = any token."""

    def __init__(self, resources: EdgeResources, app_id: str | None, certificate: str | None) -> None:
        self.channels = Channels()
        self._resources = resources
        self._app_id = app_id
        self._certificate = certificate
        self._sessions: dict[str, GatewaySession] = {}
        self._refusals: list[GatewayCode] = []

    @property
    def sessions(self) -> list[GatewaySession]:
        """The browsers that are in channels."""
        return [session for session in self._sessions.values() if not session.ended]

    def refuse_joins(self, code: GatewayCode, times: int) -> None:
        """Refuse the next ``times`` joins with ``code``, in place of earlier orders."""
        self._refusals = [code] * times

    def accept_joins(self) -> None:
        """Stop refusing joins."""
        self._refusals.clear()

    @property
    def session_count(self) -> int:
        """How many browsers are in channels, those included that may still reconnect."""
        return len(self.sessions)

    @property
    def awaited_count(self) -> int:
        """Sessions whose socket is gone and whose browser may come back."""
        return sum(session.awaited for session in self._sessions.values())

    def knows(self, app_id: str) -> bool:
        """Whether the edge serves this project."""
        return self._app_id in (None, app_id)

    def admit(self, app_id: str, token: str, channel: str, uid: Uid) -> Admission:
        """Check a token. Raises :class:`TokenRefused` for another project and for an invalid token."""
        if not self.knows(app_id):
            raise TokenRefused("another project runs here", TokenFault.UNKNOWN_APP, GatewayCode.ERR_INVALID_VENDOR_KEY)
        return admit(app_id, self._certificate, token, channel, uid, self._resources.clock.now().timestamp())

    async def join(self, join: JoinMessage, wire: SignalingSocket) -> GatewaySession:
        """The session of a browser that joins or reconnects. Call ``browser.enter`` afterwards.

        An older client with the same uid is removed, as at Agora. For an agent's uid :class:`JoinRefused` is raised.
        """

        def admit(token: str) -> Admission:
            return self.admit(join.app_id, token, join.channel, join.uid)

        if self._refusals:
            raise JoinRefused(self._refusals.pop(), "refused on order")
        admit(join.token)
        await self._resources.ports.resolve()
        present = self.channels.find(join.app_id, join.channel, join.uid)
        if isinstance(present, BrowserParticipant) and present.session.sid == join.sid != "":
            session = present.session
            session.token.renew(join.token)
            with contextlib.suppress(JoinRefused):  # the session has ended meanwhile: the browser gets another one
                await session.reconnect(join.media)
                session.link.attach(wire)
                return session
        await self._make_room(join.app_id, join.channel, join.uid)
        # The token may have expired meanwhile: before a channel is made, which an empty one would outlive.
        token = SessionToken(join.token, admit, self._resources.clock)
        session = GatewaySession(join, self.channels.at(join.app_id, join.channel), self._resources, token)
        self._sessions[session.rejoin_token] = session
        session.link.attach(wire)
        return session

    def rejoin(self, rejoin_token: str, wire: SignalingSocket) -> GatewaySession:
        """Give a browser whose socket dropped its session back. Raises :class:`JoinRefused` when it is over."""
        session = self._sessions.get(rejoin_token)
        if session is None or session.ended:
            raise JoinRefused(GatewayCode.ERR_REJOIN_TOKEN_INVALID)
        session.link.attach(wire)
        return session

    async def take_seat(self, *, app_id: str, channel: str, uid: Uid, token: str, listener: SeatListener) -> Seat:
        """See :class:`greenroom.twin.seat.TakeSeat`. The listener hears of those who are there before this returns.

        A browser with this uid is removed. Raises :class:`TokenRefused`, also for an invalid name and for another agent's uid.
        """
        try:
            checked_channel(channel)
            if not is_uid(uid):
                raise JoinRefused(GatewayCode.ERR_INVALID_STRINGUID, "the uid is not one that RTC allows")
            self.admit(app_id, token, channel, uid)
            await self._make_room(app_id, channel, uid)
        except TokenRefused:
            raise
        except JoinRefused as refused:
            raise TokenRefused(refused.text, code=refused.code) from None
        room = self.channels.at(app_id, channel)
        place = ChannelSeat(room, uid, listener, self._resources.clock)
        room.enter(place)
        return place

    async def _make_room(self, app_id: str, channel: str, uid: Uid) -> None:
        """Remove the client that has ``uid``. Raises :class:`JoinRefused` when an agent has it."""
        while present := self.channels.find(app_id, channel, uid):
            if not isinstance(present, BrowserParticipant):
                raise JoinRefused(GatewayCode.ERR_REPEAT_JOIN, "an agent has this uid")
            refusal = GatewayCode.ERR_REPEAT_JOIN
            notice = {"action": "quit", "code": refusal.value, "detail": refusal.name, "option": ""}
            present.session.link.event("on_notification", notice)
            await self._end(present.session, "Quit")

    async def _end(self, session: GatewaySession, reason: str) -> None:
        self._sessions.pop(session.rejoin_token, None)
        await session.close(reason, hang_up=True)

    async def run(self) -> None:
        """Check every session once a second until cancelled."""
        while True:
            await asyncio.sleep(BEAT_S)
            for session in list(self._sessions.values()):
                await self._check(session)

    async def _check(self, session: GatewaySession) -> None:
        try:
            reason = "Quit" if session.ended else session.beat()
        except Exception:  # one broken session must not stop the checks of the others
            log.exception("the session of uid %s failed and is ended", session.browser.uid)
            reason = "ServerTimeOut"
        if reason is None:
            return
        try:
            await self._end(session, reason)
        except Exception:
            log.exception("the session of uid %s didn't close cleanly", session.browser.uid)

    async def close(self) -> None:
        """End every session as ``ServerTimeOut`` and wait for that. Seats are left by those who sit in them."""
        await asyncio.gather(*(self._end(session, "ServerTimeOut") for session in list(self._sessions.values())))
