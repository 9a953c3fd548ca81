"""Real utterances with pauses inside, for measuring turn taking: sentences of the recordings in the recognizer's wheel, each as
it was spoken and once more with a hesitation spliced in where the speaker was quietest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import moonshine_voice
import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE = 16_000
RMS = 0.09
#: file, start and end in seconds: whole sentences of three readers and actors.
SENTENCES = (
    ("two_cities.wav", 1.10, 4.75), ("two_cities.wav", 4.90, 6.42), ("two_cities.wav", 6.54, 8.40),
    ("two_cities.wav", 8.68, 10.48), ("two_cities.wav", 10.63, 13.00), ("two_cities.wav", 13.35, 14.97),
    ("two_cities.wav", 15.02, 16.88), ("two_cities.wav", 17.45, 20.68), ("two_cities.wav", 21.13, 24.20),
    ("two_cities.wav", 24.52, 26.25), ("two_cities.wav", 26.44, 28.48), ("two_cities.wav", 29.00, 32.45),
    ("two_cities.wav", 32.65, 41.85), ("endgame_nagg_nell.wav", 0.02, 1.10), ("endgame_nagg_nell.wav", 2.38, 3.47),
    ("endgame_nagg_nell.wav", 4.74, 8.24), ("endgame_nagg_nell.wav", 8.62, 11.52), ("endgame_nagg_nell.wav", 11.88, 14.18),
    ("endgame_nagg_nell.wav", 14.57, 17.12), ("endgame_nagg_nell.wav", 17.51, 18.99), ("endgame_nagg_nell.wav", 20.30, 22.06),
    ("endgame_nagg_nell.wav", 22.41, 23.31), ("endgame_nagg_nell.wav", 23.66, 27.60), ("beckett.wav", 0.20, 1.35),
    ("beckett.wav", 1.77, 2.92), ("beckett.wav", 3.40, 4.33), ("beckett.wav", 4.74, 5.72), ("beckett.wav", 6.54, 7.53),
    ("beckett.wav", 8.04, 9.00),
)  # fmt: skip
#: Lengths of the spliced hesitations, one after the other, milliseconds.
HESITATIONS_MS = (240, 320, 400, 520, 640)
#: Shorter sentences have no middle to hesitate in.
SHORTEST_TO_SPLIT_S = 1.3
HELD_OUT_FOLDER = Path("/usr/share/pocketsphinx/test/data")
_HELD_OUT = ("librivox/*.wav", "cards/*.wav", "goforward.raw", "numbers.raw", "something.raw")
_HOP = RATE // 100
_AUDIBLE = 0.012
Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RealUtterance:
    """``pause_ms``: of the spliced hesitation, 0 = none. Sound at 16 kHz, full scale 1, without silence around it."""

    name: str
    sound: Sound
    pause_ms: int = 0


@lru_cache(maxsize=1)
def utterances() -> tuple[RealUtterance, ...]:
    """Every sentence as spoken, then those long enough with a hesitation."""
    whole = [RealUtterance(f"{file[:4]} {start}", _cut(file, start, end)) for file, start, end in SENTENCES]
    long = [one for one in whole if len(one.sound) >= SHORTEST_TO_SPLIT_S * RATE]
    split = [_hesitating(one, HESITATIONS_MS[number % len(HESITATIONS_MS)]) for number, one in enumerate(long)]
    return (*whole, *split)


@lru_cache(maxsize=1)
def held_out() -> tuple[RealUtterance, ...]:
    """Other speakers, on whom nothing was tuned: the recordings of Debian's ``pocketsphinx-testdata``, as spoken and with a
    hesitation. Empty where it isn't installed."""
    files = sorted(path for folder in _HELD_OUT for path in HELD_OUT_FOLDER.glob(folder))
    whole = [RealUtterance(path.stem[-8:], _tight(path)) for path in files]
    long = [one for one in whole if len(one.sound) >= SHORTEST_TO_SPLIT_S * RATE]
    split = [_hesitating(one, HESITATIONS_MS[number % len(HESITATIONS_MS)]) for number, one in enumerate(long)]
    return (*whole, *split)


def _tight(path: Path) -> Sound:
    """The whole recording without the silence around it, at :data:`RMS`."""
    if path.suffix == ".raw":
        sound, rate = np.fromfile(path, "<i2").astype(np.float32) / 32768, RATE
    else:
        sound, rate = soundfile.read(path, dtype="float32")
    sound = resample_poly(sound, RATE, rate).astype(np.float32)
    sound = sound * (RMS / float(np.sqrt((sound**2).mean())))
    levels = np.sqrt((sound[: len(sound) // _HOP * _HOP].reshape(-1, _HOP) ** 2).mean(axis=1))
    loud = np.flatnonzero(levels > _AUDIBLE)
    sound = sound[max(0, loud[0] - 3) * _HOP : (loud[-1] + 4) * _HOP]
    return _faded(sound * (RMS / float(np.sqrt((sound**2).mean()))))


def _hesitating(one: RealUtterance, pause_ms: int) -> RealUtterance:
    """Cut where the middle half is quietest; the pause holds the room's own noise, as the recording has it, not zeros."""
    sound = one.sound
    power = (sound[: len(sound) // _HOP * _HOP].reshape(-1, _HOP) ** 2).mean(axis=1)
    smooth = np.convolve(power, np.ones(5) / 5, mode="same")
    first, last = len(smooth) // 4, len(smooth) * 3 // 4
    at = (first + int(np.argmin(smooth[first:last]))) * _HOP
    noise = float(np.sqrt(np.sort(power)[: max(1, len(power) // 20)].mean()))
    pause = np.random.default_rng(at).normal(0, noise, pause_ms * RATE // 1000).astype(np.float32)
    return RealUtterance(f"{one.name} +{pause_ms}", np.concatenate([_faded(sound[:at]), pause, _faded(sound[at:])]), pause_ms)


@lru_cache(maxsize=4)
def _recording(name: str) -> tuple[Sound, int]:
    sound, rate = soundfile.read(next(Path(moonshine_voice.__file__).parent.rglob(name)), dtype="float32")
    return (sound if sound.ndim == 1 else sound[:, 0]).astype(np.float32), rate


def _cut(name: str, start_s: float, end_s: float) -> Sound:
    sound, rate = _recording(name)
    part = resample_poly(sound[int(start_s * rate) : int(end_s * rate)], RATE, rate).astype(np.float32)
    return _faded(part * (RMS / float(np.sqrt((part**2).mean()))))


def _faded(part: Sound) -> Sound:
    ramp = np.linspace(0, 1, _HOP, dtype=np.float32)
    faded = part.astype(np.float32)
    faded[:_HOP] *= ramp
    faded[-_HOP:] *= ramp[::-1]
    return faded
