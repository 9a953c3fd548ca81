"""What the person says: real readers' sentences and sentences of the offline voice, all of one loudness."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import moonshine_voice
import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from greenroom.catalog.voices import offline_voice
from greenroom.speech.hibari import HibariVoices

MIC_RATE = 48_000
RMS = 0.09
Pcm = NDArray[np.int16]

#: Questions to the ready agent that its prompt answers.
QUESTIONS = (
    "Are dogs welcome?",
    "How much is a double room?",
    "Is there parking behind the house?",
    "How far is the old town?",
    "When is check out?",
    "What time is breakfast served?",
)
#: Sentences of real people in the recordings of the recognizer's wheel: file, start and end in seconds.
RECORDED = (
    ("endgame_nagg_nell.wav", 17.60, 18.90),  # What are you talking about?
    ("two_cities.wav", 21.22, 23.90),  # We had everything before us, we had nothing before us.
    ("endgame_nagg_nell.wav", 23.70, 27.45),  # Do you remember the day I went and fetched you from that ditch?
    ("two_cities.wav", 24.62, 26.10),  # We were all going direct to heaven.
    ("endgame_nagg_nell.wav", 11.95, 14.10),  # No, not heartily, just less heartily.
    ("two_cities.wav", 29.92, 32.35),  # The period was so far like the present period.
    ("two_cities.wav", 1.18, 2.70),  # It was the best of times.
)
_FADE = MIC_RATE // 100


@lru_cache(maxsize=1)
def _voices() -> HibariVoices:
    return HibariVoices()


@lru_cache(maxsize=64)
def spoken(text: str) -> Pcm:
    """48 kHz. The lowered voice, so that it is not the agent's."""
    return _levelled(_voices().render(text, offline_voice("dale"), 1.0).astype(np.float32))


@lru_cache(maxsize=64)
def recorded(name: str, start_s: float, end_s: float) -> Pcm:
    """48 kHz, with soft ends: outside the sentence there is silence, not the hiss of the room."""
    path = next(Path(moonshine_voice.__file__).parent.rglob(name))
    sound, rate = soundfile.read(path, dtype="float32")
    part = sound[int(start_s * rate) : int(end_s * rate)]
    part = resample_poly(part, MIC_RATE, rate).astype(np.float32)
    ramp = np.linspace(0, 1, _FADE, dtype=np.float32)
    part[:_FADE] *= ramp
    part[-_FADE:] *= ramp[::-1]
    return _levelled(part)


def sentences(made: int, real: int) -> tuple[list[Pcm], list[Pcm]]:
    """So many made and so many recorded ones; they repeat when more are asked for than there are."""
    return (
        [spoken(QUESTIONS[i % len(QUESTIONS)]) for i in range(made)],
        [recorded(*RECORDED[i % len(RECORDED)]) for i in range(real)],
    )


def seconds(speech: Pcm) -> float:
    return len(speech) / MIC_RATE


def _levelled(sound: NDArray[np.float32]) -> Pcm:
    rms = float(np.sqrt((sound**2).mean()))
    return (sound * (RMS / rms) * 32767).clip(-32768, 32767).astype(np.int16)
