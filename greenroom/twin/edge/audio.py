"""Audio streams: a browser's microphone, forwarded as it comes and decoded once for the seats; a seat's voice, encoded once."""

from __future__ import annotations

from collections.abc import Callable

from greenroom.clock import Clock
from greenroom.twin.edge.decimator import Decimator
from greenroom.twin.edge.opus import SILENCE, OpusDecoder, OpusEncoder, ReorderBuffer
from greenroom.twin.edge.rtp import Packet, ReceptionStats
from greenroom.twin.edge.stream import CLOCK_RATES, Kind, Stream
from greenroom.twin.seat import SENT_RATE, SENT_SAMPLES, Pcm

Hear = Callable[[Pcm], None]

#: After a longer pause timestamps jump to the present, so that players do not count the pause as delay.
PAUSE_S = 0.1


class AudioStream(Stream):
    """A stream that can also be listened to in this process."""

    kind: Kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._listeners: tuple[Hear, ...] = ()

    def listen(self, hear: Hear) -> Callable[[], None]:
        """Call ``hear`` with each 20 ms (320 samples, 16 kHz) until the returned function is called."""
        self._listeners += (hear,)

        def stop() -> None:
            self._listeners = tuple(other for other in self._listeners if other is not hear)

        return stop

    def _tell(self, pcm: Pcm) -> None:
        for hear in self._listeners:
            hear(pcm)


class MicrophoneTrack(AudioStream):
    """A browser's audio, received as Opus."""

    def __init__(self, ssrc: int, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.reception = ReceptionStats(ssrc, CLOCK_RATES["audio"])
        self._reorder, self._decoder = ReorderBuffer(), OpusDecoder()

    def arrived(self, packet: Packet) -> None:
        """Count ``packet`` and forward it to the viewers; for listeners also decode it.

        Called in the socket's callback, in order of arrival. Listeners get the packets in order, and silence for up to
        :data:`~greenroom.twin.edge.opus.LONGEST_FILL` lost ones in a row.
        """
        self.reception.count(packet, self._clock.monotonic())
        self.forward(packet)
        if self._listeners:
            for due in self._reorder.push(packet):
                for pcm in self._decoder.decode(due.payload) if due else [SILENCE]:
                    self._tell(pcm)

    def sender_reported(self, ntp_time: int) -> None:
        """Note the 64-bit NTP time of the browser's sender report; receiver reports repeat it (RFC 3550, 6.4.1)."""
        self.reception.sender_reported(ntp_time, self._clock.monotonic())


class VoiceStream(AudioStream):
    """A seat's audio, given as 48 kHz mono."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._encoder: OpusEncoder | None = OpusEncoder()
        self._decimator = Decimator()
        self._sequence = self._timestamp = 0
        self._sent_at = 0.0

    def send(self, pcm: Pcm, pts_ms: int) -> None:
        """Send 20 ms (960 samples, 48 kHz) to all viewers and listeners. Raises ValueError for another shape."""
        if pcm.shape != (SENT_SAMPLES,):
            raise ValueError(f"a seat sends {SENT_SAMPLES} samples at a time, not {pcm.shape}")
        resumes = self._advance()
        if self.has_viewers and self._encoder:
            payload = self._encoder.encode(pcm)
            self.forward(
                Packet(
                    ssrc=0,
                    payload_type=0,
                    sequence=self._sequence,
                    timestamp=self._timestamp,
                    marker=resumes,
                    payload=payload,
                    pts_ms=pts_ms,
                )
            )
        if self._listeners:
            for heard in self._decimator.push(pcm):
                self._tell(heard)

    def close(self) -> None:
        """Release the codec now: it holds threads, and reference cycles would delay that."""
        self._encoder = None

    def _advance(self) -> bool:
        """Number the next packet; True when it is the first after a pause."""
        now = self._clock.monotonic()
        paused = now - self._sent_at
        self._sent_at = now
        self._sequence += 1
        if paused <= PAUSE_S:
            self._timestamp += SENT_SAMPLES
            return False
        self._timestamp += round(paused * SENT_RATE / SENT_SAMPLES) * SENT_SAMPLES
        return True
