"""From two recorded channels to the moments of a talk: who spoke when, how long somebody waited. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
HOP = RATE // 100
#: RMS of full scale above which 10 ms are sound. Speech here has about 0.09, the noise of the recordings below 0.006.
LOUD = 0.01
#: Sound shorter than this is a click.
SHORTEST_S = 0.1
#: Pauses inside a sentence. Shorter than any silence that ends a turn, longer than those of the shipped recordings.
PAUSE_S = 0.42
#: An answer that has not begun by then is missing.
PATIENCE_S = 6.0


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of sound, seconds on the recording's clock."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Wait:
    """What became of one thing a person said. ``waited_ms`` is None when no answer came, or when it came too early."""

    asked: Sound
    waited_ms: float | None
    cut_off: bool


def sounds(audio: NDArray[np.float32], pause_s: float = PAUSE_S) -> list[Sound]:
    """Stretches of sound, to 10 ms; a pause shorter than ``pause_s`` does not end one."""
    frames = audio[: len(audio) // HOP * HOP].reshape(-1, HOP)
    found: list[list[float]] = []
    for index in np.flatnonzero(np.sqrt((frames**2).mean(axis=1)) > LOUD):
        start, end = index * HOP / RATE, (index + 1) * HOP / RATE
        if found and start - found[-1][1] < pause_s:
            found[-1][1] = end
        else:
            found.append([start, end])
    return [Sound(a, b) for a, b in found if b - a >= SHORTEST_S]


def waits(said: Sequence[Sound], heard: Sequence[Sound]) -> list[Wait]:
    """For each thing said the time from its end to the next beginning of sound from the other side."""
    results = []
    for index, asked in enumerate(said):
        until = min(asked.end + PATIENCE_S, said[index + 1].start if index + 1 < len(said) else float("inf"))
        first = next((h.start for h in heard if asked.end < h.start < until), None)
        early = any(asked.start < h.start <= asked.end for h in heard)
        good = first is not None and not early
        results.append(Wait(asked, (first - asked.end) * 1000 if good and first is not None else None, early))
    return results


def silencings(said: Sequence[Sound], heard: Sequence[Sound]) -> list[float]:
    """Milliseconds from each onset of speech over the other side to that side's silence.

    ``heard`` should be cut at long pauses only: a breath of the agent must not look like obedience.
    """
    return [(h.end - s.start) * 1000 for s in said for h in heard if h.start < s.start - 0.2 and s.start < h.end]
