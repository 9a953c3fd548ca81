"""What an ear reports: a caller's turn, and who is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from greenroom.speech.hearing import HearingError
from greenroom.twin.agent.turns import TurnEnd
from greenroom.twin.seat import Uid

#: Less voice than this is a cough or a click. The shortest words ("no", "yes") take 200 to 300 ms.
LEAST_VOICE_MS = 190


@dataclass(frozen=True, slots=True)
class Utterance:
    """A caller's turn. Times are monotonic seconds; ``ended_at`` is the last sound, before the end-of-turn wait."""

    text: str
    started_at: float
    ended_at: float
    decided_at: float
    recognized_at: float
    ended_by: TurnEnd = "silence"

    @property
    def speech_ms(self) -> int:
        """From the first sound to the last, pauses included, in milliseconds."""
        return round((self.ended_at - self.started_at) * 1000)

    def segments(self) -> dict[str, int]:
        """Its part of a turn's latency, milliseconds by Agora's names."""
        waited, written = self.decided_at - self.ended_at, self.recognized_at - self.decided_at
        return {"algorithm_processing": round(waited * 1000), "asr_ttlw": round(written * 1000)}


class SpeechListener(Protocol):
    """Receives what an ear hears; called on the loop."""

    def speech_started(self, uid: Uid) -> None:
        """A turn has begun."""

    def speech_continued(self, uid: Uid, voiced_ms: int) -> None:
        """Voice in a turn, every 32 ms; ``voiced_ms`` is how much of it the turn has so far, without pauses."""

    def interim(self, uid: Uid, text: str, started_at: float) -> None:
        """The turn's words so far. ``started_at``: monotonic seconds of its first sound."""

    def possible_end(self, uid: Uid, text: str) -> None:
        """A silence after ``text``, which is the whole turn unless the caller continues."""
        ...

    def utterance_ended(self, uid: Uid, utterance: Utterance) -> None:
        """A turn is over and recognized; its text may be empty. Not called for less voice than :data:`LEAST_VOICE_MS`."""

    def recognition_failed(self, uid: Uid, error: HearingError) -> None:
        """The recognizer failed and nothing of the turn is known."""
        ...
