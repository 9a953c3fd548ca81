"""Recordings as a browser makes them: stereo Opus in WebM, without a duration."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

RATE = 48_000


def webm(path: Path, seconds: float, left_hz: float = 300.0, right_hz: float = 0.0) -> Path:
    """A tone on each side; 0 = silence. ``live`` so that, as in a browser's file, neither duration nor index is in it."""
    moments = np.arange(int(seconds * RATE)) / RATE
    sides = [np.sin(2 * np.pi * hz * moments) if hz else np.zeros_like(moments) for hz in (left_hz, right_hz)]
    sound = (np.stack(sides, axis=1).reshape(1, -1) * 10_000).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(sound, format="s16", layout="stereo")
    frame.sample_rate = RATE
    with av.open(str(path), "w", format="webm", options={"live": "1"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="stereo")
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE, frame_size=960)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def loud(path: Path) -> np.ndarray:
    """Loudness of (left, right) in each tenth of a second."""
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE)
    with av.open(str(path)) as container:
        pieces = [p.to_ndarray().reshape(-1, 2) for frame in container.decode(audio=0) for p in resampler.resample(frame)]
    both = np.concatenate(pieces).astype(float)
    both = both[: len(both) // 4800 * 4800].reshape(-1, 4800, 2)
    return np.sqrt((both**2).mean(axis=1))
