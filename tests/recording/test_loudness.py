"""Samples of speech at one loudness, in one format."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.recording import NoSpeech, matched
from greenroom.recording.loudness import RATE, TARGET_RMS

pytestmark = pytest.mark.unit


def wav(sound, rate=RATE):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((sound * 32767).astype("<i2").tobytes())
    return file.getvalue()


def level(audio):
    with wave.open(io.BytesIO(audio)) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    loud = np.sqrt((pcm[: len(pcm) // 960 * 960].reshape(-1, 960) ** 2).mean(axis=1))
    return float(np.sqrt((loud[loud >= loud.max() * 0.1] ** 2).mean()))


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 0.9), st.sampled_from([16_000, 24_000, 44_100, 48_000]), st.floats(0, 0.5))
def test_whatever_the_level_the_rate_and_the_silence_around_the_result_is_as_loud(gain, rate, silence_s):
    tone = gain * np.sin(np.arange(rate) * 2 * np.pi * 220 / rate)
    quiet = np.zeros(round(silence_s * rate))
    assert level(matched(wav(np.concatenate([quiet, tone, quiet]), rate))) == pytest.approx(TARGET_RMS, rel=0.06)


@pytest.mark.parametrize("audio", [b"", b"RIFF", b"<html>", wav(np.zeros(48_000))])
def test_what_holds_no_speech_is_refused(audio):
    with pytest.raises(NoSpeech):
        matched(audio)
