"""A seat in a channel: how an agent or avatar takes part without a browser."""

from __future__ import annotations

import logging
from collections.abc import Callable

from greenroom.clock import Clock
from greenroom.twin.edge.audio import AudioStream, VoiceStream
from greenroom.twin.edge.channel import Channel, Participant
from greenroom.twin.edge.names import number_of
from greenroom.twin.edge.picture import PictureStream
from greenroom.twin.edge.stream import Kind, Stream
from greenroom.twin.seat import Pcm, Picture, SeatListener, Uid

log = logging.getLogger(__name__)

#: The largest data-stream message, in bytes.
LARGEST_MESSAGE = 32 * 1024


class ChannelSeat:
    """Implements :class:`greenroom.twin.seat.Seat`; publishes a voice from the start, pictures when asked to."""

    visible = True

    def __init__(self, channel: Channel, uid: Uid, listener: SeatListener, clock: Clock) -> None:
        self._channel = channel
        self._uid = uid
        self._listener = listener
        self._clock = clock
        self._voice = VoiceStream(clock)
        self._pictures: PictureStream | None = None
        self._stop_listening: dict[Uid, Callable[[], None]] = {}
        self._seated = True
        self.streams: dict[Kind, Stream] = {"audio": self._voice}

    @property
    def channel(self) -> str:
        """The channel's name."""
        return self._channel.name

    @property
    def uid(self) -> Uid:
        return self._uid

    @property
    def number(self) -> int:
        return number_of(self._uid)

    @property
    def audience(self) -> int:
        return self._voice.viewers

    @property
    def viewers(self) -> int:
        return self._pictures.viewers if self._pictures else 0

    def send_audio(self, pcm: Pcm, pts_ms: int) -> None:
        """See :meth:`greenroom.twin.seat.Seat.send_audio`. Raises ValueError for another number of samples than 960."""
        if self._seated:
            self._voice.send(pcm, pts_ms)

    def publish_video(self) -> None:
        """See :meth:`greenroom.twin.seat.Seat.publish_video`. Does nothing once the seat is left."""
        if self._pictures is None and self._seated:
            self._pictures = self.streams["video"] = PictureStream(self._clock)
            self._channel.publish(self, self._pictures)

    async def send_picture(self, draw: Callable[[], Picture], at_s: float) -> None:
        """Returns when the picture is encoded and sent; at once before :meth:`publish_video` and after :meth:`leave`.

        See :meth:`greenroom.twin.seat.Seat.send_picture`.
        """
        if self._pictures is not None and self._seated:
            await self._pictures.send(draw, at_s)

    def send_data(self, payload: bytes) -> None:
        """Send a data-stream message to everyone in the channel. Raises ValueError above 32 KiB."""
        if len(payload) > LARGEST_MESSAGE:
            raise ValueError(f"a message has at most {LARGEST_MESSAGE} bytes, not {len(payload)}")
        if self._seated:
            self._channel.send(self, payload)

    async def leave(self, reason: str = "Quit") -> None:
        """Leave the channel, stop listening and release the codecs. ``reason`` is Agora's. Idempotent."""
        if not self._seated:
            return
        self._seated = False
        for stop in self._stop_listening.values():
            stop()
        self._stop_listening.clear()
        self._channel.leave(self, reason)
        self._voice.close()
        if self._pictures is not None:
            self._pictures.close()

    # What the channel tells its participants:

    def arrived(self, other: Participant) -> None:
        """Passed on to :meth:`greenroom.twin.seat.SeatListener.joined`."""
        self._tell(self._listener.joined, other.uid)

    def departed(self, other: Participant, reason: str) -> None:
        """Stop listening to ``other``; passed on to :meth:`greenroom.twin.seat.SeatListener.left`."""
        self._stop_listening_to(other.uid)
        self._tell(self._listener.left, other.uid, reason)

    def published(self, other: Participant, stream: Stream) -> None:
        """Listen to audio from now on, in place of the user's older stream. Seats receive no video."""
        if isinstance(stream, AudioStream):
            self._stop_listening_to(other.uid)
            self._stop_listening[other.uid] = stream.listen(lambda pcm: self._tell(self._listener.heard, other.uid, pcm))

    def unpublished(self, other: Participant, stream: Stream) -> None:
        """Stop listening, if it was the audio."""
        if isinstance(stream, AudioStream):
            self._stop_listening_to(other.uid)

    def mute_changed(self, other: Participant, stream: Stream) -> None:
        """A listener hears silence, or nothing."""

    def message(self, other: Participant, payload: bytes) -> None:
        """Passed on to :meth:`greenroom.twin.seat.SeatListener.data`."""
        self._tell(self._listener.data, other.uid, payload)

    def _stop_listening_to(self, uid: Uid) -> None:
        if stop := self._stop_listening.pop(uid, None):
            stop()

    def _tell(self, listen: Callable[..., None], *what: object) -> None:
        """Call the listener. Its errors are logged: one agent must not disturb the others' media."""
        if not self._seated:
            return
        try:
            listen(*what)
        except Exception:
            log.exception("the listener in seat %s of %s failed", self._uid, self._channel.name)
