"""Detects audio that is louder than the background, at any microphone level. Pure."""

from __future__ import annotations

import numpy as np

from greenroom.twin.seat import Pcm

#: Factor over the background (10 dB), and a minimum share of full scale, because a silent line has no background.
_ABOVE, _LEAST = 3.2, 0.003
#: The background is followed downwards at once and upwards within about three seconds.
_UP, _DOWN = 0.01, 0.5
#: What is 20 dB below the level of the speech has faded: an echo, or the gate's memory. How quickly that level is learned.
_FADED, _LEARNING = 0.1, 0.1


class Loudness:
    """Follows the levels of background and speech of one microphone."""

    def __init__(self) -> None:
        self._background = _LEAST
        self._speech = 0.0
        #: Whether the last stretch was far below the loud ones before it.
        self.faded = False

    def loud(self, pcm: Pcm) -> bool:
        """Whether the next stretch of audio is loud; every stretch updates the background level."""
        level = float(np.sqrt(np.mean(np.square(pcm, dtype=np.float32)))) / 32768.0
        loud = level > max(_LEAST, _ABOVE * self._background)
        if loud:
            self._speech += (level - self._speech) * (_LEARNING if self._speech else 1.0)
        self.faded = level < _FADED * self._speech
        self._background += (level - self._background) * (_DOWN if level < self._background else _UP)
        return loud
