"""VP8, one picture at a time: 0.5 to 3 ms for 480 by 480 while little moves, 10 ms for a picture that stands alone."""

from __future__ import annotations

import struct
from fractions import Fraction

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType

from greenroom.twin.seat import Picture

#: Enough for a drawn face without visible blocks; a face at rest takes a twentieth of it.
_BIT_RATE = 900_000
#: A picture that stands alone comes when a viewer needs one, never by itself.
_NEVER = 1_000_000
_TIME_BASE = Fraction(1, 90_000)
_OPTIONS = {"deadline": "realtime", "cpu-used": "-10", "lag-in-frames": "0", "static-thresh": "60", "undershoot-pct": "95"}
#: Leaves room for headers and encryption below what any network carries in one piece.
LARGEST_PIECE = 1100


class Vp8Encoder:
    """Encodes one stream; not for two threads at a time. ``size`` is (width, height), both even."""

    def __init__(self, size: tuple[int, int], rate: int) -> None:
        self._codec = VideoCodecContext.create("libvpx", "w")
        self._codec.width, self._codec.height = size
        self._codec.pix_fmt = "yuv420p"
        self._codec.time_base, self._codec.framerate = _TIME_BASE, Fraction(rate, 1)
        self._codec.bit_rate = _BIT_RATE
        self._codec.qmin, self._codec.qmax = 4, 44
        self._codec.gop_size = _NEVER
        self._codec.thread_count = 1
        self._codec.options = dict(_OPTIONS)

    def encode(self, picture: Picture, timestamp: int, *, alone: bool) -> bytes:
        """Encode one picture. ``timestamp`` counts 90 000 a second and grows.

        ``alone``: the viewer needs no earlier picture to draw it.
        """
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts, frame.time_base = timestamp, _TIME_BASE
        frame.pict_type = PictureType.I if alone else PictureType.NONE
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))


def pieces(encoded: bytes, picture_id: int) -> list[bytes]:
    """RTP payloads (RFC 7741) of one encoded picture."""
    number = struct.pack("!H", 0x8000 | picture_id & 0x7FFF)
    parts = [encoded[start : start + LARGEST_PIECE] for start in range(0, len(encoded), LARGEST_PIECE)]
    return [bytes((0x90 if place == 0 else 0x80, 0x80)) + number + part for place, part in enumerate(parts)]
