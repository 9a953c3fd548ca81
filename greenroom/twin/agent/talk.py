"""One agent in one channel: it listens, thinks, speaks, lets itself be interrupted, and leaves when nobody needs it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from greenroom.clock import Clock
from greenroom.twin.agent.answer import SpeculativeReply
from greenroom.twin.agent.brain.base import Brain, Message
from greenroom.twin.agent.brain.scripted import ScriptedBrain
from greenroom.twin.agent.conversation_log import ConversationLog, StartType
from greenroom.twin.agent.ear import Ear, Utterance
from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.hearing.base import HearingError
from greenroom.twin.agent.idle_timer import IdleTimer
from greenroom.twin.agent.phrases import Phrases
from greenroom.twin.agent.properties import AgentProperties, SilenceReminder, read
from greenroom.twin.agent.reply_queue import ReplyAction, ReplyQueue, ReplyRequest
from greenroom.twin.agent.seats import Seats
from greenroom.twin.agent.speaker import Speaker
from greenroom.twin.agent.transcript import Transcript
from greenroom.twin.agent.turns import Timing
from greenroom.twin.seat import Pcm, TakeSeat, Uid

log = logging.getLogger(__name__)

TICK_S = 0.05
GREETING_PAUSE_S = 0.25  # the browser's first frames after a subscription fill its jitter buffer
#: Agora ends every agent after 72 hours.
LIFETIME_S = 72 * 3600.0


class Talk:
    """Everything runs on the loop that called :meth:`start`; :meth:`stop` ends every task it started."""

    def __init__(
        self,
        agent_id: str,
        name: str,
        app_id: str,
        properties: dict[str, Any],
        *,
        take_seat: TakeSeat,
        engines: Engines,
        clock: Clock,
    ) -> None:
        self.agent_id = agent_id
        self.name = name
        self.properties: AgentProperties = read(properties)
        self.clock = clock
        #: Set once, when everything is over, with Agora's exit message.
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.brain: Brain = ScriptedBrain()
        self.phrases = Phrases(engines, self.properties.tts)
        self._presence = Seats(clock)
        self.speaker = Speaker(self._presence.send_audio, clock, self._presence.preview)
        self.transcript = Transcript(self._presence.send_data, clock, self.properties.language)
        self.speculative = SpeculativeReply(self)
        self.conversation = ConversationLog(agent_id, self.properties.channel, self.properties.max_history)
        self._app_id = app_id
        self._take_seat = take_seat
        self._engines = engines
        self._replies = ReplyQueue(self)
        self._company = IdleTimer(clock)
        self._ears: dict[Uid, Ear] = {}
        #: The turn that somebody is speaking in, from its first words on.
        self._said_in: dict[Uid, int] = {}
        self._greeted = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._stopping = False

    # ── life

    async def start(self) -> None:
        """Sit down in the channel. Raises what ``take_seat`` raises (a token that does not open it); then nothing was started."""
        p = self.properties
        self._recogniser_queue = await self._engines.transcription()
        self.brain = await self._engines.brain_for(p.llm)
        await self._presence.take(self._take_seat, self._app_id, p, self)
        self._company.open()
        self._start(self.speaker.run(), "speaker")
        self._start(self._watch(), "watch")
        self._start(self.phrases.prepare(p.greeting.text, p.reminder.content, p.failure), "prepare")
        self.transcript.state("listening", 0)
        for place, uid in enumerate(self._company.here):
            self._start(self._welcome(uid, first=place == 0), "welcome")

    async def stop(self, message: str = "OK") -> None:
        """Leave the channel and end. Idempotent; ``message`` is Agora's exit message."""
        if self._stopping:
            return
        self._stopping = True
        try:
            self._replies.drop("api_leave")
            tasks = [task for task in self._tasks if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            ears = [ear.close() for ear in self._ears.values()]
            await asyncio.gather(*tasks, *ears, self._replies.close(), self.speculative.close(), return_exceptions=True)
            await self._engines.give_back(self.brain)
            await self._presence.leave("Quit")
        finally:
            if not self.ended.done():
                self.ended.set_result(message)

    # ── what the API asks for

    def update(self, properties: dict[str, Any]) -> None:
        """Counts from the next answer on."""
        self.properties = self.properties.updated(properties)

    async def speak(self, text: str, *, priority: str = "INTERRUPT", interruptable: bool = True) -> None:
        """INTERRUPT: now · APPEND: after what is being said · IGNORE: only when nothing is."""
        otherwise = "ignore" if self._replies.reply else "append"
        action = {"INTERRUPT": "interrupt", "APPEND": "append"}.get(priority, otherwise)
        self._act(action, "api_speak", lambda reply: reply.say(text), interruptable)

    async def think(
        self,
        text: str,
        *,
        on_listening_action: str = "interrupt",
        on_thinking_action: str = "interrupt",
        on_speaking_action: str = "ignore",
        interruptable: bool = True,
        metadata: dict[str, str] | None = None,
    ) -> None:
        """Answer ``text`` as if it had been said; the actions say what happens to what the agent is doing.

        inject: it is only kept in mind, for the answer to the turn in progress or to the next one.
        """
        reply = self._replies.reply
        action = on_listening_action if reply is None else on_speaking_action if reply.speaking else on_thinking_action
        if action == "inject":
            self.conversation.remember("user", text)
            return
        self._act(action, "api_think", lambda reply: reply.answer(self._asked(text)), interruptable)

    async def interrupt(self) -> None:
        """Stop what is being thought or said, and what waits behind it."""
        self._company.record_activity()
        self._replies.drop("api_interrupt")

    async def fail_avatar(self) -> bool:
        """See :meth:`Seats.fail_avatar`."""
        return await self._presence.fail_avatar()

    def complain(self, module: str, code: int, message: str) -> None:
        self.transcript.error(self._replies.turn, module, code, message)

    def history(self) -> list[dict[str, str]]:
        return self.conversation.history()

    def turns(self) -> list[dict[str, Any]]:
        return self.conversation.turns()

    # ── what the channel says (Listener)

    def heard(self, uid: Uid, pcm: Pcm) -> None:
        if self.properties.listens_to(uid) and not self._stopping:
            self._ear(uid).hear(pcm)

    def joined(self, uid: Uid) -> None:
        if self.properties.listens_to(uid) and not self._stopping:
            first = self._company.joined(uid)
            if self._presence.seated:
                self._start(self._welcome(uid, first), "welcome")

    def left(self, uid: Uid, reason: str) -> None:
        self._company.left(uid)
        self._said_in.pop(uid, None)
        ear = self._ears.pop(uid, None)
        if ear is not None:
            self._start(ear.close(), "close ear")

    def data(self, uid: Uid, payload: bytes) -> None: ...  # people's messages are for the other people

    # ── what an ear says (SpeechListener)

    def speech_started(self, uid: Uid) -> None:
        self._company.record_activity()

    def speech_continued(self, uid: Uid, voiced_ms: int) -> None:
        self.speculative.forget()
        if self.properties.interruption.by_voice(voiced_ms):
            self._talked_over("start_of_speech")

    def interim(self, uid: Uid, text: str, started_at: float) -> None:
        if self.properties.interruption.by_words(text):
            self._talked_over("keywords")
        if self._replies.reply is None or self.properties.interruption.append:
            self._tell_user(uid, text, started_at, self.clock.monotonic(), final=False)

    def possible_end(self, uid: Uid, text: str) -> None:
        if self._replies.reply is None:
            self.speculative.begin([*self.properties.system_messages, *self.conversation.history_with("user", text)])

    def utterance_ended(self, uid: Uid, utterance: Utterance) -> None:
        self._company.record_activity()
        if self.properties.interruption.by_words(utterance.text):
            self._talked_over("keywords")
        answered = self._replies.reply is None or self.properties.interruption.append or uid in self._said_in
        # What is said over an agent that goes on talking is dropped, unless it began before: then it is on the screen.
        if not utterance.text or not answered:
            self._said_in.pop(uid, None)
            return
        turn = self._tell_user(uid, utterance.text, utterance.started_at, utterance.ended_at, final=True)
        del self._said_in[uid]
        self.conversation.remember("user", utterance.text)
        since_ms = round((self.clock.monotonic() - utterance.started_at) * 1000)
        self._replies.append(
            ReplyRequest(
                "voice_input",
                lambda reply: reply.answer(self._messages()),
                number=turn,
                started_at=self.clock.now_ms() - since_ms,
                metadata={"speech_duration_ms": utterance.speech_ms},
                segments=utterance.segments(),
            )
        )

    def recognition_failed(self, uid: Uid, error: HearingError) -> None:
        log.error("a turn could not be recognised: %s", error)
        self.transcript.error(self._said_in.pop(uid, self._replies.turn), "asr", 500, str(error))

    # ── inside

    def _ear(self, uid: Uid) -> Ear:
        if uid not in self._ears:
            timing = Timing(silence_ms=self.properties.silence_ms, threshold=self.properties.threshold)
            self._ears[uid] = Ear(uid, self._engines.gate(), self._recogniser_queue, timing, self.clock, self)
        return self._ears[uid]

    async def _welcome(self, uid: Uid, first: bool) -> None:
        """Tell a newcomer how things stand; greet the first one. Not before somebody can hear it."""
        await self._company.hear(lambda: self._presence.audience > 0)
        greeting = self.properties.greeting
        await asyncio.sleep(max(GREETING_PAUSE_S, greeting.delay_ms / 1000))
        self.transcript.repeat_state(self._replies.turn)
        wanted = greeting.text and first and uid in self._company.here and (greeting.every or not self._greeted)
        if wanted and self._replies.reply is None and (self._greeted or not self._replies.turn):
            self._greeted += 1
            self._replies.append(
                ReplyRequest(
                    "greeting",
                    lambda reply: reply.say(greeting.text),
                    greeting.interruptable,
                    number=0 if self._greeted == 1 else None,
                    metadata={"greeting_nth": self._greeted},
                )
            )

    def _act(self, action: str, start: StartType, work: ReplyAction, interruptable: bool) -> None:
        self._company.record_activity()
        order = ReplyRequest(start, work, interruptable, metadata={"action": start.removeprefix("api_"), "transport": "http"})
        if action == "interrupt":
            self._replies.drop("api_speak", listen=False)
        if action != "ignore":
            self._replies.append(order)

    def _talked_over(self, cause: str) -> None:
        if self._replies.reply is not None and self._replies.reply.interruptable:
            self._replies.drop(cause)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for ear in self._ears.values():
                ear.tick()
            reply = self._replies.reply
            if reply is not None or any(ear.speaking for ear in self._ears.values()):
                self._company.record_activity(wanted=reply is None or reply.record.start_type != "silence_timeout")
            if self.properties.reminder.due(self._company.silent_s):
                self._nudge(self.properties.reminder)
            if self.properties.idle_s and self._company.idle_s >= self.properties.idle_s:
                self._start(self.stop("Idle for too long"), "stop")
            elif self._company.open_s >= LIFETIME_S:
                self._start(self.stop("Task lifetime limit exceeded"), "stop")

    def _nudge(self, nudge: SilenceReminder) -> None:
        self._company.record_activity(wanted=False)  # also when nothing comes of it: the next one waits for its time again
        told: Message = {"role": "user", "content": nudge.content}
        think: ReplyAction = lambda reply: reply.answer([*self._messages(), told])  # noqa: E731
        self._replies.append(
            ReplyRequest("silence_timeout", think if nudge.action == "think" else lambda r: r.say(nudge.content))
        )

    def _asked(self, text: str) -> list[Message]:
        self.conversation.remember("user", text)
        return self._messages()

    def _messages(self) -> list[Message]:
        return [*self.properties.system_messages, *self.conversation.history()]

    def _tell_user(self, uid: Uid, text: str, started_at: float, ended_at: float, *, final: bool) -> int:
        turn = self._said_in.get(uid) or self._said_in.setdefault(uid, self._replies.next_turn())
        ago_ms = (self.clock.monotonic() - started_at) * 1000
        self.transcript.user(
            turn,
            uid,
            text,
            start_ms=max(0, round(self.speaker.now_ms - ago_ms)),
            duration_ms=max(0, round((ended_at - started_at) * 1000)),
            final=final,
        )
        return turn

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=f"{name} {self.agent_id}")
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[Any]) -> None:
        """What must run as long as the agent failed: then the agent fails too, and says so."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("agent %s failed", self.agent_id, exc_info=error)
            if not self._stopping:
                self._start(self.stop("Internal error"), "stop")
