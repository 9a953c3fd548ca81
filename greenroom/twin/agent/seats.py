"""The agent's seats in its channel: its own, and a second one for its avatar."""

from __future__ import annotations

import logging

from greenroom.clock import Clock
from greenroom.twin.agent.faces import Avatar
from greenroom.twin.agent.properties import AgentProperties
from greenroom.twin.seat import Pcm, Seat, SeatListener, TakeSeat

log = logging.getLogger(__name__)


class Seats:
    """Audio is sent from one of the two seats, never from both: see :mod:`greenroom.twin.agent.faces.avatar`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seat: Seat | None = None
        self._avatar: Avatar | None = None

    async def take(self, take_seat: TakeSeat, app_id: str, properties: AgentProperties, listener: SeatListener) -> None:
        """Take the seats. Raises what ``take_seat`` raises, for agent and avatar; call :meth:`leave` afterwards in any case."""
        # The avatar first: the agent reports that it listens as soon as it has joined, and may be asked to speak.
        if properties.avatar is not None:
            self._avatar = await Avatar.join(take_seat, app_id, properties.channel, properties.avatar, self._clock)
        self._seat = await take_seat(
            app_id=app_id, channel=properties.channel, uid=properties.uid, token=properties.token, listener=listener
        )

    @property
    def seated(self) -> bool:
        """Whether the agent has taken its own seat. Stays true after :meth:`leave`."""
        return self._seat is not None

    @property
    def audience(self) -> int:
        """How many participants are subscribed to the voice now."""
        speaking = self._avatar or self._seat
        return speaking.audience if speaking else 0

    def send_audio(self, pcm: Pcm, pts_ms: int) -> None:
        """Send 20 ms (960 samples, 48 kHz) from the avatar's seat, else from the agent's. Nothing before :meth:`take`."""
        if speaking := self._avatar or self._seat:
            speaking.send_audio(pcm, pts_ms)

    def preview(self, pcm: Pcm) -> None:
        """Pass on audio shortly before it is sent, for the avatar's lips."""
        if self._avatar is not None:
            self._avatar.preview(pcm)

    def send_data(self, payload: bytes) -> None:
        """Send a data-stream message from the agent's seat; dropped before :meth:`take`. Raises ValueError above 32 KiB."""
        if self._seat is not None:
            self._seat.send_data(payload)

    async def fail_avatar(self) -> bool:
        """Remove the avatar as if its vendor had failed; the agent continues from its own seat. False if there is none."""
        avatar, self._avatar = self._avatar, None
        if avatar is not None:
            log.info("the avatar fails")
            await avatar.leave("ServerTimeOut")
        return avatar is not None

    async def leave(self, reason: str = "Quit") -> None:
        """Leave with the avatar, then with the agent; ``reason`` is Agora's. Idempotent."""
        for seat in (self._avatar, self._seat):
            if seat is not None:
                await seat.leave(reason)
