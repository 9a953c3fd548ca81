"""The interface between the edge (media, signaling) and participants without a browser: agents and avatars."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from greenroom.speech.sound import HEARD_RATE, SENT_RATE, Pcm

Uid = int | str
#: Planes of YUV 4:2:0 (BT.601, limited range) below each other: 1.5 times as many rows as the picture has, uint8.
Picture = NDArray[np.uint8]

#: What the edge hands to a listener: 20 ms, 16 kHz, mono.
HEARD_SAMPLES = HEARD_RATE // 50
#: What a seat takes to send: 20 ms, 48 kHz, mono.
SENT_SAMPLES = SENT_RATE // 50
#: What a seat that is seen shows: (width, height), and how many pictures a second.
PICTURE_SIZE, PICTURE_RATE = (480, 480), 25


class SeatListener(Protocol):
    """The occupant of a seat. The edge calls these on its event loop, in order; they must not block or raise."""

    def heard(self, uid: Uid, pcm: Pcm) -> None:
        """20 ms of ``uid``'s microphone: 320 int16 samples at 16 kHz. Frames may stop at any time (mute, loss)."""

    def joined(self, uid: Uid) -> None:
        """``uid`` came into the channel; also called for everyone who is there when the seat is taken."""

    def left(self, uid: Uid, reason: str) -> None:
        """``uid`` left; ``reason`` is Agora's (Quit, ServerTimeOut, BecomeAudience)."""

    def data(self, uid: Uid, payload: bytes) -> None:
        """A data-stream message from ``uid``."""


class Seat(Protocol):
    """A place in a channel. All methods are called on the edge's event loop."""

    @property
    def channel(self) -> str:
        """The channel's name."""
        ...

    @property
    def uid(self) -> Uid:
        """The occupant's user ID, unique in the channel."""
        ...

    @property
    def audience(self) -> int:
        """How many participants are subscribed to this seat's sound now; other seats hear it without subscribing."""
        ...

    @property
    def viewers(self) -> int:
        """How many participants are subscribed to this seat's pictures now."""
        ...

    def send_audio(self, pcm: Pcm, pts_ms: int) -> None:
        """Send 20 ms now (960 int16 samples at 48 kHz). The caller paces; ``pts_ms`` is the position in the agent's
        own audio clock, passed on to browsers that asked for it (ENABLE_AUDIO_PTS)."""

    def publish_video(self) -> None:
        """Be seen from now on. Idempotent."""

    async def send_picture(self, draw: Callable[[], Picture], at_s: float) -> None:
        """Send what ``draw()`` makes, shown as of ``at_s`` on the edge's clock (``monotonic``). The caller paces.

        ``draw`` runs on a thread, one call at a time, and not at all without viewers."""

    def send_data(self, payload: bytes) -> None:
        """Send a data-stream message to everyone in the channel."""

    async def leave(self, reason: str = "Quit") -> None:
        """Leave the channel; the others are told ``reason``, in Agora's words. Idempotent."""


class TakeSeat(Protocol):
    """How a seat is taken; given to the agent runtime by the edge."""

    async def __call__(self, *, app_id: str, channel: str, uid: Uid, token: str, listener: SeatListener) -> Seat:
        """Raise ``greenroom.twin.edge.tokens.TokenRefused`` when the token does not open this channel for this uid."""
        ...
