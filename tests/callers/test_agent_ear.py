"""What a caller hears: stretches of sound with their words; a recognizer that fails is no silence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from greenroom.callers.agent_ear import AgentEar
from greenroom.speech.hearing import HearingError
from greenroom.speech.sound import SENT_RATE, Pcm

pytestmark = pytest.mark.unit

FRAME = SENT_RATE // 50
VOICE = (np.sin(np.arange(FRAME) / 20) * 8000).astype(np.int16)
QUIET = np.zeros(FRAME, np.int16)


class CountingEar:
    """Counts the milliseconds it is given; its words are their number."""

    def __init__(self) -> None:
        self.given: list[int] = []

    def __call__(self, pcm: Pcm) -> str:
        self.given.append(len(pcm) // 16)
        return f"w{len(self.given)}"


@pytest.fixture
def threads():
    with ThreadPoolExecutor(1) as pool:
        yield pool


def play(ear: AgentEar, frames: list[Pcm], from_ms: float = 0.0) -> float:
    for number, frame in enumerate(frames):
        ear.hear(frame, from_ms + number * 20)
    return from_ms + len(frames) * 20


async def test_two_sentences_are_two_stretches_with_their_words(threads):
    ear = AgentEar(recognizer := CountingEar(), threads)
    play(ear, [QUIET] * 20 + [VOICE] * 50 + [QUIET] * 30 + [VOICE] * 25 + [QUIET] * 30)
    assert [(one.began_ms, one.ended_ms) for one in ear.stretches] == [(400, 1400), (2000, 2500)]
    assert (await ear.words(0), await ear.words(1)) == ("w1 w2", "w2")
    assert recognizer.given[0] == pytest.approx(240 + 1000 + 250, abs=60)


async def test_a_stream_that_stops_is_silence(threads):
    ear = AgentEar(CountingEar(), threads)
    reached = play(ear, [VOICE] * 20)
    assert ear.sounding
    ear.tick(reached + 1000)
    assert not ear.sounding
    assert ear.stretches[0].ended_ms == 400
    assert await ear.words(0) == "w1"


async def test_a_long_answer_is_recognized_in_parts(threads):
    ear = AgentEar(recognizer := CountingEar(), threads)
    play(ear, ([VOICE] * 249 + [QUIET]) * 9 + [QUIET] * 30)
    assert len(ear.stretches) == 1
    assert await ear.words(0) == "w1 w2 w3"
    assert max(recognizer.given) <= 20_100


async def test_a_recognizer_that_fails_is_an_error_and_no_silence(threads):
    def failing(pcm: Pcm) -> str:
        raise HearingError("the recognizer failed")

    ear = AgentEar(failing, threads)
    play(ear, [VOICE] * 20 + [QUIET] * 30)
    with pytest.raises(HearingError):
        await ear.words(0)
