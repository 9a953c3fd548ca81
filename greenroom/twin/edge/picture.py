"""A seat's video: what it draws, encoded once for all who watch, on a thread of its own so that no voice waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from greenroom.clock import Clock
from greenroom.twin.edge.rtp import Packet
from greenroom.twin.edge.stream import CLOCK_RATES
from greenroom.twin.edge.video import KEY_FRAME_EVERY_S, VideoStream
from greenroom.twin.edge.vp8 import Vp8Encoder, pieces
from greenroom.twin.seat import PICTURE_RATE, PICTURE_SIZE, Picture

_MASK = 0xFFFFFFFF


class PictureStream(VideoStream):
    """The stream and the thread that encodes it; :meth:`close` ends the thread."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._encoder: Vp8Encoder | None = None
        self._thread = ThreadPoolExecutor(1, "picture")
        self._sequence = self._number = 0
        self._began = clock.monotonic()
        self._last_timestamp = -1
        self._wanted = True
        self._alone_at = float("-inf")

    def want_key_frame(self) -> None:
        """The next picture stands alone; at most one in :data:`~greenroom.twin.edge.video.KEY_FRAME_EVERY_S`."""
        self._wanted = True

    async def send(self, draw: Callable[[], Picture], at_s: float) -> None:
        """Draw, encode and send the frame for ``at_s`` (clock seconds). Does nothing without viewers."""
        if not self.has_viewers:
            self._wanted = True
            return
        alone = self._wanted and at_s - self._alone_at >= KEY_FRAME_EVERY_S
        if alone:
            self._wanted, self._alone_at = False, at_s
        timestamp = max(self._last_timestamp + 1, round((at_s - self._began) * CLOCK_RATES["video"]))
        self._last_timestamp = timestamp
        loop = asyncio.get_running_loop()
        encoded = await loop.run_in_executor(self._thread, self._encode, draw, timestamp, alone)
        self._number += 1
        payloads = pieces(encoded, self._number)
        for place, payload in enumerate(payloads, 1):
            self._sequence = self._sequence + 1 & 0xFFFF
            self.forward(Packet(0, 0, self._sequence, timestamp & _MASK, place == len(payloads), payload))

    def _encode(self, draw: Callable[[], Picture], timestamp: int, alone: bool) -> bytes:
        if self._encoder is None:
            self._encoder, alone = Vp8Encoder(PICTURE_SIZE, PICTURE_RATE), True
        return self._encoder.encode(draw(), timestamp, alone=alone)

    def close(self) -> None:
        """End the thread. A picture that is being encoded is finished and dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._encoder = None
