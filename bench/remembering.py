"""The ear's models, each asked once about the same sound or words: the settings of a trade-off differ in what they make of it."""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.speech.moonshine import Moonshine
from greenroom.speech.silero import SileroGate
from greenroom.speech.sound import Pcm
from greenroom.twin.agent.hearing.next_word import NextWord
from greenroom.twin.agent.hearing.smart_turn import SmartTurn
from greenroom.twin.agent.hearing.transcription_queue import TranscriptionQueue


class RememberingModels:
    """Recognition, end of turn by sound and by words."""

    label = Moonshine.label

    def __init__(self) -> None:
        self._recognizer, self._voice, self._words = Moonshine(), SmartTurn(), NextWord()
        self._texts: dict[bytes, str] = {}
        self._voices: dict[bytes, float] = {}
        self._ends: dict[str, float] = {}

    def transcribe(self, pcm: Pcm) -> str:
        if (key := pcm.tobytes()) not in self._texts:
            self._texts[key] = self._recognizer.transcribe(pcm)
        return self._texts[key]

    def completeness(self, pcm: Pcm) -> float:
        if (key := pcm.tobytes()) not in self._voices:
            self._voices[key] = self._voice.completeness(pcm)
        return self._voices[key]

    def probability(self, text: str) -> float:
        if text not in self._ends:
            self._ends[text] = self._words.probability(text)
        return self._ends[text]


class RememberingGate:
    """Voice activity of one recording that is heard from its beginning, once or again: see :meth:`again`."""

    def __init__(self) -> None:
        self._gate = SileroGate()
        self._known: list[float] = []
        self._place: Iterator[float] = iter(())

    def again(self) -> RememberingGate:
        """From the beginning of the recording; what was heard of it isn't computed a second time."""
        self._place = iter(tuple(self._known))
        return self

    def probability(self, pcm: Pcm) -> float:
        """Of speech, 0..1, in the next frame of the recording."""
        if (known := next(self._place, None)) is not None:
            return known
        self._known.append(self._gate.probability(pcm))
        return self._known[-1]


class FinalsOnly(TranscriptionQueue):
    """Leaves out interim results, which decide nothing about the end of a turn."""

    def has_time(self, samples: int, silence_ms: int) -> bool:
        return False
