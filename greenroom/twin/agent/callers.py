"""The callers in the agent's channel, each with an ear that follows their speech."""

from __future__ import annotations

import asyncio

from greenroom.twin.agent.caller_turns import CallerTurns
from greenroom.twin.agent.context import TalkContext
from greenroom.twin.agent.ear import Ear
from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.greeter import Greeter
from greenroom.twin.agent.hearing.transcription_queue import TranscriptionQueue
from greenroom.twin.agent.tasks import OwnedTasks
from greenroom.twin.agent.turns import Timing
from greenroom.twin.seat import Pcm, Uid


class Callers:
    """Implements :class:`greenroom.twin.seat.SeatListener` for those in ``remote_rtc_uids``. Ignores all others."""

    def __init__(self, context: TalkContext, engines: Engines, transcription: TranscriptionQueue, tasks: OwnedTasks) -> None:
        self._context = context
        self._engines = engines
        self._transcription = transcription
        self._tasks = tasks
        self._turns = CallerTurns(context)
        self._greeter = Greeter(context)
        self._ears: dict[Uid, Ear] = {}
        self._closed = False

    @property
    def speaking(self) -> bool:
        """A caller is in a turn."""
        return any(ear.speaking for ear in self._ears.values())

    def welcome_present(self) -> None:
        """Welcome the callers who were in the channel before the agent."""
        for place, uid in enumerate(self._context.idle_timer.present):
            self._tasks.start(self._greeter.welcome(uid, first=place == 0), "welcome")

    def tick(self) -> None:
        """Let turns end by time when no audio arrives. Call it often."""
        for ear in self._ears.values():
            ear.tick()

    async def close(self) -> None:
        """Hear nobody any more, and wait until every ear's recognitions have ended."""
        self._closed = True
        await asyncio.gather(*(ear.close() for ear in self._ears.values()), return_exceptions=True)

    def heard(self, uid: Uid, pcm: Pcm) -> None:
        """Give the caller's ear 20 ms (320 samples, 16 kHz); the first ones make the ear."""
        if self._hears(uid):
            self._ear(uid).hear(pcm)

    def joined(self, uid: Uid) -> None:
        """Count the caller as present, and welcome them once the agent is seated."""
        if self._hears(uid):
            first = self._context.idle_timer.joined(uid)
            if self._context.seats.seated:
                self._tasks.start(self._greeter.welcome(uid, first=first), "welcome")

    def left(self, uid: Uid, reason: str) -> None:
        """Forget the caller and close their ear in the background; a turn in progress gets no reply."""
        self._context.idle_timer.left(uid)
        self._turns.forget(uid)
        ear = self._ears.pop(uid, None)
        if ear is not None and not self._closed:
            self._tasks.start(ear.close(), "close ear")

    def data(self, uid: Uid, payload: bytes) -> None:
        """Ignore messages between callers."""

    def _hears(self, uid: Uid) -> bool:
        return not self._closed and self._context.properties.listens_to(uid)

    def _ear(self, uid: Uid) -> Ear:
        if uid not in self._ears:
            properties, clock = self._context.properties, self._context.clock
            judge = self._engines.judge if properties.semantic else None
            timing = Timing(
                silence_ms=properties.silence_ms,
                threshold=properties.threshold,
                semantic=judge is not None,
                max_wait_ms=properties.max_wait_ms,
                waits_on_request=properties.waits_on_request,
            )
            self._ears[uid] = Ear(
                uid,
                self._engines.gate(),
                self._transcription,
                timing,
                clock,
                self._turns,
                judge=judge,
                prefix_ms=properties.prefix_ms,
                least_voice=self._least_voice_ms,
            )
        return self._ears[uid]

    def _least_voice_ms(self) -> int:
        """How much voice begins a turn now; over the agent's reply, what interrupts it decides."""
        return self._context.properties.interruption.listening_ms if self._context.replies.reply is None else 0
