"""An avatar in a channel: a participant of its own that is seen and heard, as those of Agora's vendors are.

At Agora the avatar publishes picture *and* sound under its own uid, and the agent's uid falls silent: a channel in which
both sounded would say every word twice. So it is here. The agent keeps its microphone published and sends nothing on it,
until the avatar fails; then the voice goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from random import Random

from greenroom.clock import Clock
from greenroom.twin.agent.faces.lips import Lips
from greenroom.twin.agent.faces.motion import IdleMotion
from greenroom.twin.agent.faces.pacing import FramePacer
from greenroom.twin.agent.faces.painter import Painter, painter_of
from greenroom.twin.agent.faces.pose import Pose
from greenroom.twin.agent.properties import AvatarProperties
from greenroom.twin.seat import PICTURE_RATE, Pcm, Picture, Seat, TakeSeat, Uid

log = logging.getLogger(__name__)


class NullListener:
    """The listener in the avatar's seat: the agent does the listening."""

    def heard(self, uid: Uid, pcm: Pcm) -> None: ...
    def joined(self, uid: Uid) -> None: ...
    def left(self, uid: Uid, reason: str) -> None: ...
    def data(self, uid: Uid, payload: bytes) -> None: ...


class Avatar:
    """Sits from :meth:`join` to :meth:`leave`."""

    def __init__(self, seat: Seat, asked: AvatarProperties, clock: Clock) -> None:
        self._seat = seat
        self._asked = asked
        self._clock = clock
        self._lips = Lips()
        self._life = IdleMotion(Random(clock.new_id()))
        self._painter: Painter | None = None
        seat.publish_video()
        self._showing = asyncio.create_task(self._show(), name=f"avatar {seat.uid}")
        self._showing.add_done_callback(_report)

    @classmethod
    async def join(cls, take_seat: TakeSeat, app_id: str, channel: str, asked: AvatarProperties, clock: Clock) -> Avatar:
        """Raises what ``take_seat`` raises: an avatar needs a token of its own."""
        seat = await take_seat(app_id=app_id, channel=channel, uid=asked.uid, token=asked.token, listener=NullListener())
        return cls(seat, asked, clock)

    @property
    def audience(self) -> int:
        """How many hear it."""
        return self._seat.audience

    def send_audio(self, pcm: Pcm, pts_ms: int) -> None:
        """See :meth:`greenroom.twin.seat.Seat.send_audio`."""
        self._seat.send_audio(pcm, pts_ms)

    def preview(self, pcm: Pcm) -> None:
        """Every 20 ms of the same sound, a little before it is sent: the lips move to it."""
        self._lips.hear(pcm)

    async def leave(self, reason: str = "Quit") -> None:
        """Idempotent."""
        self._showing.cancel()
        await asyncio.gather(self._showing, return_exceptions=True)
        await self._seat.leave(reason)
        self._painter = None  # it is large, and the talk is remembered for a while

    async def _show(self) -> None:
        start = self._clock.monotonic()
        pace = FramePacer(PICTURE_RATE, start)
        while True:
            await asyncio.sleep(pace.wait_s(self._clock.monotonic()))
            now = self._clock.monotonic()
            if self._seat.viewers:
                pose = self._life.pose(now - start, self._lips.mouth, self._lips.stress)
                await self._seat.send_picture(partial(self._draw, pose), now)

    def _draw(self, pose: Pose) -> Picture:
        """On the seat's thread."""
        if self._painter is None:
            self._painter = painter_of(self._asked.face, self._asked.dark)
        return self._painter.picture(pose)


def _report(showing: asyncio.Task[None]) -> None:
    """A picture that stands still is no reason to end a talk."""
    if not showing.cancelled() and (error := showing.exception()):
        log.error("an avatar stopped moving", exc_info=error)
