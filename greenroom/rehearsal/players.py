"""What a simulated caller does next. Pure: the runner tells it what the agent said, and does what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from greenroom.rehearsal import text_match
from greenroom.rehearsal.scenario import SimulatedCaller
from greenroom.rehearsal.spoken_numbers import spelled

#: A caller that has said its ``otherwise`` this often in a row has nothing left to say.
MOST_OTHERWISE = 3


@dataclass(frozen=True, slots=True)
class CallerStep:
    """``say`` a text, ``wait``, or ``hang_up``. ``line`` is the scripted line, counted from 0; ``audio`` its recording."""

    do: Literal["say", "wait", "hang_up"]
    text: str = ""
    line: int | None = None
    audio: str = ""


class CallerPlayer(Protocol):
    """One caller in one call."""

    def next(self, replies: Sequence[str]) -> CallerStep:
        """``replies`` are the agent's so far, the last one new; the greeting is the first, "" without one."""
        ...


class ScriptedPlayer:
    """Says its lines in order and hangs up after the reply to the last one."""

    def __init__(self, caller: SimulatedCaller) -> None:
        self._caller = caller
        self._at = 0

    def next(self, replies: Sequence[str]) -> CallerStep:
        if self._at >= len(self._caller.lines):
            return CallerStep("hang_up")
        place, line = self._at, self._caller.lines[self._at]
        self._at += 1
        if line.say or line.audio:
            return CallerStep("say", line.say, place, line.audio)
        return CallerStep("wait", line.wait, place)

    @property
    def barge_in_ms(self) -> int | None:
        """After so much of the agent's speech the next line talks over it; None = it waits for the end."""
        lines = self._caller.lines
        return lines[self._at].after_ms if self._at < len(lines) else None


class CuePlayer:
    """Opens, then says what fits the words it hears, each cue once; hangs up on its sign or when it has nothing left to say."""

    def __init__(self, caller: SimulatedCaller) -> None:
        self._caller = caller
        self._left = list(caller.cues)
        self._opened = not caller.opening
        self._otherwise = 0
        self._said = ""
        #: Why it hung up before its part was over; "" = it didn't.
        self.stuck = ""

    def next(self, replies: Sequence[str]) -> CallerStep:
        caller, heard = self._caller, replies[-1] if replies else ""
        if not self._opened:
            self._opened = True
            return self._say(caller.opening)
        if caller.end_on and (self._ends(heard) or self._ends(self._said)):
            if not self._said:
                self.stuck = f"The caller heard {caller.end_on} before it had said anything."
            return CallerStep("hang_up")
        for cue in self._left:
            if text_match.first_found(cue.hear, heard) or text_match.first_found(cue.hear, spelled(heard)):
                self._left.remove(cue)
                self._otherwise = 0
                return self._say(cue.say)
        self._otherwise += 1
        if not caller.otherwise or self._otherwise > MOST_OTHERWISE:
            if not self._said:
                self.stuck = "The caller heard none of its cues, and said nothing."
            elif caller.end_on:
                self.stuck = f"The caller had nothing left to say, and had not heard {caller.end_on}."
            return CallerStep("hang_up")
        return self._say(caller.otherwise)

    def _say(self, text: str) -> CallerStep:
        self._said = text
        return CallerStep("say", text)

    def _ends(self, text: str) -> bool:
        return bool(text_match.find(self._caller.end_on, text))


def barge_in_ms(caller: CallerPlayer) -> int | None:
    """When the caller's next line talks over the agent; see :class:`ScriptedPlayer`."""
    return caller.barge_in_ms if isinstance(caller, ScriptedPlayer) else None


def player(caller: SimulatedCaller) -> CallerPlayer | None:
    """The player of a caller; None for a persona, which needs a model."""
    if caller.persona is not None:
        return None
    return ScriptedPlayer(caller) if caller.lines else CuePlayer(caller)
