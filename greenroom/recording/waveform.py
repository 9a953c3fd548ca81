"""The waveform of both voices: one peak level per voice and 50 ms, as a byte."""

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
    """The waveform's file is missing or damaged, or the recording can't be decoded."""

    advice = "You can still play the recording."


@dataclass(frozen=True, slots=True)
class Waveform:
    """Peak levels per 1/20 s, 0..255, for caller (left channel) and agent (right channel), of equal length."""

    person: bytes
    agent: bytes

    def fewer(self, most: int) -> Waveform:
        """The waveform reduced to at most ``most`` steps, keeping peaks."""
        return Waveform(_fewer(self.person, most), _fewer(self.agent, most))


def waveform_of(file: Path) -> Waveform:
    """Compute the waveform by streaming through a recording. Raises NoWaveform."""
    step = 48_000 // PER_SECOND
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=48_000, frame_size=step)
    levels: list[np.ndarray] = []
    try:
        with av.open(str(file)) as container:
            for frame in container.decode(audio=0):
                levels += [_loudest(piece) for piece in resampler.resample(frame)]
            levels += [_loudest(piece) for piece in resampler.resample(None)]
    except FFmpegError as error:
        raise NoWaveform(f"Couldn't read the audio: {type(error).__name__}.") from error
    both = np.asarray(levels, dtype=np.uint8).reshape(-1, 2)
    return Waveform(both[:, 0].tobytes(), both[:, 1].tobytes())


def write_waveform(waveform: Waveform, file: Path) -> None:
    """A magic number, then the caller's levels, then the agent's. Raises OSError."""
    file.write_bytes(_MAGIC + waveform.person + waveform.agent)


def read_waveform(file: Path) -> Waveform:
    """Load a waveform file. Raises NoWaveform if it is missing or invalid."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NoWaveform("The waveform is missing.") from error
    levels = data[len(_MAGIC) :]
    if not data.startswith(_MAGIC) or len(levels) % 2:
        raise NoWaveform("Couldn't read the waveform.")
    return Waveform(levels[: len(levels) // 2], levels[len(levels) // 2 :])


def _loudest(piece: av.AudioFrame) -> np.ndarray:
    sound = np.abs(piece.to_ndarray().reshape(-1, 2).astype(np.int32)).max(axis=0)
    # A square root, to keep quiet voices visible.
    return np.sqrt(sound / 32_768) * 255


def _fewer(levels: bytes, most: int) -> bytes:
    if len(levels) <= most:
        return levels
    edges = np.linspace(0, len(levels), most, endpoint=False).astype(int)
    return np.maximum.reduceat(np.frombuffer(levels, dtype=np.uint8), edges).tobytes()
