"""Records both sides of a simulated call as the stage does: WebM, the caller on the left channel, the agent on the right."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import av
import numpy as np

from greenroom.speech.sound import HEARD_RATE, SENT_RATE, Pcm

Side = Literal["caller", "agent"]
#: Beyond this a call is not recorded further.
LONGEST_S = 30 * 60
#: A stretch that arrives this much off its place is put where it arrived: the network was away.
_SLIP_MS = 120
_FRAME = SENT_RATE // 50


class CallRecorder:
    """Keeps 64 kB a second until :meth:`write`. Times are milliseconds from the start of the session."""

    def __init__(self) -> None:
        self._sides: dict[Side, Pcm] = {
            "caller": np.zeros(HEARD_RATE * 20, np.int16),
            "agent": np.zeros(HEARD_RATE * 20, np.int16),
        }
        self._reached: dict[Side, int] = {"caller": 0, "agent": 0}

    def add(self, side: Side, pcm: Pcm, ended_ms: float) -> None:
        """Add 16 kHz samples that ended at ``ended_ms``. Dropped before the start and beyond :data:`LONGEST_S`."""
        place = round(ended_ms * HEARD_RATE / 1000) - len(pcm)
        reached = self._reached[side]
        if abs(place - reached) <= _SLIP_MS * HEARD_RATE // 1000:
            place = reached  # no gap and no overlap for the jitter of arrivals
        end = place + len(pcm)
        if place < 0 or end > LONGEST_S * HEARD_RATE:
            return
        while end > len(self._sides[side]):
            self._sides[side] = np.concatenate([self._sides[side], np.zeros_like(self._sides[side])])
        self._sides[side][place:end] = pcm
        self._reached[side] = end

    def write(self, target: Path) -> bool:
        """Write stereo Opus in WebM. Blocks. False if there is no sound to write. Raises OSError."""
        length = max(self._reached.values())
        if not length:
            return False
        both = np.zeros((length, 2), np.int16)
        for column, side in enumerate(("caller", "agent")):
            both[: self._reached[side], column] = self._sides[side][: self._reached[side]]
        with av.open(str(target), "w", format="webm") as container:
            stream = container.add_stream("libopus", rate=SENT_RATE, layout="stereo", options={"application": "voip"})
            stream.bit_rate = 48_000
            wide = av.AudioResampler(format="s16", layout="stereo", rate=SENT_RATE, frame_size=_FRAME)
            frame = av.AudioFrame.from_ndarray(both.reshape(1, -1), format="s16", layout="stereo")
            frame.sample_rate = HEARD_RATE
            for one in (*wide.resample(frame), *wide.resample(None), None):
                container.mux(stream.encode(one))
        return True
