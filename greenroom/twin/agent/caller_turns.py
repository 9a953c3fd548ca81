"""Callers' turns: what an ear reports becomes transcript lines, interruptions and replies."""

from __future__ import annotations

import logging

from greenroom.speech.hearing import HearingError
from greenroom.twin.agent.context import TalkContext
from greenroom.twin.agent.reply_queue import ReplyRequest
from greenroom.twin.agent.utterance import Utterance
from greenroom.twin.seat import Uid

log = logging.getLogger(__name__)


class CallerTurns:
    """Implements :class:`greenroom.twin.agent.utterance.SpeechListener` for every caller in the channel."""

    def __init__(self, context: TalkContext) -> None:
        self._context = context
        #: The turn in progress of each caller, from its first transcript line on.
        self._open: dict[Uid, int] = {}

    def forget(self, uid: Uid) -> None:
        """``uid`` has left the channel, and with them the turn in progress."""
        self._open.pop(uid, None)

    def speech_started(self, uid: Uid) -> None:
        """Counts as activity: the silence begins anew."""
        self._context.idle_timer.record_activity()

    def speech_continued(self, uid: Uid, voiced_ms: int) -> None:
        """Drop the answer that was begun, and interrupt the reply once ``voiced_ms`` of voice are enough."""
        self._context.speculative.discard()
        if self._context.properties.interruption.by_voice(voiced_ms):
            self._context.interrupt_by("start_of_speech")

    def interim(self, uid: Uid, text: str, started_at: float) -> None:
        """Interrupt the reply if these words do, and send them as a transcript line in progress.

        No line is sent during a reply, unless such speech is answered afterwards. ``started_at``: monotonic seconds.
        """
        if self._context.properties.interruption.by_words(text):
            self._context.interrupt_by(self._context.properties.interruption.words_cause)
        if self._context.replies.reply is None or self._context.properties.interruption.append:
            self._transcribe(uid, text, started_at, self._context.clock.monotonic(), final=False)

    def possible_end(self, uid: Uid, text: str) -> None:
        """Begin the answer now, unless a reply is in progress."""
        context = self._context
        if context.replies.reply is None:
            context.speculative.begin(context.messages_with(text))

    def utterance_ended(self, uid: Uid, utterance: Utterance) -> None:
        """Send the final transcript line and queue the reply.

        Nothing is sent for speech over a reply that goes on, unless its first words are in the transcript. Without words nobody
        replies, and a line in progress ends empty.
        """
        context = self._context
        context.idle_timer.record_activity()
        if context.properties.interruption.by_words(utterance.text):
            context.interrupt_by(context.properties.interruption.words_cause)
        answered = context.replies.reply is None or context.properties.interruption.append or uid in self._open
        # Speech over a reply that may not be interrupted is dropped, unless its first words are in the transcript already.
        if not utterance.text or not answered:
            self._end_line(uid, utterance.started_at, utterance.ended_at)
            return
        turn = self._transcribe(uid, utterance.text, utterance.started_at, utterance.ended_at, final=True)
        del self._open[uid]
        context.conversation.remember("user", utterance.text)
        context.replies.append(self._reply_to(utterance, turn))

    def recognition_failed(self, uid: Uid, error: HearingError) -> None:
        """Report the failure in the channel as an ``asr`` error of the turn. No reply follows."""
        log.error("recognition of a turn failed: %s", error)
        turn, now = self._open.get(uid, self._context.replies.turn), self._context.clock.monotonic()
        self._end_line(uid, now, now)
        self._context.transcript.error(turn, "asr", 500, str(error))

    def _reply_to(self, utterance: Utterance, turn: int) -> ReplyRequest:
        since_ms = round((self._context.clock.monotonic() - utterance.started_at) * 1000)
        return ReplyRequest(
            "voice_input",
            lambda reply: reply.answer(self._context.messages),
            number=turn,
            started_at=self._context.clock.now_ms() - since_ms,
            metadata={"speech_duration_ms": utterance.speech_ms, "ended_by": utterance.ended_by},
            segments=utterance.segments(),
        )

    def _end_line(self, uid: Uid, started_at: float, ended_at: float) -> None:
        """End the caller's line in progress, if there is one: without words, so that viewers keep those it has."""
        if uid in self._open:
            self._transcribe(uid, "", started_at, ended_at, final=True)
            del self._open[uid]

    def _transcribe(self, uid: Uid, text: str, started_at: float, ended_at: float, *, final: bool) -> int:
        """Send a transcript line; returns the number of its turn, a new one for the caller's first line."""
        context = self._context
        turn = self._open.get(uid) or self._open.setdefault(uid, context.replies.next_turn())
        ago_ms = (context.clock.monotonic() - started_at) * 1000
        context.transcript.user(
            turn,
            uid,
            text,
            start_ms=max(0, round(context.speaker.now_ms - ago_ms)),
            duration_ms=max(0, round((ended_at - started_at) * 1000)),
            final=final,
        )
        return turn
