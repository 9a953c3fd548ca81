"""Interfaces of an ear: voice-activity detection and speech recognition."""

from __future__ import annotations

from typing import Protocol

from greenroom.speech.sound import Pcm

#: Samples at 16 kHz that the gate takes at a time: 32 ms.
GATE_SAMPLES = 512
GATE_MS = 32


class HearingError(Exception):
    """The recognizer failed. The message contains nothing of what was said."""


class VoiceGate(Protocol):
    """Voice-activity detection with state; one per caller."""

    def probability(self, pcm: Pcm) -> float:
        """How likely these 512 samples (16 kHz) are speech, 0..1."""
        ...


class EndOfTurn(Protocol):
    """Judges by sound whether a caller has finished; called from one thread at a time."""

    def completeness(self, pcm: Pcm) -> float:
        """How likely the turn in these samples (16 kHz) is complete, 0..1. Blocks."""
        ...


class SentenceEnd(Protocol):
    """Judges by words whether a caller has finished; called from one thread at a time."""

    def probability(self, text: str) -> float:
        """How likely a sentence ends after these words, 0..1. Blocks."""
        ...


class Recognizer(Protocol):
    """Speech recognition; safe to call from several threads."""

    label: str

    def transcribe(self, pcm: Pcm) -> str:
        """The words of a stretch of 16 kHz speech; "" when there are none. Blocks. Raises HearingError."""
        ...
