"""Lines that are rendered in advance, and one that the voice can't say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import cast

import numpy as np
import pytest

from greenroom.catalog.voices import OfflineVoice
from greenroom.speech.synthesis import VoiceError
from greenroom.twin.agent import Engines
from greenroom.twin.agent.phrases import Phrases
from greenroom.twin.seat import Pcm

pytestmark = pytest.mark.unit


class HoarseVoice:
    """Says everything but "Hm."."""

    label = "hoarse"

    def __init__(self) -> None:
        self.voice_threads = ThreadPoolExecutor(1)
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
