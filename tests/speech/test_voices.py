"""The three voices: told apart by pitch, understood by the recognizer, as quick as asked for."""

from __future__ import annotations

import io
import wave
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import resample_poly

from greenroom.catalog.voices import OFFLINE_VOICES, offline_voice
from greenroom.speech.hibari import doubled
from greenroom.twin.agent.phrases import Phrases
from tests.twin.agent.conftest import word_errors

pytestmark = pytest.mark.unit

TEXT = "Breakfast is served from seven to ten in the garden room."


def pitch_hz(sound: NDArray[np.int16]) -> float:
    """Median pitch of the voiced frames of 48 kHz sound, by autocorrelation."""
    rate, frame = 48_000, 2400
    found = []
    for start in range(0, len(sound) - frame, frame):
        piece = sound[start : start + frame].astype(np.float64)
        if np.sqrt((piece**2).mean()) < 800:
            continue
        correlation = np.correlate(piece, piece, "full")[frame - 1 :]
        low, high = rate // 350, rate // 60
        peak = low + int(np.argmax(correlation[low:high]))
        if correlation[peak] > 0.5 * correlation[0]:
            found.append(rate / peak)
    return float(np.median(found))


@pytest.mark.parametrize("samples", [0, 1, 30, 4001])
def test_sound_is_doubled_in_rate_as_scipy_does_it(samples):
    sound = np.random.default_rng(samples).normal(0, 0.1, samples).astype(np.float32)
    reference = resample_poly(sound, 2, 1) if samples else sound
    np.testing.assert_allclose(doubled(sound), reference, atol=1e-6)


def test_the_voices_differ_in_pitch(voices):
    text = "My name is Christopher Newman and I am traveling with two children."
    pitches = {voice.id: pitch_hz(voices.render(text, voice, 1.0)) for voice in OFFLINE_VOICES}
    assert all(high / low > 1.1 for low, high in pairwise(sorted(pitches.values())))
    assert pitches["dale"] < 160 < pitches["heart"] < pitches["wren"]


@pytest.mark.parametrize("voice", ["heart", "dale", "wren"])
@pytest.mark.parametrize("speed", [0.8, 1.0, 1.3])
def test_each_voice_is_understood_at_any_reasonable_speed(say, recognizer, voice, speed):
    assert word_errors(TEXT, recognizer.transcribe(say(TEXT, voice, speed))) <= 1


def test_speed_is_honored(voices):
    lengths = [len(voices.render(TEXT, offline_voice("heart"), speed)) for speed in (0.5, 1.0, 2.0)]
    assert lengths[0] > 1.6 * lengths[1]
    assert lengths[1] > 1.6 * lengths[2]


def test_all_sentences_are_equally_loud_and_none_begins_with_a_wait(voices):
    levels = []
    for text in (TEXT, "Yes.", "No, thank you!"):
        for voice in OFFLINE_VOICES:
            sound = voices.render(text, voice, 1.0).astype(np.float64)
            loud = np.flatnonzero(np.abs(sound) > 400)
            assert loud[0] < 48_000 * 0.1
            assert np.abs(sound).max() < 32_000
            levels.append(np.sqrt((sound[loud[0] : loud[-1]] ** 2).mean()))
    assert max(levels) / min(levels) < 2


@pytest.mark.parametrize("text", ["", "…", "?!", " ", "🎉", "日本語", "x" * 300])
def test_text_that_cannot_be_spoken_is_no_crash(voices, text):
    assert voices.render(text, offline_voice("wren"), 1.0).dtype == np.int16


async def test_a_sample_is_a_wav_file(engines):
    with wave.open(io.BytesIO(await engines.sample("heart", "Hello there.", 1.0))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        assert file.getnframes() > 20_000
    with pytest.raises(KeyError):
        await engines.sample("nobody", "Hello.", 1.0)


async def test_lines_known_beforehand_are_made_once(engines):
    phrases = Phrases(engines, {"vendor": "openai", "params": {"voice": "onyx"}})
    await phrases.prepare("Good day, this is Ava. How can I help?", "")
    assert await phrases.sound("How can I help?") is await phrases.sound("How can I help?")
    assert await phrases.sound("Not prepared.") is not await phrases.sound("Not prepared.")
