"""Turn taking as a pure function: speech probabilities in, turn events out. No audio, no clock, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

#: Why a turn ended: by silence alone, because it sounded complete, or because it never did and waiting had to end.
TurnEnd = Literal["silence", "meaning", "longest_wait"]


class TurnEvent(Enum):
    """An event in a caller's speech."""

    ONSET = auto()  # this is speech, not a click
    PAUSE = auto()  # a silence that may become the end: recognition can start
    LOOK = auto()  # the silence is long enough to judge the voice before it
    RESUME = auto()  # speech again before the end
    END = auto()  # the turn is over


class PauseVerdict(Enum):
    """What sound and words of a turn say at a pause."""

    COMPLETE = auto()
    UNSURE = auto()  # voice and words disagree
    DOUBTFUL = auto()  # a sentence seldom ends with these words
    INCOMPLETE = auto()


@dataclass(frozen=True, slots=True)
class Timing:
    """All in milliseconds. ``threshold`` is the speech probability that starts speech."""

    silence_ms: int = 640
    #: With ``semantic``, a turn that does not sound complete waits for this long; negative = until the caller continues.
    semantic: bool = False
    max_wait_ms: int = 3000
    #: With ``semantic``, a turn that may be complete ends after this much silence, unless ``silence_ms`` is longer.
    unsure_ms: int = 576
    #: With ``semantic``, a doubtful turn ends after this much. People who hesitate mostly go on sooner.
    doubtful_ms: int = 900
    #: With ``semantic``, "hold on" is a turn that does not sound complete.
    waits_on_request: bool = False
    #: After this much silence recognition starts: it must be through before the turn may end.
    pause_ms: int = 64
    #: With ``semantic``, the voice is judged after this much silence, or ``judging_ms`` before the turn may end. Judged at the
    #: first silence it is less often certain at the end of a turn, and more often before it; any later is too late.
    look_ms: int = 208
    judging_ms: int = 112
    onset_ms: int = 96
    threshold: float = 0.5
    #: Speech goes on down to this much below the threshold: quiet word endings are speech, quiet noise is not an onset.
    hysteresis: float = 0.15
    #: Sound right before an onset belongs to it, up to this much: the gate is late on the "s" of "stop".
    lead_ms: int = 96
    #: The gate reports speech for a while after its last sound. Up to this much of that is silence.
    tail_ms: int = 128

    @property
    def looks_after_ms(self) -> int:
        """The silence before the voice is judged: at least ``pause_ms``."""
        return max(self.pause_ms, min(self.look_ms, self.silence_ms - self.judging_ms))


class TurnTaker:
    """Follows one caller. Feed it every stretch of audio in order, silence included."""

    def __init__(self, timing: Timing) -> None:
        self.timing = timing
        self.speaking = False
        self.voiced_ms = 0
        self.silent_ms = 0
        #: Of the last turn: why it ended, and after how much silence.
        self.ended_by: TurnEnd = "silence"
        self.ended_after_ms = 0
        self._verdict: PauseVerdict | None = None
        self._candidate_ms = 0
        self._lead_ms = self._tail_ms = 0
        self._paused = self._looked = False

    def push(self, probability: float, ms: int, loud: bool = False, faded_ms: int = 0) -> tuple[TurnEvent, ...]:
        """``ms`` milliseconds of audio with this probability of speech (0..1); ``loud``: far above the background;
        ``faded_ms``: how much of its end is far below the speech before it."""
        return self._in_turn(probability, ms, faded_ms) if self.speaking else self._between(probability, ms, loud)

    def listen_ahead(self, quiet_ms: int) -> tuple[TurnEvent, ...]:
        """End the turn in a pause if it waits for no more than ``quiet_ms`` of silence that :meth:`push` has yet to get."""
        return self._ended(quiet_ms) if self._paused else ()

    def judge(self, verdict: PauseVerdict) -> tuple[TurnEvent, ...]:
        """Take the verdict on the present pause, and end the turn if that was all it waited for. A verdict that comes after the
        pause is ignored.

        Until the verdict comes, which a busy computer may delay, the turn counts as unsure.
        """
        if not self._paused:
            return ()
        self._verdict = verdict
        return self._ended()

    def reset(self) -> None:
        """Forget the turn in progress."""
        self.speaking = self._paused = self._looked = False
        self._verdict = None
        self.voiced_ms = self.silent_ms = self._candidate_ms = self._lead_ms = self._tail_ms = 0

    def _between(self, probability: float, ms: int, loud: bool) -> tuple[TurnEvent, ...]:
        if probability < self.timing.threshold:
            # A single weak frame does not undo an onset that is building up.
            self._candidate_ms = max(0, self._candidate_ms - ms)
            self._lead_ms = min(self.timing.lead_ms, self._lead_ms + ms) if loud else 0
            return ()
        self._candidate_ms += ms
        if self._candidate_ms < self.timing.onset_ms:
            return ()
        self.speaking, self._paused = True, False
        self.voiced_ms, self.silent_ms = self._candidate_ms + self._lead_ms, 0
        self._candidate_ms = self._lead_ms = 0
        return (TurnEvent.ONSET,)

    def _in_turn(self, probability: float, ms: int, faded_ms: int) -> tuple[TurnEvent, ...]:
        if probability >= self.timing.threshold - self.timing.hysteresis:
            resumed, self._paused, self.silent_ms = self._paused, False, 0
            self._verdict, self._looked = None, False
            self.voiced_ms += ms
            self._tail_ms = min(self.timing.tail_ms, self._tail_ms + ms) if faded_ms >= ms else faded_ms
            return (TurnEvent.RESUME,) if resumed else ()
        self.silent_ms += ms + self._tail_ms
        self._tail_ms = 0
        moments: list[TurnEvent] = []
        if not self._paused and self.silent_ms >= min(self.timing.pause_ms, self.timing.silence_ms):
            self._paused = True
            moments.append(TurnEvent.PAUSE)
        return (*moments, *(self._ended() or self._look()))

    def _ended(self, more_ms: int = 0) -> tuple[TurnEvent, ...]:
        """END, if the turn ends now, or after ``more_ms`` of silence that have passed since."""
        silent_ms = self.silent_ms + more_ms
        if (end := self._end(silent_ms)) is None:
            return ()
        self.ended_by, self.ended_after_ms = end, silent_ms
        self.reset()
        return (TurnEvent.END,)

    def _look(self) -> tuple[TurnEvent, ...]:
        """LOOK, once a pause."""
        due = self._paused and self.silent_ms >= self.timing.looks_after_ms
        if self._looked or not due or not self.timing.semantic:
            return ()
        self._looked = True
        return (TurnEvent.LOOK,)

    def _end(self, silent_ms: int) -> TurnEnd | None:
        """Why the turn ends now; None while it may continue. It never ends before ``silence_ms``."""
        timing = self.timing
        if silent_ms < timing.silence_ms:
            return None
        if not timing.semantic:
            return "silence"
        if self._verdict is PauseVerdict.COMPLETE:
            return "meaning"
        if self._verdict is not PauseVerdict.INCOMPLETE and silent_ms >= self._patience_ms():
            return "silence"
        return "longest_wait" if 0 <= timing.max_wait_ms <= silent_ms else None

    def _patience_ms(self) -> int:
        return self.timing.doubtful_ms if self._verdict is PauseVerdict.DOUBTFUL else self.timing.unsure_ms
