"""The recognizer with the quiet room around the speech makes no more errors than without."""

from __future__ import annotations

import os

import numpy as np
import pytest

from bench.utterances import utterances
from greenroom.speech import moonshine
from tests.twin.agent.conftest import word_errors

pytestmark = pytest.mark.twin

#: What the reader of "A Tale of Two Cities" says in the first sentences of the set.
TEXTS = (
    "It was the best of times, it was the worst of times",
    "it was the age of wisdom",
    "it was the age of foolishness",
    "it was the epoch of belief",
    "it was the epoch of incredulity",
    "it was the season of light",
    "it was the season of darkness",
    "it was the spring of hope it was the winter of despair",
    "we had everything before us we had nothing before us",
    "we were all going direct to heaven",
)


def test_a_quiet_room_around_the_speech_makes_no_errors(recognizer, monkeypatch):
    speech = [(text, (one.sound * 32767).astype(np.int16)) for text, one in zip(TEXTS, utterances(), strict=False)]

    def errors() -> int:
        return sum(word_errors(text, recognizer.transcribe(pcm)) for text, pcm in speech)

    around = errors()
    monkeypatch.setattr(moonshine, "_PADDING", np.zeros(0, np.float32))
    assert around <= errors()
    assert around <= sum(len(text.split()) for text in TEXTS) // 10


def test_it_needs_no_threads_of_its_own():
    """Two threads that wait for each other spin, on the cores that everything else needs."""
    before = len(os.listdir("/proc/self/task"))
    moonshine.Moonshine().transcribe((utterances()[0].sound * 32767).astype(np.int16))
    assert len(os.listdir("/proc/self/task")) <= before
