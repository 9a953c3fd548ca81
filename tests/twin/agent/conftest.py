"""The real models, loaded once; speech is made by the twin's own voices or taken from a recording in a wheel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import moonshine_voice
import numpy as np
import pytest
import soundfile
from scipy.signal import resample_poly

from greenroom.catalog.voices import offline_voice
from greenroom.twin.agent.hearing.moonshine import Moonshine
from greenroom.twin.agent.voices.hibari import HibariVoices
from greenroom.twin.seat import HEARD_RATE, Pcm

Say = Callable[..., Pcm]


@pytest.fixture(scope="session")
def voices() -> HibariVoices:
    return HibariVoices()


@pytest.fixture(scope="session")
def recogniser() -> Moonshine:
    return Moonshine()


@pytest.fixture(scope="session")
def say(voices: HibariVoices) -> Say:
    """``say("text", voice="dale")`` → 16 kHz speech without silence around it."""

    def render(text: str, voice: str = "dale", speed: float = 1.0) -> Pcm:
        sound = voices.render(text, offline_voice(voice), speed).astype(np.float32)
        return trimmed(resample_poly(sound, 1, 3).astype(np.int16))

    return render


@pytest.fixture(scope="session")
def recording() -> Pcm:
    """A real reader: Beckett, out of the recogniser's wheel; 16 kHz."""
    path = next(Path(moonshine_voice.__file__).parent.rglob("beckett.wav"))
    sound, rate = soundfile.read(path, dtype="float32")
    return (resample_poly(sound, HEARD_RATE, rate) * 32767).astype(np.int16)


def trimmed(pcm: Pcm, threshold: int = 250) -> Pcm:
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > threshold)
    return pcm[loud[0] : loud[-1] + 1] if len(loud) else pcm


def silence(seconds: float, noise: float = 2.0) -> Pcm:
    return np.random.default_rng(1).normal(0, noise, int(seconds * HEARD_RATE)).astype(np.int16)


def noisy(pcm: Pcm, snr_db: float) -> Pcm:
    """White noise at ``snr_db`` below the speech."""
    level = float(np.sqrt((pcm.astype(np.float64) ** 2).mean())) / 10 ** (snr_db / 20)
    mixed = pcm + np.random.default_rng(2).normal(0, level, len(pcm))
    return np.clip(mixed, -32768, 32767).astype(np.int16)
