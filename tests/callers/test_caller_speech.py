"""Noise has the level that was asked for; recorded lines are read, or refused with a reason."""

from __future__ import annotations

import wave

import numpy as np
import pytest

from greenroom.callers.caller_speech import SPEECH_RMS, SpeechEngines, UnusableRecording, read_recording
from greenroom.catalog.voices import OFFLINE_VOICES
from greenroom.rehearsal.scenario import VOICES
from greenroom.speech.synthesis import VoiceError

pytestmark = pytest.mark.unit


def wav(path, pcm: np.ndarray, rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm.astype(np.int16).tobytes())


def test_a_scenario_can_name_every_offline_voice():
    assert tuple(voice.id for voice in OFFLINE_VOICES) == VOICES


@pytest.mark.parametrize("noise", ["white", "pink"])
async def test_noise_has_the_level_of_its_snr(noise):
    engines = SpeechEngines()
    room = await engines.room(noise, 12.0, seed=3)
    rms = np.sqrt(np.mean((room / 32768.0) ** 2))
    assert 20 * np.log10(SPEECH_RMS / rms) == pytest.approx(12.0, abs=0.2)
    assert np.array_equal(room, await engines.room(noise, 12.0, seed=3))
    quiet = await engines.room("", 12.0, seed=3)
    assert np.abs(quiet).max() < 100
    engines.close()


def test_a_recorded_line_is_read_at_any_rate(tmp_path):
    wav(tmp_path / "line.wav", np.sin(np.arange(8000) / 5) * 9000, 8000)
    assert len(read_recording(tmp_path / "line.wav")) == pytest.approx(48_000, abs=200)


@pytest.mark.parametrize("content", [b"", b"not a WAV file", b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_no_recording_is_refused(tmp_path, content):
    (tmp_path / "line.wav").write_bytes(content)
    with pytest.raises(UnusableRecording, match="line.wav"):
        read_recording(tmp_path / "line.wav")


def test_a_silent_recording_is_refused(tmp_path):
    wav(tmp_path / "line.wav", np.zeros(8000), 8000)
    with pytest.raises(UnusableRecording, match="no sound"):
        read_recording(tmp_path / "line.wav")


async def test_a_line_that_failed_is_made_again(monkeypatch):
    made = iter([VoiceError("the voice failed"), np.ones(960, np.int16)])

    def render(self: SpeechEngines, *line: object) -> np.ndarray:
        sound = next(made)
        if isinstance(sound, VoiceError):
            raise sound
        return sound

    monkeypatch.setattr(SpeechEngines, "_render", render)
    engines = SpeechEngines()
    with pytest.raises(VoiceError):
        await engines.line("Good day.", "dale", 1.0)
    sound = await engines.line("Good day.", "dale", 1.0)
    assert len(sound) == 960
    assert await engines.line("Good day.", "dale", 1.0) is sound
    engines.close()
