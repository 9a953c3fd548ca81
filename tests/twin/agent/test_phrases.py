"""Lines that are rendered in advance and once, and one that the voice can't say."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import numpy as np
import pytest

from greenroom.catalog.voices import OfflineVoice
from greenroom.speech.synthesis import VoiceError
from greenroom.twin.agent import Engines
from greenroom.twin.agent.known_lines import MOST_BYTES, KnownLine, KnownLines
from greenroom.twin.agent.phrases import Phrases
from greenroom.twin.seat import Pcm

pytestmark = pytest.mark.unit


class HoarseVoice:
    """Says everything but "Hm."."""

    label = "hoarse"

    def __init__(self) -> None:
        self.voice_threads = ThreadPoolExecutor(1)
        self.known_lines = KnownLines()
        self.rendered: list[str] = []

    async def voices(self) -> HoarseVoice:
        return self

    def render(self, text: str, voice: OfflineVoice, speed: float) -> Pcm:
        self.rendered.append(text)
        if text == "Hm.":
            raise VoiceError("the voice failed")
        return np.ones(len(text), np.int16)


async def test_a_line_that_cannot_be_rendered_in_advance_fails_when_it_is_said():
    voice = HoarseVoice()
    phrases = Phrases(cast(Engines, voice), {})
    await phrases.prepare("Hm.", "Hello.")
    assert len(await phrases.sound("Hello.")) == 6
    assert voice.rendered == ["Hm.", "Hello."]
    with pytest.raises(VoiceError):
        await phrases.sound("Hm.")


async def test_a_line_that_is_being_rendered_in_advance_is_not_rendered_again_when_it_is_said():
    voice = HoarseVoice()
    phrases = Phrases(cast(Engines, voice), {})
    ahead = asyncio.create_task(phrases.prepare("Good day.", "Are you there?"))
    await asyncio.sleep(0)
    await phrases.sound("Good day.")
    await ahead
    assert voice.rendered == ["Good day.", "Are you there?"]


async def test_the_next_agent_with_the_same_voice_has_the_greeting_ready():
    voice = HoarseVoice()
    await Phrases(cast(Engines, voice), {}).prepare("Good day.")
    successor = Phrases(cast(Engines, voice), {})
    await successor.prepare("Good day.")
    assert len(await successor.sound("Good day.")) == 9
    assert voice.rendered == ["Good day."]
    await Phrases(cast(Engines, voice), {"params": {"speed": 1.5}}).prepare("Good day.")
    assert voice.rendered == ["Good day.", "Good day."], "another speed sounds different"


def test_the_lines_kept_are_those_that_were_used_last_and_bounded():
    lines, sounds = [KnownLine("heart", 1.0, text) for text in "abc"], [np.zeros(MOST_BYTES // 5, np.int16) for _ in "abc"]
    known = KnownLines()
    for line, sound in zip(lines[:2], sounds[:2], strict=True):
        known.keep(line, sound)
    known.find(lines[0])
    known.keep(lines[2], sounds[2])
    assert [known.find(line) is not None for line in lines] == [True, False, True]
    for _ in range(5):
        known.keep(lines[0], np.zeros(MOST_BYTES // 5, np.int16))
    assert known.find(lines[2]) is not None, "the same line again takes no more room"
