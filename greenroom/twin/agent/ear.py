"""Follows one caller's speech: voice activity, turn taking, and recognition that starts before the turn has ended."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import numpy as np

from greenroom.clock import Clock
from greenroom.speech.hearing import GATE_MS, GATE_SAMPLES, HearingError, VoiceGate
from greenroom.twin.agent.hearing.loudness import Loudness
from greenroom.twin.agent.hearing.pause_judge import HeardSentence, PauseJudge
from greenroom.twin.agent.hearing.transcription_queue import TranscriptionQueue
from greenroom.twin.agent.turns import PauseVerdict, Timing, TurnEnd, TurnEvent, TurnTaker
from greenroom.twin.agent.utterance import LEAST_VOICE_MS, SpeechListener, Utterance
from greenroom.twin.seat import HEARD_RATE, Pcm, Uid

log = logging.getLogger(__name__)

#: Kept from before the moment at which an onset is certain, so that the first consonant is recognized too.
PREROLL_MS = 320
INTERIM_EVERY_S = 0.45
#: An interim recognition is reused for the end of the turn if it had this much of the silence behind the last sound.
HEARD_OUT_MS = 48
#: A stretch longer than this is recognized at its next pause, so that little is left at the end of the turn;
#: without any pause it is cut: the recognizer is trained on less than 30 s.
LONG_SAMPLES, LONGEST_SAMPLES = 6 * HEARD_RATE, 20 * HEARD_RATE
#: How much of a turn's end the end-of-turn model judges: all that it takes.
JUDGED_SAMPLES = 8 * HEARD_RATE
#: Without audio for this long (mute, loss) time itself counts as silence.
STALLED_S = 0.1


class Ear:
    """Owns the tasks of recognition in progress; :meth:`close` ends them."""

    def __init__(
        self,
        uid: Uid,
        gate: VoiceGate,
        transcription: TranscriptionQueue,
        timing: Timing,
        clock: Clock,
        owner: SpeechListener,
        *,
        judge: PauseJudge | None = None,
        prefix_ms: int | None = None,
        least_voice: Callable[[], int] = lambda: LEAST_VOICE_MS,
    ) -> None:
        """``judge``: required for semantic ``timing``. ``prefix_ms``: how much sound before a turn is recognized with it.
        ``least_voice``: less voice than this is no turn, milliseconds; asked at each onset."""
        self.uid = uid
        self._gate = gate
        self._transcription = transcription
        self._clock = clock
        self._owner = owner
        self._judge = judge
        self._loudness = Loudness()
        self._turns = TurnTaker(timing)
        self._preroll = HEARD_RATE * (PREROLL_MS if prefix_ms is None else prefix_ms + timing.onset_ms) // 1000
        self._least_voice, self._least_ms = least_voice, LEAST_VOICE_MS
        self._incoming = np.zeros(0, np.int16)
        #: The stretch of speech not recognized yet, and how much voice the turn had when it began.
        self._stretch: list[Pcm] = []
        self._samples = 0
        self._voiced_before_ms = 0
        #: The end of the turn, across stretches.
        self._recent: deque[Pcm] = deque(maxlen=JUDGED_SAMPLES // GATE_SAMPLES)
        #: The earlier stretches of a long turn.
        self._parts: list[asyncio.Task[str]] = []
        self._recognition: asyncio.Task[str] | None = None
        #: The newest recognition for the transcript, and how many samples of the stretch it covers.
        self._interim: tuple[asyncio.Task[str], int] | None = None
        #: The words before the present pause.
        self._sentence: asyncio.Task[HeardSentence | None] | None = None
        self._voiced_ms = 0
        self._started_at = 0.0
        self._heard_at = clock.monotonic()
        self._interim_at = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()
        #: Counts pauses, so that a judgment that comes late is not taken for the next one's.
        self._pauses = 0

    @property
    def speaking(self) -> bool:
        """The caller is in a turn."""
        return self._turns.speaking

    def hear(self, pcm: Pcm) -> None:
        """20 ms of audio (any length works), int16 at 16 kHz."""
        self._heard_at = self._clock.monotonic()
        self._incoming = np.concatenate([self._incoming, pcm])
        while len(self._incoming) >= GATE_SAMPLES:
            chunk, self._incoming = self._incoming[:GATE_SAMPLES], self._incoming[GATE_SAMPLES:]
            self._keep(chunk)
            loud = self._loudness.loud(chunk)
            self._follow(self._gate.probability(chunk), loud, self._loudness.faded_ms)
        if self._turns.silent_ms and self._loudness.faded(self._incoming):
            self._react(self._turns.listen_ahead(len(self._incoming) * 1000 // HEARD_RATE))

    def tick(self) -> None:
        """End the turn by time when no audio arrives. The owner calls this often."""
        now = self._clock.monotonic()
        while self._turns.speaking and now - self._heard_at > STALLED_S:
            self._heard_at += GATE_MS / 1000
            self._follow(0.0)

    async def close(self) -> None:
        """Cancel every recognition and wait for that. Turns in progress are not reported."""
        tasks = [*self._tasks, *self._parts, *([self._recognition] if self._recognition else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ── inside

    def _keep(self, chunk: Pcm) -> None:
        self._stretch.append(chunk)
        self._recent.append(chunk)
        self._samples += len(chunk)
        if not self._turns.speaking:
            while self._samples - len(self._stretch[0]) >= self._preroll:
                self._samples -= len(self._stretch.pop(0))
            while len(self._recent) > len(self._stretch):
                self._recent.popleft()

    def _follow(self, probability: float, loud: bool = False, faded_ms: int = 0) -> None:
        events = self._turns.push(probability, GATE_MS, loud, faded_ms)
        if self._turns.speaking:
            self._voiced_ms = self._turns.voiced_ms
        self._react(events)
        if self._turns.speaking and not self._turns.silent_ms:
            self._owner.speech_continued(self.uid, self._voiced_ms)
            self._recognize_interim()

    def _onset(self) -> None:
        now = self._clock.monotonic()
        self._started_at = now - self._voiced_ms / 1000
        self._interim_at = now
        self._least_ms = max(LEAST_VOICE_MS, self._least_voice())
        self._owner.speech_started(self.uid)

    def _pause(self) -> None:
        """A pause that may be the end of the turn: start recognition now. A long stretch ends here in any case."""
        if not self._enough_voice():
            self._apply(PauseVerdict.COMPLETE)  # too little speech to judge by
            return  # given almost no speech, the recognizer returns "You"
        self._recognition = self._reusable_interim() or self._recognize()
        if self._judge is not None and self._turns.timing.semantic:
            self._sentence = asyncio.create_task(self._judge.read(asyncio.shield(self._recognition)), name="read")
            self._own(self._sentence)
        self._report_interim(asyncio.shield(self._recognition), paused=True)
        if self._samples > LONG_SAMPLES:
            self._begin_stretch()

    def _enough_voice(self) -> bool:
        """Whether the stretch is worth recognizing, in a turn that has begun."""
        return self._voiced_ms >= self._least_ms and self._voiced_ms - self._voiced_before_ms >= LEAST_VOICE_MS

    def _look(self) -> None:
        """The silence lasts: judge the voice as well as the words, unless there was too little speech."""
        if self._judge is not None and self._sentence is not None:
            judged = self._judged(self._judge, np.concatenate(self._recent), self._sentence)
            self._own(asyncio.create_task(judged, name="judge"))

    async def _judged(self, judge: PauseJudge, speech: Pcm, said: asyncio.Task[HeardSentence | None]) -> None:
        """Tell turn taking whether the turn is complete, unless another pause has begun meanwhile."""
        pause = self._pauses
        try:
            waits = self._turns.timing.waits_on_request
            verdict = await judge.verdict(speech, asyncio.shield(said), waits_on_request=waits)
        except Exception:
            log.exception("the end-of-turn model failed; silence ends the turn")
            verdict = PauseVerdict.UNSURE
        if pause == self._pauses:
            self._apply(verdict)

    def _apply(self, verdict: PauseVerdict) -> None:
        """Apply the verdict on the present pause; it may end the turn at once."""
        self._react(self._turns.judge(verdict))

    def _react(self, events: Sequence[TurnEvent]) -> None:
        for event in events:
            _REACTIONS[event](self)

    def _resume(self) -> None:
        self._pauses += 1
        self._sentence = None
        if self._recognition is not None:
            self._recognition.cancel()
            self._recognition = None

    def _end(self) -> None:
        parts = [*self._parts, *([self._recognition] if self._recognition else [])]
        decided_at = self._clock.monotonic()
        ended_at = max(self._started_at, decided_at - self._turns.ended_after_ms / 1000)
        self._pauses += 1
        self._parts, self._recognition, self._interim, self._sentence = [], None, None, None
        self._recent.clear()
        self._stretch, self._samples, self._voiced_ms, self._voiced_before_ms = [], 0, 0, 0
        if parts:
            self._own(
                asyncio.create_task(
                    self._finish(parts, self._started_at, ended_at, decided_at, self._turns.ended_by), name="said"
                )
            )

    def _begin_stretch(self) -> None:
        """Keep the recognition of this stretch as a part of the turn, and begin an empty one: a monologue stays bounded."""
        if self._recognition is not None:
            self._parts.append(self._recognition)
        self._recognition = self._interim = None
        self._stretch, self._samples, self._voiced_before_ms = [], 0, self._voiced_ms

    def _recognize_interim(self) -> None:
        """Recognize the turn so far for the transcript, if the recognizer has time for it before the turn can end."""
        now = self._clock.monotonic()
        if self._samples > LONGEST_SAMPLES:
            self._recognition = self._recognize()
            self._begin_stretch()
            return
        due = now - self._interim_at >= INTERIM_EVERY_S and self._enough_voice()
        if due and self._transcription.has_time(self._samples, self._turns.timing.silence_ms):
            self._interim_at = now
            self._interim = self._recognize(), self._samples
            self._own(self._interim[0])
            self._report_interim(asyncio.shield(self._interim[0]))

    def _reusable_interim(self) -> asyncio.Task[str] | None:
        """The newest interim recognition, if it covers everything that was said before this pause."""
        task, samples = self._interim or (None, 0)
        said = self._samples - (self._turns.silent_ms - HEARD_OUT_MS) * HEARD_RATE // 1000
        failed = task is not None and task.done() and (task.cancelled() or task.exception() is not None)
        return task if samples >= said and not failed else None

    def _recognize(self) -> asyncio.Task[str]:
        """Start recognition of the stretch so far."""
        return asyncio.create_task(self._transcription.transcribe(np.concatenate(self._stretch)), name="recognize")

    def _report_interim(self, newest: Awaitable[str], paused: bool = False) -> None:
        """Report the turn so far once its newest stretch is recognized."""
        started_at, parts = self._started_at, tuple(self._parts)

        async def report() -> None:
            try:
                text = _joined([*[await asyncio.shield(part) for part in parts], await newest])
            except HearingError:
                return  # reported at the end of the turn
            if text and self._turns.speaking and started_at == self._started_at:
                self._owner.interim(self.uid, text, started_at)
                if paused and self._turns.silent_ms:
                    self._owner.possible_end(self.uid, text)

        self._own(asyncio.create_task(report(), name="interim"))

    async def _finish(self, parts: list[asyncio.Task[str]], started: float, ended: float, decided: float, by: TurnEnd) -> None:
        try:
            text = _joined([await part for part in parts])
        except HearingError as error:
            self._owner.recognition_failed(self.uid, error)
        else:
            self._owner.utterance_ended(self.uid, Utterance(text, started, ended, decided, self._clock.monotonic(), by))
        finally:
            for part in parts:
                part.cancel()

    def _own(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _joined(stretches: Sequence[str]) -> str:
    return " ".join(filter(None, stretches))


_REACTIONS = {
    TurnEvent.ONSET: Ear._onset,
    TurnEvent.PAUSE: Ear._pause,
    TurnEvent.LOOK: Ear._look,
    TurnEvent.RESUME: Ear._resume,
    TurnEvent.END: Ear._end,
}
