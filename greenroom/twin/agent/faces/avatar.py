"""An avatar in a channel: a separate participant with video and audio, as at Agora's vendors.

At Agora the avatar publishes video *and* audio under its own uid, and the agent's uid is silent, so that no word is heard
twice. The same applies here: the agent keeps its microphone published and sends nothing on it until the avatar fails.
Then the agent's uid continues.
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
    """The avatar's listener. It ignores everything; the agent listens."""

    def heard(self, uid: Uid, pcm: Pcm) -> None: ...
    def joined(self, uid: Uid) -> None: ...
    def left(self, uid: Uid, reason: str) -> None: ...
    def data(self, uid: Uid, payload: bytes) -> None: ...


class Avatar:
    """One agent's avatar, in the channel from :meth:`join` to :meth:`leave`. Draws while it has viewers."""

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
        """Join the channel with the avatar's own token. Raises what ``take_seat`` raises."""
        seat = await take_seat(app_id=app_id, channel=channel, uid=asked.uid, token=asked.token, listener=NullListener())
        return cls(seat, asked, clock)

    @property
    def audience(self) -> int:
        """How many participants are subscribed to its audio."""
        return self._seat.audience

    def send_audio(self, pcm: Pcm, pts_ms: int) -> None:
        """See :meth:`greenroom.twin.seat.Seat.send_audio`."""
        self._seat.send_audio(pcm, pts_ms)

    def preview(self, pcm: Pcm) -> None:
        """Receive each 20 ms of audio shortly before it is sent, to move the lips."""
        self._lips.hear(pcm)

    async def leave(self, reason: str = "Quit") -> None:
        """Stop drawing and leave the channel; ``reason`` is Agora's. Idempotent."""
        self._showing.cancel()
        await asyncio.gather(self._showing, return_exceptions=True)
        await self._seat.leave(reason)
        self._painter = None  # it is large, and the talk is kept for a while

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
    """Log a failed animation. The call continues."""
    if not showing.cancelled() and (error := showing.exception()):
        log.error("an avatar stopped moving", exc_info=error)
