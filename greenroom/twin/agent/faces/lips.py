"""Lip-sync: loudness opens the mouth, brightness of the sound widens it."""

from __future__ import annotations

import itertools

import numpy as np

from greenroom.portraits.portrait import Mouth
from greenroom.twin.seat import SENT_RATE, SENT_SAMPLES, Pcm

#: In decibels below full scale. Quieter than the first is silence; at the second the mouth is as far open as it gets.
SILENT_DB, FULL_DB = -48.0, -17.0
#: How much of the way to its new shape the mouth goes within 20 ms. It opens at once and closes softly.
_OPENS, _CLOSES, _WIDENS = 0.8, 0.45, 0.5
#: Steps of each movement: more would not be seen, and each shape is drawn once and kept.
OPEN_STEPS, WIDE_STEPS = 8, 2
_HZ = np.fft.rfftfreq(SENT_SAMPLES, 1 / SENT_RATE)
_BANDS = np.searchsorted(_HZ, (100, 700, 1800, 8000))
_WINDOW = np.hanning(SENT_SAMPLES).astype(np.float32)


class Lips:
    """Receives each 20 ms of the voice in real time."""

    def __init__(self) -> None:
        self._open = self._wide = 0.0
        #: How lively the speech is, 0..1: a slow average of the opening.
        self.stress = 0.0

    def hear(self, pcm: Pcm) -> None:
        """Move the mouth by 20 ms of sound (960 samples, 48 kHz)."""
        open_, wide = _shape(pcm)
        self._open += (open_ - self._open) * (_OPENS if open_ > self._open else _CLOSES)
        self._wide += (wide - self._wide) * _WIDENS
        self.stress += (self._open - self.stress) * 0.06

    @property
    def mouth(self) -> Mouth:
        """The shape now, in steps."""
        open_ = round(self._open * OPEN_STEPS) / OPEN_STEPS
        return Mouth(open_, round(self._wide * WIDE_STEPS) / WIDE_STEPS if open_ else 0.0)


def _shape(pcm: Pcm) -> tuple[float, float]:
    """How open (0..1) and how wide (-1..1) these 20 ms are spoken."""
    sound = pcm.astype(np.float32)
    level = float(np.sqrt(np.mean(sound * sound))) / 32768
    if level <= 10 ** (SILENT_DB / 20):
        return 0.0, 0.0
    loud = min(1.0, (20 * float(np.log10(level)) - SILENT_DB) / (FULL_DB - SILENT_DB))
    power = np.abs(np.fft.rfft(sound * _WINDOW)) ** 2
    low, middle, high = (float(power[a:b].sum()) + 1.0 for a, b in itertools.pairwise(_BANDS))
    whole = low + middle + high
    # An "ah" has its power in the middle, "s" and "f" above: those are said with the teeth nearly together.
    open_ = loud * (1.0 - 0.7 * high / whole) * (0.75 + 0.6 * middle / whole)
    wide = 2.2 * high / whole + 0.5 * middle / whole - 0.35 * low / whole
    return min(1.0, max(0.0, open_)), min(1.0, max(-1.0, wide))
