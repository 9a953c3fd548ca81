"""What the person says: sentences of the offline voice and of a real reader, on a schedule."""

from __future__ import annotations

from pathlib import Path

import moonshine_voice
import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from greenroom.catalog.voices import offline_voice
from greenroom.twin.agent.voices.hibari import HibariVoices
from tests.browser.ears import RATE, spans

MIC_RATE = 48_000
QUESTIONS = (
    "Are dogs welcome?",
    "How much is a double room?",
    "Is there parking behind the house?",
    "How far is the old town?",
    "When is check out?",
)
Pcm = NDArray[np.int16]


def spoken(text: str, voices: HibariVoices) -> Pcm:
    return voices.render(text, offline_voice("dale"), 1.0)


def read_aloud(most: int) -> list[Pcm]:
    """Stretches of 1 to 5 s between the pauses of real readers (recordings in the recogniser's wheel)."""
    found: list[Pcm] = []
    for name in ("two_cities.wav", "beckett.wav", "endgame_nagg_nell.wav"):
        path = next(Path(moonshine_voice.__file__).parent.rglob(name))
        sound, rate = soundfile.read(path, dtype="float32")
        low = resample_poly(sound, RATE, rate).astype(np.float32)
        for start, end in spans(low, gap_s=0.35):
            if 1.0 < end - start < 5.0:
                part = sound[int(start * rate) : int(end * rate)]
                found.append((resample_poly(part, MIC_RATE, rate) * 30_000).clip(-32768, 32767).astype(np.int16))
    return found[:most]
