"""What an ear needs: something that says how likely a moment is speech, and something that writes down a stretch of it."""

from __future__ import annotations

from typing import Protocol

from greenroom.twin.seat import Pcm

#: Samples at 16 kHz that the gate looks at at once: 32 ms.
GATE_SAMPLES = 512
GATE_MS = 32


class HearingError(Exception):
    """The recogniser failed; the text holds nothing of what was said."""


class VoiceGate(Protocol):
    """Voice-activity detection with a memory of its own; one for each person."""

    def probability(self, pcm: Pcm) -> float:
        """How likely these 512 samples (16 kHz) are speech, 0..1."""
        ...


class Recogniser(Protocol):
    """Speech recognition; safe to call from several threads."""

    label: str

    def transcribe(self, pcm: Pcm) -> str:
        """The words of this stretch of 16 kHz speech; "" when there are none. Blocks. Raises HearingError."""
        ...
