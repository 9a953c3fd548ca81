"""The outline of both voices, small enough to travel with a page: one loudest level per voice and 50 ms, as a byte."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError

from greenroom.errors import GreenroomError

PER_SECOND = 20
_MAGIC = b"GRW1"


class NoWaveform(GreenroomError):
    advice = "The recording can be played all the same."


@dataclass(frozen=True, slots=True)
class Waveform:
    """Loudest level in each 1/20 s, 0..255; the person's is the left channel, the agent's the right one. Equally long."""

    person: bytes
    agent: bytes

    def fewer(self, most: int) -> Waveform:
        """The same outline in at most ``most`` steps, each as loud as its loudest."""
        return Waveform(_fewer(self.person, most), _fewer(self.agent, most))


def waveform_of(file: Path) -> Waveform:
    """Decode a recording once, in pieces. Raises NoWaveform."""
    step = 48_000 // PER_SECOND
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=48_000, frame_size=step)
    levels: list[np.ndarray] = []
    try:
        with av.open(str(file)) as container:
            for frame in container.decode(audio=0):
                levels += [_loudest(piece) for piece in resampler.resample(frame)]
            levels += [_loudest(piece) for piece in resampler.resample(None)]
    except FFmpegError as error:
        raise NoWaveform(f"The sound cannot be read: {type(error).__name__}.") from error
    both = np.asarray(levels, dtype=np.uint8).reshape(-1, 2)
    return Waveform(both[:, 0].tobytes(), both[:, 1].tobytes())


def write_waveform(waveform: Waveform, file: Path) -> None:
    file.write_bytes(_MAGIC + waveform.person + waveform.agent)


def read_waveform(file: Path) -> Waveform:
    """Raises NoWaveform for a file that is missing or none."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NoWaveform("The outline of the sound is missing.") from error
    levels = data[len(_MAGIC) :]
    if not data.startswith(_MAGIC) or len(levels) % 2:
        raise NoWaveform("The outline of the sound cannot be read.")
    return Waveform(levels[: len(levels) // 2], levels[len(levels) // 2 :])


def _loudest(piece: av.AudioFrame) -> np.ndarray:
    sound = np.abs(piece.to_ndarray().reshape(-1, 2).astype(np.int32)).max(axis=0)
    # A square root, because the eye should still see a quiet voice.
    return np.sqrt(sound / 32_768) * 255


def _fewer(levels: bytes, most: int) -> bytes:
    if len(levels) <= most:
        return levels
    edges = np.linspace(0, len(levels), most, endpoint=False).astype(int)
    return np.maximum.reduceat(np.frombuffer(levels, dtype=np.uint8), edges).tobytes()
