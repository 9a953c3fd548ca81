"""The mouth follows the sound that is sent."""

from __future__ import annotations

import numpy as np
import pytest

from greenroom.twin.agent.faces.lips import Lips
from greenroom.twin.seat import SENT_RATE, SENT_SAMPLES, Pcm

pytestmark = pytest.mark.unit

QUIET = np.zeros(SENT_SAMPLES, np.int16)


def voiced(*hz: float, level: int = 6000) -> Pcm:
    at = np.arange(SENT_SAMPLES) / SENT_RATE
    return np.sum([np.sin(2 * np.pi * f * at) * level for f in hz], axis=0).astype(np.int16)


def hiss(level: int = 3000) -> Pcm:
    """White above 4 kHz, as an s is."""
    spectrum = np.fft.rfft(np.random.default_rng(1).normal(0, 1, SENT_SAMPLES))
    spectrum[: SENT_SAMPLES * 4000 // SENT_RATE] = 0
    spectrum[SENT_SAMPLES * 8000 // SENT_RATE :] = 0
    sound = np.fft.irfft(spectrum)
    return (sound / sound.std() * level).astype(np.int16)


def after(*frames: Pcm) -> Lips:
    lips = Lips()
    for frame in frames:
        lips.hear(frame)
    return lips


def test_it_is_shut_in_silence_and_below_the_noise_of_a_line():
    assert after(*[QUIET] * 5).mouth.open == 0
    assert after(*[voiced(200, level=60)] * 5).mouth.open == 0


def test_it_opens_within_40_ms_of_speech_and_shuts_within_160_ms_of_silence():
    """row 43: lips within 80 ms of the sound; a mouth that snaps shut looks mechanical, so it closes softly"""
    ah = voiced(150, 800, 1200)
    assert after(ah, ah).mouth.open > 0.5
    assert after(*[ah] * 10, *[QUIET] * 2).mouth.open < 0.5
    assert after(*[ah] * 10, *[QUIET] * 8).mouth.open == 0


def test_louder_is_wider_open():
    opened = [after(*[voiced(150, 800, 1200, level=level)] * 5).mouth.open for level in (200, 1000, 5000)]
    assert opened == sorted(set(opened))


def test_an_oo_is_round_and_an_s_is_wide_and_nearly_shut():
    oo, ah, s = (after(*[sound] * 6).mouth for sound in (voiced(250, 400), voiced(150, 900, 1300), hiss()))
    assert oo.wide < 0 <= ah.wide < s.wide
    assert s.open < ah.open
