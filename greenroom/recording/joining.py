"""Joins a recording's parts into one WebM file with duration and index, on the session's clock. Packets aren't re-encoded.

Browsers write WebM as a stream without a duration, which players need to seek. A call may have several parts (after page
reloads); the gaps between them and before the first become silence, so that transcript times match the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError

from greenroom.errors import GreenroomError

#: 20 ms of stereo silence as one Opus packet (RFC 6716, 3.1: CELT-only, full band, stereo, one frame; an empty frame).
SILENT_PACKET = bytes([0xFC, 0xFF, 0xFE])
PACKET_MS = 20
MILLISECOND = Fraction(1, 1000)
#: Shorter pauses are jitter of the browser's clock.
GAP_MS = 60


class NotPlayable(GreenroomError):
    """No part of the recording holds audio that can be read."""

    advice = "The transcript is saved. If this happens in every call, use a current version of Chrome, Edge or Firefox."


@dataclass(frozen=True, slots=True)
class Joined:
    """The joined file's length in ms, including silence."""

    length_ms: int


def join(parts: Sequence[tuple[int, Path]], target: Path) -> Joined:
    """Write all parts (offset in ms from the start of the session, file) to ``target``; drops incomplete packets.

    Raises NotPlayable if no part contains audio, OSError if writing fails.
    """
    writer = _Writer(target)
    try:
        for offset_ms, path in sorted(parts):
            writer.take(offset_ms, path)
    except BaseException:
        writer.close()
        target.unlink(missing_ok=True)
        raise
    writer.close()
    if not writer.reached_ms:
        target.unlink(missing_ok=True)
        raise NotPlayable("The recording contains no audio.")
    return Joined(writer.reached_ms)


class _Writer:
    def __init__(self, target: Path) -> None:
        # cues_to_front: players read the index first
        self._container: OutputContainer = av.open(str(target), "w", format="webm", options={"cues_to_front": "1"})
        self._stream: AudioStream | None = None
        self.reached_ms = 0

    def take(self, offset_ms: int, path: Path) -> None:
        """Skip unreadable parts; others may be intact."""
        try:
            source = av.open(str(path))
        except FFmpegError:
            return
        with source:
            if not source.streams.audio:
                return
            stream = source.streams.audio[0]
            if self._stream is None:
                self._stream = self._container.add_stream_from_template(stream)
            try:
                for packet in source.demux(stream):
                    if packet.pts is not None and packet.time_base is not None and packet.size:
                        self._put(bytes(packet), offset_ms + int(packet.pts * packet.time_base * 1000))
            except FFmpegError:
                return  # the tab was closed in the middle of a packet

    def _put(self, sound: bytes, at_ms: int) -> None:
        while at_ms - self.reached_ms >= GAP_MS:
            self._write(SILENT_PACKET, self.reached_ms)
            self.reached_ms += PACKET_MS
        at_ms = max(at_ms, self.reached_ms)  # parts can't overlap
        self._write(sound, at_ms)
        self.reached_ms = at_ms + PACKET_MS

    def _write(self, sound: bytes, at_ms: int) -> None:
        packet = av.Packet(sound)
        assert self._stream is not None
        packet.stream = self._stream
        packet.time_base = MILLISECOND
        packet.pts = packet.dts = at_ms
        packet.duration = PACKET_MS
        packet.is_keyframe = True
        self._container.mux(packet)

    def close(self) -> None:
        self._container.close()
