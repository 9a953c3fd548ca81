"""The server's half of the sound check, over the twin's own ears: speech is measured and transcribed."""

from __future__ import annotations

import io
import time
import wave

import numpy as np
import pytest
from numpy.typing import NDArray
from websockets.sync.client import connect

from greenroom.services.agents.voice_preview import VoicePreview
from greenroom.services.operations import HEARD_RATE, MicrophoneCheck
from tests.conftest import until

pytestmark = [pytest.mark.twin, pytest.mark.any_database]

PIECE_S = 0.1


@pytest.fixture(scope="module")
def spoken(twin) -> NDArray[np.int16]:
    """A sentence in one of the twin's voices, at the rate of the ears."""
    wav = VoicePreview(twin, lambda name, url: "").sample({}, "The weather is lovely today.")
    with wave.open(io.BytesIO(wav)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        step = file.getframerate() // HEARD_RATE
    return sound[: len(sound) // step * step].reshape(-1, step).mean(axis=1).astype(np.int16)


def test_a_sentence_is_transcribed_and_its_level_is_shown(twin, spoken):
    """rows 33, 37"""
    check, levels = MicrophoneCheck(lambda: twin.url), []
    silence = np.zeros(2 * HEARD_RATE, np.int16)
    piece = int(HEARD_RATE * PIECE_S)
    sound = np.concatenate([silence[:HEARD_RATE], spoken, silence])
    for start in range(0, len(sound), piece):
        check.feed(sound[start : start + piece])
        levels.append(check.status().level_db)
        time.sleep(PIECE_S / 2)  # the ears take it at up to twice its speed

    def listen_on() -> bool:
        check.feed(silence[:piece])
        return bool(check.status().lines)

    until(listen_on)
    status = check.status()
    assert "weather" in status.lines[0].text.lower()
    assert 300 < status.lines[0].speech_ms < 3000
    assert not status.speaking
    assert levels[0] == -60
    assert max(levels) > -40
    assert status.problem == ""
    check.close()
    check.close()
    check.feed(silence)


def test_a_recognizer_that_is_not_there_is_said_and_ends_the_check():
    check = MicrophoneCheck(lambda: "http://127.0.0.1:9")
    check.feed(np.zeros(1600, np.int16))
    until(lambda: check.status().problem != "")
    assert check.status().problem == "The local speech recognition isn't responding. Stop the check and start it again."


@pytest.mark.parametrize("message", [b"\x00" * 33_000, b"\x00"])
def test_what_is_no_sound_ends_the_connection_with_the_reason(twin, message):
    with connect(twin.url.replace("http", "ws", 1) + "/twin/ears", proxy=None) as line:
        line.send(message)
        with pytest.raises(Exception, match="16-bit audio"):
            line.recv(timeout=30)
