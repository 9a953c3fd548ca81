"""One simulated call in voice mode: the caller is a voice in the channel, and what it hears it knows by recognition alone."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from greenroom.callers import CallerLost
from greenroom.clock import Clock
from greenroom.model.call import Ticket
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import SessionId, Turn
from greenroom.rehearsal.checks import word_error_rate
from greenroom.rehearsal.evidence import AgentReply
from greenroom.rehearsal.players import CallerStep
from greenroom.rehearsal.scenario import CallerVoice, Scenario
from greenroom.rehearsal.text_match import words
from greenroom.services.calls import Calls
from greenroom.services.rehearsals.caller_process import CallerProcess
from greenroom.services.rehearsals.simulated_call import INTERRUPTED, LOST, SimulatedCall, failure_of, int_or_zero, stages_of

#: Stores a call's recording: WebM with both sides.
KeepRecording = Callable[[SessionId, bytes], None]
#: A recognizer that hears another sentence than the agent said has heard nothing. Shorter replies are not judged.
MOST_WRONG, FEWEST_WORDS = 0.9, 5
DEFAULT_SNR_DB, DEFAULT_NOISE = 20.0, "pink"


@dataclass(frozen=True, slots=True)
class VoiceSetup:
    """What a voice run needs: the callers' process, the folder of recorded lines (None = there is none), and its seed.

    ``client``: what joins the channel. ``live``: the agent runs on Agora.
    """

    callers: CallerProcess
    keep: KeepRecording
    folder: Path | None
    seed: int
    client: Literal["edge", "browser"] = "edge"
    live: bool = False


@dataclass(slots=True)
class _HeardReply:
    """A reply as it becomes known: ``heard`` by the caller's ears, the rest by the agent's messages."""

    said: str = ""
    heard: Mapping[str, Any] = field(default_factory=dict)
    turn_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _AgentTurn:
    """A turn as the agent reports it. ``caller`` is what its recognizer heard; None = nothing reported."""

    text: str = ""
    caller: str | None = None
    interrupted: bool = False
    stages: dict[str, int] = field(default_factory=dict)


class VoiceCall(SimulatedCall):
    """Lines are spoken into the channel. ``replies`` has the agent's own words; what is returned is what was heard."""

    def __init__(self, calls: Calls, clock: Clock, scenario: Scenario, setup: VoiceSetup) -> None:
        super().__init__(calls, clock, scenario.budget.silence)
        self._scenario = scenario
        self._setup = setup
        self._replies: list[_HeardReply] = []
        self._turns: dict[int, _AgentTurn] = {}
        self._lost = False

    @property
    def replies(self) -> Sequence[AgentReply]:
        return [self._reply(number, one) for number, one in enumerate(self._replies)]

    async def open(self, request: LaunchRequest) -> None:
        await self._setup.callers.ready()
        await super().open(request)
        await self._ask("begin")

    async def greeting(self, expected: bool, barge_in_ms: int | None = None) -> str:
        self._replies.append(_HeardReply())
        if not expected:
            return ""
        return await self._heard(await self._ask("listen", barge_in_ms=barge_in_ms, silence_s=self._silence_s))

    async def say(self, step: CallerStep, barge_in_ms: int | None = None) -> str:
        self._replies.append(_HeardReply(step.text))
        wav = str(self._recording_of(step.audio)) if step.audio else ""
        asked = {"text": step.text, "wav": wav, "barge_in_ms": barge_in_ms, "silence_s": self._silence_s}
        return await self._heard(await self._ask("say", **asked))

    async def close(self, detail: str, *, keep: bool = True) -> None:
        if self.session_id is not None:
            self._setup.callers.forget(self.session_id)  # what the agent does once the call is over says nothing
        await super().close(detail, keep=keep)

    async def stuck_caller(self) -> str:
        try:
            await self._setup.callers.require_responding()
        except CallerLost as error:
            return str(error)
        return ""

    def doubt(self) -> str:
        for number, one in enumerate(self._replies):
            if one.heard.get("end") != "over" or not one.heard.get("sounded"):
                continue
            text, heard = self._text(one), str(one.heard.get("text", ""))
            if not text:
                return "The agent spoke, but no transcript was reported."
            if len(words(text)) >= FEWEST_WORDS and word_error_rate(text, heard) > MOST_WRONG:
                return f"The caller couldn't understand reply {number}: it heard “{heard[:80]}”."
        return ""

    # ── inside

    async def _join(self, ticket: Ticket) -> None:
        caller = self._scenario.caller
        self._setup.callers.listen(ticket.session_id, self._take)
        lines = [caller.opening, *(line.say for line in caller.lines if not line.audio), *(cue.say for cue in caller.cues)]
        asked = {"ticket": _ticket_fields(ticket), "voice": voice_fields(caller.voice), "seed": self._setup.seed}
        asked["client"] = self._setup.client
        await self._ask("join", lines=[line for line in (*lines, caller.otherwise) if line], **asked)

    async def _leave(self, keep: bool) -> None:
        if self.session_id is None:
            return
        try:
            self._record()
            with tempfile.TemporaryDirectory() as folder:
                target = Path(folder) / "call.webm"
                answer = await self._ask("leave", recording=str(target) if keep else "")
                if answer.get("recorded"):
                    await asyncio.to_thread(self._setup.keep, self.session_id, target.read_bytes())
        except CallerLost:
            pass  # with its process it is out of the channel

    async def _ask(self, op: str, **fields: Any) -> Mapping[str, Any]:
        assert self.session_id is not None
        return await self._setup.callers.ask(op, self.session_id, **fields)

    async def _heard(self, answer: Mapping[str, Any]) -> str:
        if self._lost:
            raise CallerLost(LOST)
        self._replies[-1].heard = answer
        self.silent = not answer["sounded"] and answer["end"] != "barge_in" and not self.agent_left
        await asyncio.to_thread(self._record)
        return str(answer["text"])

    def _take(self, kind: str, fields: Mapping[str, Any]) -> None:
        if kind == "assistant.transcription":
            turn = self._turn(int_or_zero(fields.get("turn_id")))
            turn.text = str(fields.get("text", ""))
            turn.interrupted = fields.get("turn_status") == INTERRUPTED
        elif kind == "user.transcription" and fields.get("final") and fields.get("text"):
            self._turn(int_or_zero(fields.get("turn_id"))).caller = str(fields.get("text", ""))
        elif kind == "turn.finished":
            payload = fields.get("payload")
            reported = self._turns.get(int_or_zero(payload.get("turn_id")) if isinstance(payload, Mapping) else -1)
            if reported is not None:
                reported.stages = stages_of(fields)
        elif kind == "tool.call":
            self._tool_called(fields)
        elif kind == "message.error":
            self.failure = failure_of(fields)
        elif kind == "agent.left":
            self.agent_left = True
        elif kind == "caller.lost":
            self._lost = True

    def _turn(self, turn_id: int) -> _AgentTurn:
        """A turn belongs to the reply during which it was first heard of: what is left of an interrupted one comes later."""
        if turn_id not in self._turns:
            if not self._replies:
                self._replies.append(_HeardReply())
            self._turns[turn_id] = _AgentTurn()
            self._replies[-1].turn_ids.append(turn_id)
        return self._turns[turn_id]

    def _text(self, reply: _HeardReply) -> str:
        return " ".join(filter(None, (self._turns[one].text for one in sorted(reply.turn_ids))))

    def _reply(self, number: int, one: _HeardReply) -> AgentReply:
        turns = [self._turns[turn_id] for turn_id in sorted(one.turn_ids)]
        heard = [turn.caller for turn in turns if turn.caller is not None]
        first = [turn.stages["llm_ttft"] for turn in turns if "llm_ttft" in turn.stages]
        return AgentReply(
            number=number,
            text=self._text(one),
            turn_id=min(one.turn_ids, default=max((t for r in self._replies[:number] for t in r.turn_ids), default=0)),
            caller_said=one.said,
            voice_to_voice_ms=one.heard.get("voice_to_voice_ms"),
            first_token_ms=first[0] if first else None,
            yield_ms=one.heard.get("yield_ms"),
            cut_off=bool(one.heard.get("cut_off")),
            talked_over=number > 0 and self._replies[number - 1].heard.get("end") == "barge_in",
            dead_air_ms=one.heard.get("dead_air_ms"),
            heard=" ".join(heard) if heard else None,
        )

    def _record(self) -> None:
        """Store the turns as far as they are known; a turn that is stored again is replaced."""
        assert self.session_id is not None
        for number, reply in enumerate(self._replies):
            heard = reply.heard
            spoken_ms = heard.get("said_began_ms"), heard.get("said_ended_ms")
            began, ended = heard.get("began_ms"), heard.get("ended_ms")
            for place, turn_id in enumerate(sorted(reply.turn_ids)):
                turn = self._turns[turn_id]
                if turn.caller and spoken_ms[0] is not None:
                    self._calls.record_turn(
                        self.session_id, Turn(turn_id, "user", turn.caller, spoken_ms[0], spoken_ms[1] or spoken_ms[0])
                    )
                if turn.text and began is not None:
                    answer = Turn(
                        turn_id,
                        "agent",
                        turn.text,
                        began,
                        max(ended or began, began),
                        source="voice" if number else "greeting",
                        interrupted=turn.interrupted,
                        latency_ms=heard.get("voice_to_voice_ms") if number and not place else None,
                        stages=turn.stages,
                    )
                    self._calls.record_turn(self.session_id, answer)

    def _recording_of(self, name: str) -> Path:
        """A recorded line in the scenario file's folder or below. Raises CallerLost."""
        path, reason = recording_path(self._setup.folder, name)
        if path is None:
            raise CallerLost(reason)
        return path


def recording_path(folder: Path | None, name: str) -> tuple[Path | None, str]:
    """The file of a recorded line; None with the reason if it can't be used."""
    if folder is None:
        return None, f"{name}: recorded lines need a scenario file in a folder. Run it with the command line."
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        return None, f"{name} is outside the scenario file's folder."
    return (path, "") if path.is_file() else (None, f"There is no recording {name} in the scenario file's folder.")


def voice_fields(voice: CallerVoice) -> dict[str, Any]:
    """The voice as the callers' process takes it: an SNR alone means pink noise, a noise alone 20 dB."""
    noise = voice.noise or (DEFAULT_NOISE if voice.snr_db is not None else "")
    snr_db = DEFAULT_SNR_DB if voice.snr_db is None else voice.snr_db
    return {"name": voice.name, "speed": voice.speed, "noise": noise, "snr_db": snr_db, "loss": voice.loss}


def _ticket_fields(ticket: Ticket) -> dict[str, Any]:
    """What a caller needs of its ticket; the rest is for a page."""
    fields = asdict(ticket)
    return {name: value for name, value in fields.items() if name not in ("said", "cost", "capability")} | {"capability": ""}
