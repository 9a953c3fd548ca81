"""Detects audio that is louder than the background, at any microphone level. Pure."""

from __future__ import annotations

import numpy as np

from greenroom.twin.seat import HEARD_RATE, Pcm

#: Factor over the background (10 dB), and a minimum share of full scale, because a silent line has no background.
_ABOVE, _LEAST = 3.2, 0.003
#: The background is followed downwards at once and upwards within about three seconds.
_UP, _DOWN = 0.01, 0.5
#: Sound 20 dB below the speech counts as faded (an echo, or the gate's tail); and how quickly the speech's level is learned.
_FADED, _LEARNING = 0.1, 0.1
#: The end of a sound is looked for in steps of 8 ms.
_STEP, _STEP_MS = HEARD_RATE // 125, 8


class Loudness:
    """Follows the levels of background and speech of one microphone."""

    def __init__(self) -> None:
        self._background = _LEAST
        self._speech = 0.0
        #: How much of the end of the last stretch was far below the loud ones before it, milliseconds.
        self.faded_ms = 0

    def loud(self, pcm: Pcm) -> bool:
        """Whether the next stretch of audio is loud; every stretch updates the background level."""
        level = _level(pcm)
        loud = level > max(_LEAST, _ABOVE * self._background)
        if loud:
            self._speech += (level - self._speech) * (_LEARNING if self._speech else 1.0)
        self.faded_ms = _STEP_MS * self._faded_steps(pcm, level)
        self._background += (level - self._background) * (_DOWN if level < self._background else _UP)
        return loud

    def faded(self, pcm: Pcm) -> bool:
        """Whether all of this is far below the speech before it. It may be short, and isn't learned from."""
        return _level(pcm) < _FADED * self._speech

    def _faded_steps(self, pcm: Pcm, level: float) -> int:
        steps = pcm[: len(pcm) // _STEP * _STEP].reshape(-1, _STEP)
        if level < _FADED * self._speech:
            return len(steps)
        return next((number for number, step in enumerate(steps[::-1]) if not self.faded(step)), 0)


def _level(pcm: Pcm) -> float:
    """RMS, a share of full scale; 0 for no samples."""
    return float(np.sqrt(np.mean(np.square(pcm, dtype=np.float32)))) / 32768.0 if len(pcm) else 0.0
