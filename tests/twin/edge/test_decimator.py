"""From 48 to 16 kHz: what speech is made of stays, what would fold into it goes, and blocks leave no seam."""

from __future__ import annotations

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import resample_poly

from greenroom.twin.edge.decimator import Decimator
from greenroom.twin.seat import Pcm

pytestmark = pytest.mark.unit


def tone(hz: float, seconds: float = 1.0) -> Pcm:
    return (np.sin(2 * np.pi * hz * np.arange(round(48_000 * seconds)) / 48_000) * 12_000).astype(np.int16)


def decimated(pcm: Pcm) -> Pcm:
    return np.concatenate(Decimator().push(pcm))


@pytest.mark.parametrize("hz", [80, 440, 3000, 6900])
def test_speech_passes_as_it_is(hz: int):
    heard = decimated(tone(hz))[1600:].astype(float)
    assert len(heard) == 14_400
    assert heard.std() == pytest.approx(12_000 / 2**0.5, rel=0.02)
    assert np.abs(np.fft.rfft(heard)).argmax() * 16_000 / len(heard) == pytest.approx(hz, abs=2)


@pytest.mark.parametrize("hz", [9100, 12_000, 15_500, 20_000])
def test_what_would_fold_into_speech_is_not_heard(hz: int):
    assert decimated(tone(hz))[1600:].std() < 12_000 / 2**0.5 / 1000


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=20))
def test_it_does_not_matter_how_the_sound_is_cut(sizes: list[int]):
    noise = np.random.default_rng(0).normal(0, 3000, sum(sizes)).astype(np.int16)
    decimator, pieces = Decimator(), []
    for size, end in zip(sizes, np.cumsum(sizes), strict=True):
        pieces += decimator.push(noise[end - size : end])
    whole = Decimator().push(noise)
    assert [piece.tolist() for piece in pieces] == [piece.tolist() for piece in whole]
    assert len(pieces) == sum(sizes) // 960 or len(pieces) == (sum(sizes) + 2) // 960
    assert not any(piece.flags.writeable for piece in pieces)


def test_it_is_as_good_as_a_library_that_has_the_whole_sound():
    speech = np.random.default_rng(1).normal(0, 1, 48_000)
    speech = np.convolve(speech, np.hanning(24) / 12)[:48_000]  # most of it below 4 kHz, as of speech
    pcm = (speech * 9000).astype(np.int16)
    # The filter delays by 47 samples; with one more in front, by 16 of those that come out.
    ours, theirs = decimated(np.concatenate([pcm[:1] * 0, pcm])).astype(float), resample_poly(pcm.astype(float), 1, 3)
    assert (ours[216:15_000] - theirs[200:14_984]).std() < 0.01 * ours.std()


def test_a_voice_takes_no_thread_of_the_machine():
    before = psutil.Process().num_threads()
    kept = [Decimator() for _ in range(20)]
    for decimator in kept:
        decimator.push(tone(440, 0.1))
    assert psutil.Process().num_threads() == before
