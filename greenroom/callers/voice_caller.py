"""One simulated caller in one call: it joins, speaks, listens until the agent has finished, talks over it, and hangs up."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from greenroom.callers.agent_ear import AgentEar, HeardStretch
from greenroom.callers.call_recorder import CallRecorder
from greenroom.callers.caller_speech import SpeechEngines
from greenroom.callers.channel_client import CallerLost
from greenroom.callers.voice_path import OpenPath, SpokenLine
from greenroom.speech.sound import HEARD_RATE, Pcm

LOOK_S = 0.02
#: The agent has finished after this silence, if it says that it listens; after the longer one if it doesn't say.
FINISHED_MS, UNTOLD_MS = 320.0, 2500.0
#: States of the agent in which more is to come.
_BUSY = ("thinking", "speaking")
#: Sound of the agent so long before the end of the caller's line is no echo of the line's last word: it cuts the caller off.
CUT_OFF_MS = 200.0
#: A pause of the agent inside what it says.
BREATH_MS = 600.0


@dataclass(frozen=True, slots=True)
class AgentAnswer:
    """What the caller heard after a line. Times in milliseconds of the session; None = not measured.

    ``over``: the agent finished · ``barge_in``: it has spoken long enough to be talked over · ``silent``: nothing came ·
    ``left``: the agent or the caller is out of the channel. ``yield_ms``: from the line's first sound to the agent's silence.
    """

    end: str
    text: str = ""
    sounded: bool = False
    said_began_ms: int | None = None
    said_ended_ms: int | None = None
    began_ms: int | None = None
    ended_ms: int | None = None
    voice_to_voice_ms: int | None = None
    yield_ms: int | None = None
    dead_air_ms: int | None = None
    cut_off: bool = False


class VoiceCaller:
    """``open_path`` makes the caller's way into the channel. ``tell`` gets the agent's data-stream messages: kind and fields."""

    def __init__(self, open_path: OpenPath, engines: SpeechEngines, tell: Callable[[str, Mapping[str, Any]], None]) -> None:
        self._tell = tell
        self._began = time.monotonic()
        self._ear = AgentEar(engines.recognize, engines.hearing)
        self._recorder = CallRecorder()
        self._path = open_path(self._heard, self._sent)
        self._reading: asyncio.Task[None] | None = None
        self._state = ""
        self._active_ms = 0.0
        self._heard_until = 0
        self._gone = False

    async def join(self) -> None:
        """Join the channel and publish the microphone. Raises CallerLost."""
        await self._path.join()
        self._reading = asyncio.create_task(self._read())

    def begin(self) -> None:
        """The agent was started: set the session's clock to zero and begin the recording."""
        self._began = time.monotonic()
        self._recorder = CallRecorder()
        self._active_ms = 0.0

    async def say(self, line: Pcm, barge_in_ms: float | None, silence_s: float) -> AgentAnswer:
        """Say a line and listen to the answer. Raises CallerLost, HearingError.

        ``barge_in_ms``: listen until the agent has spoken this long, to talk over it; None = until it has finished.
        ``silence_s``: how long to wait while nothing is heard of it.
        """
        talking_over = self._ear.sounding
        said = await self._path.say(line)
        self._active_ms = self._now_ms()
        return await self._listen(said, talking_over, barge_in_ms, silence_s)

    async def listen(self, barge_in_ms: float | None, silence_s: float) -> AgentAnswer:
        """Listen to the greeting, with the limits of :meth:`say`. Raises CallerLost, HearingError."""
        return await self._listen(None, False, barge_in_ms, silence_s)

    async def leave(self, recording: Path | None) -> bool:
        """Hang up and write the recording to this file, if one is named; True if there is one. Raises OSError."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        self._ear.close()
        await self._path.leave()
        return recording is not None and await asyncio.to_thread(self._recorder.write, recording)

    # ── listening

    async def _listen(
        self, said: SpokenLine | None, talking_over: bool, barge_in_ms: float | None, silence_s: float
    ) -> AgentAnswer:
        # A caller who speaks first begins some milliseconds before the call's own clock.
        line_began, line_ended = (max(0.0, self._ms(at)) for at in (said.began_at, said.ended_at)) if said else (0.0, 0.0)
        while (end := self._end(line_ended, barge_in_ms, silence_s * 1000)) is None:
            await asyncio.sleep(LOOK_S)
        first = self._heard_until
        stretches = self._ear.stretches[first:]
        words = await self._ear.words(first) if end != "barge_in" else ""
        self._heard_until = len(self._ear.stretches) - (1 if end == "barge_in" and self._ear.sounding else 0)
        over = _talked_over(stretches, line_ended) if talking_over else 0
        after = [stretch for stretch in stretches[over:] if stretch.began_ms >= line_ended - CUT_OFF_MS]
        before = [stretch for stretch in stretches[over:] if line_began < stretch.began_ms < line_ended - CUT_OFF_MS]
        begins = after[0].began_ms if after else None
        if end == "silent" and not after and await self._path.lost():
            raise CallerLost("The caller's sound didn't get through.")
        return AgentAnswer(
            end=end,
            text=words,
            sounded=bool(after),
            said_began_ms=round(line_began) if said else None,
            said_ended_ms=round(line_ended) if said else None,
            began_ms=round(begins) if begins is not None else None,
            ended_ms=round(self._ear.last_ms) if after else None,
            voice_to_voice_ms=max(0, round(begins) - round(line_ended)) if begins is not None else None,
            yield_ms=_yielded(stretches[:over], line_began),
            dead_air_ms=_longest_silence_ms(line_ended, after) if after else None,
            cut_off=bool(before) and said is not None,
        )

    def _end(self, since_ms: float, barge_in_ms: float | None, silence_ms: float) -> str | None:
        now = self._now_ms()
        self._ear.tick(now)
        if self._ear.sounding:
            self._active_ms = now
        last = self._ear.stretches[-1] if len(self._ear.stretches) > self._heard_until else None
        answered = last is not None and (last.ended_ms is None or last.ended_ms > since_ms)
        if answered and barge_in_ms is not None and self._ear.sounding:
            first = next(
                one for one in self._ear.stretches[self._heard_until :] if one.ended_ms is None or one.ended_ms > since_ms
            )
            if now - first.began_ms >= barge_in_ms:
                return "barge_in"
        if self._gone:
            return "left"
        quiet_ms = now - self._ear.last_ms if answered and not self._ear.sounding else -math.inf
        if quiet_ms >= (FINISHED_MS if self._state and self._state not in _BUSY else UNTOLD_MS) and self._state != "thinking":
            return "over"
        return "silent" if now - self._active_ms >= silence_ms else None

    async def _read(self) -> None:
        while (message := await self._path.messages.get()) is not None:
            if message.kind != "user.transcription":  # noise that the agent takes for words is no answer
                self._active_ms = self._now_ms()
            if message.kind == "message.state":
                self._state = str(message.fields.get("state", ""))
            elif message.kind == "agent.left":
                self._gone = True
            self._tell(message.kind, message.fields)
        self._gone = True
        self._tell("caller.lost", {})

    # ── sound

    def _sent(self, narrow: Pcm, ended_at: float) -> None:
        self._recorder.add("caller", narrow, self._ms(ended_at))

    def _heard(self, pcm: Pcm, at: float) -> None:
        at_ms = self._ms(at)
        narrow = self._ear.hear(pcm, at_ms)
        self._recorder.add("agent", narrow, at_ms + len(narrow) * 1000 / HEARD_RATE)

    def _now_ms(self) -> float:
        return self._ms(time.monotonic())

    def _ms(self, at: float) -> float:
        return (at - self._began) * 1000


def _longest_silence_ms(line_ended_ms: float, answer: Sequence[HeardStretch]) -> int:
    """Between the caller's line and the answer, and between the stretches of the answer."""
    silences = [answer[0].began_ms - line_ended_ms]
    silences += [later.began_ms - earlier.ended_ms for earlier, later in pairwise(answer) if earlier.ended_ms is not None]
    return max(0, round(max(silences)))


def _talked_over(stretches: Sequence[HeardStretch], line_ended_ms: float) -> int:
    """How many stretches belong to what the caller talked over: the first, and what followed it after a breath."""
    for number, (one, following) in enumerate(pairwise(stretches), 1):
        if following.began_ms - (one.ended_ms or math.inf) > BREATH_MS or following.began_ms > line_ended_ms:
            return number
    return len(stretches)


def _yielded(talked_over: Sequence[HeardStretch], began_ms: float) -> int | None:
    ended_ms = talked_over[-1].ended_ms if talked_over else None
    return max(0, round(ended_ms - began_ms)) if ended_ms is not None else None
