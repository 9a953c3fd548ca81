"""One agent in one channel: it listens, thinks, speaks, lets itself be interrupted, and leaves when nobody needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from greenroom.clock import Clock
from greenroom.twin.agent.ear import Ear, Utterance
from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.ledger import Ledger, StartType, TurnRecord
from greenroom.twin.agent.properties import AgentProperties, read
from greenroom.twin.agent.reply import Reply
from greenroom.twin.agent.speaker import Speaker
from greenroom.twin.agent.transcript import Transcript
from greenroom.twin.agent.turns import Timing
from greenroom.twin.seat import Pcm, Seat, Sit, Uid

TICK_S = 0.05
#: How long a greeting waits for somebody to be subscribed to the agent's sound; then it is spoken anyway.
GREETING_WAIT_S = 3.0
#: The browser's first frames after a subscription fill its jitter buffer.
GREETING_PAUSE_S = 0.25

Work = Callable[[Reply], Awaitable[None]]


class Talk:
    """Everything runs on the loop that called :meth:`start`; :meth:`stop` ends every task it started."""

    def __init__(
        self,
        agent_id: str,
        name: str,
        app_id: str,
        properties: dict[str, Any],
        *,
        sit: Sit,
        engines: Engines,
        clock: Clock,
    ) -> None:
        self.agent_id = agent_id
        self.name = name
        self.properties: AgentProperties = read(properties)
        self.engines = engines
        self.clock = clock
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.speaker = Speaker(self._send_audio, clock)
        self.transcript = Transcript(self._send_data, clock, _language(properties))
        self.ledger = Ledger(agent_id, self.properties.channel, self.properties.max_history)
        self._app_id = app_id
        self._sit = sit
        self._seat: Seat | None = None
        self._ears: dict[Uid, Ear] = {}
        self._present: set[Uid] = set()
        self._greeted = False
        self._turn = 0
        self._reply: Reply | None = None
        self._reply_task: asyncio.Task[None] | None = None
        self._queue: list[tuple[StartType, Work, bool]] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._active_at = clock.monotonic()
        self._nudged_at = clock.monotonic()

    # ── life

    async def start(self) -> None:
        """Sit down in the channel. Raises what ``sit`` raises (a token that does not open it)."""
        p = self.properties
        self._recogniser = await self.engines.recogniser()
        self._seat = await self._sit(app_id=self._app_id, channel=p.channel, uid=p.uid, token=p.token, listener=self)
        self._active_at = self._nudged_at = self.clock.monotonic()
        self._start(self.speaker.run(), "speaker")
        self._start(self._watch(), "watch")
        self.transcript.state("listening", self._turn)

    async def stop(self, message: str = "OK") -> None:
        """Leave the channel and end. Idempotent; ``message`` is Agora's exit message."""
        if self.ended.done():
            return
        self.ended.set_result(message)
        self._drop_reply("api_leave")
        tasks = [t for t in (*self._tasks, self._reply_task) if t is not None and t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *(ear.close() for ear in self._ears.values()), return_exceptions=True)
        if self._seat is not None:
            await self._seat.leave("Quit")

    # ── what the API asks for

    def update(self, properties: dict[str, Any]) -> None:
        """Counts from the next answer on."""
        self.properties = self.properties.updated(properties)

    async def speak(self, text: str, *, priority: str = "INTERRUPT", interruptable: bool = True) -> None:
        """INTERRUPT: now · APPEND: after what is being said · IGNORE: only when nothing is."""
        self._act({"INTERRUPT": "interrupt", "APPEND": "append"}.get(priority, "ignore"), "api_speak",
                  lambda reply: reply.say(text), interruptable)  # fmt: skip

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
        """Answer ``text`` as if it had been said; the actions say what happens to what the agent is doing."""
        if self._reply is None or self._reply.finished:
            action = on_listening_action
        else:
            action = on_speaking_action if self._reply.speaking else on_thinking_action

        async def work(reply: Reply) -> None:
            self.ledger.remember("user", text)
            await reply.answer(self._messages())

        self._act("append" if action == "inject" else action, "api_think", work, interruptable)

    async def interrupt(self) -> None:
        self._active_at = self.clock.monotonic()
        self._drop_reply("api_interrupt")

    def history(self) -> list[dict[str, str]]:
        return self.ledger.history()

    def turns(self) -> list[dict[str, Any]]:
        return self.ledger.turns()

    # ── what the channel says (Listener)

    def heard(self, uid: Uid, pcm: Pcm) -> None:
        if self.properties.listens_to(uid) and not self.ended.done():
            self._ear(uid).hear(pcm)

    def joined(self, uid: Uid) -> None:
        if not self.properties.listens_to(uid) or self.ended.done():
            return
        self._present.add(uid)
        self._active_at = self.clock.monotonic()
        if not self._greeted:
            self._greeted = True
            self._start(self._greet(), "greet")

    def left(self, uid: Uid, reason: str) -> None:
        self._present.discard(uid)
        ear = self._ears.pop(uid, None)
        if ear is not None:
            self._start(ear.close(), "close ear")

    def data(self, uid: Uid, payload: bytes) -> None:
        """People's data-stream messages are for the other people."""

    # ── what an ear says (Hears)

    def speech_started(self, at: float) -> None:
        self._active_at = self.clock.monotonic()

    def speech_goes_on(self, voiced_ms: int) -> None:
        self._active_at = self.clock.monotonic()
        reply = self._reply
        if reply is None or reply.finished or voiced_ms < self.properties.interrupt_ms:
            return
        if self.properties.interruptible and reply.interruptable:
            self._drop_reply("start_of_speech")
            self.transcript.state("listening", self._turn)

    def interim(self, text: str, started_at: float) -> None:
        self._tell_user(self._turn + 1, text, started_at, self.clock.monotonic(), final=False)

    def said(self, utterance: Utterance) -> None:
        self._active_at = self.clock.monotonic()
        if not utterance.text:
            return
        if self._reply is not None and not self._reply.finished:
            return  # it may not be interrupted: what is said over it is not answered
        self._turn += 1
        speech_ms = round((utterance.ended_at - utterance.started_at) * 1000)
        self._tell_user(self._turn, utterance.text, utterance.started_at, utterance.ended_at, final=True)
        self.ledger.remember("user", utterance.text)
        record = TurnRecord(
            self._turn, "voice_input", self.clock.now_ms() - speech_ms, {"speech_duration_ms": speech_ms},
            segments={
                "algorithm_processing": round((utterance.decided_at - utterance.ended_at) * 1000),
                "asr_ttlw": round((utterance.recognised_at - utterance.decided_at) * 1000),
            },
        )  # fmt: skip
        self._begin(record, lambda reply: reply.answer(self._messages()), True)

    # ── inside

    def _ear(self, uid: Uid) -> Ear:
        if uid not in self._ears:
            timing = Timing(silence_ms=self.properties.silence_ms, threshold=self.properties.threshold)
            self._ears[uid] = Ear(
                self.engines.gate(), self._recogniser, self.engines.hearing_threads, timing, self.clock, self
            )
        return self._ears[uid]

    async def _greet(self) -> None:
        """Not before somebody can hear it."""
        deadline = self.clock.monotonic() + GREETING_WAIT_S
        while self._seat is None or (self._seat.audience == 0 and self.clock.monotonic() < deadline):
            await asyncio.sleep(TICK_S)
        await asyncio.sleep(GREETING_PAUSE_S)
        self.transcript.repeat_state(self._turn)
        if self.properties.greeting and self._turn == 0 and self._reply is None:
            record = TurnRecord(0, "greeting", self.clock.now_ms(), {"greeting_nth": 1})
            text = self.properties.greeting
            self._begin(record, lambda reply: reply.say(text), True)

    def _act(self, action: str, start: StartType, work: Work, interruptable: bool) -> None:
        self._active_at = self.clock.monotonic()
        busy = self._reply is not None and not self._reply.finished
        if busy and action == "append":
            self._queue.append((start, work, interruptable))
        elif not busy or action == "interrupt":
            self._drop_reply("api_speak")
            self._open(start, work, interruptable)

    def _open(self, start: StartType, work: Work, interruptable: bool) -> None:
        self._turn += 1
        metadata = {"action": start.removeprefix("api_"), "transport": "http"} if start.startswith("api_") else {}
        self._begin(TurnRecord(self._turn, start, self.clock.now_ms(), metadata), work, interruptable)

    def _begin(self, record: TurnRecord, work: Work, interruptable: bool) -> None:
        self.ledger.open(record)
        reply = Reply(self, record, self.clock.monotonic(), interruptable)
        self._reply = reply
        if record.start_type not in ("greeting", "api_speak"):
            self.transcript.state("thinking", record.number)
        self._reply_task = asyncio.create_task(self._carry_out(reply, work), name=f"reply-{record.number}")

    async def _carry_out(self, reply: Reply, work: Work) -> None:
        await work(reply)
        reply.finished = True
        self._active_at = self.clock.monotonic()
        if self._reply is not reply:
            return
        if self._queue:
            self._open(*self._queue.pop(0))
        else:
            self.transcript.state("listening", self._turn)

    def _drop_reply(self, cause: str) -> None:
        """Stop what is being thought or said, and what waits behind it."""
        self._queue.clear()
        reply, task, self._reply = self._reply, self._reply_task, None
        if reply is not None and not reply.finished:
            reply.interrupt(cause)
        if task is not None and not task.done():
            task.cancel()
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            for ear in self._ears.values():
                ear.tick()
            now = self.clock.monotonic()
            if (self._reply is not None and not self._reply.finished) or any(e.speaking for e in self._ears.values()):
                self._active_at = now
            self._maybe_nudge(now)
            if self.properties.idle_s and now - self._active_at > self.properties.idle_s:
                self._start(self.stop("Idle for too long"), "idle")
                return

    def _maybe_nudge(self, now: float) -> None:
        nudge = self.properties.nudge
        since = now - max(self._active_at, self._nudged_at)
        if not nudge.timeout_ms or not nudge.content or not self._present or since * 1000 < nudge.timeout_ms:
            return
        idle_since, self._nudged_at = self._active_at, now

        async def work(reply: Reply) -> None:
            if nudge.action == "speak":
                await reply.say(nudge.content)
            else:
                await reply.answer([*self._messages(), {"role": "user", "content": nudge.content}])

        self._open("silence_timeout", work, True)
        # The agent's own question does not count as somebody being there.
        self._active_at = idle_since

    def _messages(self) -> list[Any]:
        return [*self.properties.system_messages, *self.ledger.history()]

    def _tell_user(self, turn: int, text: str, started_at: float, ended_at: float, *, final: bool) -> None:
        uid = str(next(iter(self._present), "")) or "0"
        ago_ms = (self.clock.monotonic() - started_at) * 1000
        self.transcript.user(
            turn, uid, text, start_ms=max(0, round(self.speaker.now_ms - ago_ms)),
            duration_ms=max(0, round((ended_at - started_at) * 1000)), final=final,
        )  # fmt: skip

    def _send_audio(self, pcm: Pcm, pts_ms: int) -> None:
        if self._seat is not None:
            self._seat.send_audio(pcm, pts_ms)

    def _send_data(self, payload: bytes) -> None:
        if self._seat is not None and not self.ended.done():
            self._seat.send_data(payload)

    def _start(self, work: Any, name: str) -> None:
        task = asyncio.create_task(work, name=f"{name}-{self.agent_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _language(properties: dict[str, Any]) -> str:
    asr = properties.get("asr")
    return str(asr.get("language") or "en-US") if isinstance(asr, dict) else "en-US"
