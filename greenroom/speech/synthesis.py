"""The interface of speech synthesis."""

from __future__ import annotations

from typing import Protocol

from greenroom.catalog.voices import OfflineVoice
from greenroom.speech.sound import Pcm


class VoiceError(Exception):
    """Synthesis failed. The message does not contain the text."""


class SpeechSynthesis(Protocol):
    """Speech synthesis; safe to call from several threads."""

    label: str

    def render(self, text: str, voice: OfflineVoice, speed: float) -> Pcm:
        """One sentence as 48 kHz mono; ``speed`` is 0.5..2.0. Blocks for about 2 % of the sound's length.

        Raises VoiceError."""
        ...
