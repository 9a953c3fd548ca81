"""Callers played by a language model: its instructions, how its answers are read, and the player of one call. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from greenroom.errors import GreenroomError
from greenroom.rehearsal import caller_audit
from greenroom.rehearsal.caller_audit import HangUp
from greenroom.rehearsal.players import CallerStep
from greenroom.rehearsal.scenario import Persona, SimulatedCaller

ChatTurn = dict[str, str]
#: Answers a model with the caller's next words; raises GreenroomError.
AskModel = Callable[[Sequence[ChatTurn]], str]

LONGEST_LINE = 400
#: How often a model is asked again when its answer can't be used.
TRIES = 2
_OBJECT = re.compile(r"\A[^{]*+(\{.*\})", re.DOTALL)
_PREFIX = re.compile(r"^(?:caller|me|you)\s*:\s*", re.IGNORECASE)
_FIRST = "(The agent has picked up and waits. Speak first.)"
_SILENCE = "(The agent says nothing.)"
_TASK = """You play a caller in a test of a phone agent. You are the caller, never the agent: you want something, the agent helps.
Speak as on the phone: one or two short sentences, one thing at a time. Invent no facts, names or numbers: if the agent asks for
something that isn't below, say that you don't know it.
Answer with one JSON object and nothing else. To speak: {"say": "your next words"}
To end the call because your goal is reached: {"say": "your last words", "hang_up": "goal", "quote": "exact words of the agent that reached it"}
To end it because the agent has failed to help you: {"say": "your last words", "hang_up": "patience"}
"""  # noqa: E501


class CallerBroken(GreenroomError):
    """The model that plays the caller gave nothing that a caller could say."""

    advice = "Use another model for callers, or run it again."


@dataclass(frozen=True, slots=True)
class PersonaAnswer:
    """What the model says, and whether it hangs up after that."""

    say: str
    hang_up: HangUp | None = None


def instructions(caller: SimulatedCaller, persona: Persona) -> str:
    """The instructions to the model. They say nothing of the agent's prompt, its tools or the checks, which no caller knows."""
    parts = [_TASK, f"You are: {persona.persona}"]
    if persona.goal:
        parts.append(f"What you want: {persona.goal}")
    if persona.facts:
        facts = "\n".join(f"- {name}: {value}" for name, value in persona.facts.items())
        parts.append(f"What you know. Tell one of these only when you are asked for it:\n{facts}")
    if persona.do:
        steps = "\n".join(f"{number}. {step}" for number, step in enumerate(persona.do, 1))
        parts.append(f"Do this in this order, one per turn:\n{steps}")
    parts += [f"How you react: {reaction}" for reaction in persona.react]
    parts += [f"Never tell: {secret}" for secret in persona.withhold]
    parts.append(f"Your goal is reached when: {caller.end_on or 'you got what you want'}.")
    parts.append(f"You lose patience when the agent has failed to help you {persona.patience} times. Not before.")
    return "\n".join(parts)


def conversation(caller: SimulatedCaller, persona: Persona, replies: Sequence[str], said: Sequence[str]) -> list[ChatTurn]:
    """The call so far, seen by the caller: the agent is the user, from the greeting on."""
    turns = [{"role": "system", "content": instructions(caller, persona)}]
    for number, reply in enumerate(replies):
        if number:
            turns.append({"role": "assistant", "content": json.dumps({"say": said[number - 1]}, ensure_ascii=False)})
        turns.append({"role": "user", "content": reply or (_SILENCE if number else _FIRST)})
    return turns


def read_answer(text: str) -> PersonaAnswer | None:
    """The model's answer; plain words count as said. None for what is neither."""
    match = _OBJECT.match(text)
    if match is None:
        words = _PREFIX.sub("", " ".join(text.split()).strip("\"' "))
        return PersonaAnswer(words[:LONGEST_LINE]) if words and len(words) <= LONGEST_LINE else None
    try:
        answer = json.loads(match[1])
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    say, why = answer.get("say"), answer.get("hang_up")
    words = " ".join(say.split())[:LONGEST_LINE] if isinstance(say, str) else ""
    because: Literal["goal", "patience"] | None = "goal" if why == "goal" else "patience" if why == "patience" else None
    if because is None:
        return PersonaAnswer(words) if words and not why else None
    return PersonaAnswer(words, HangUp(because, str(answer.get("quote") or "")[:LONGEST_LINE]))


@dataclass(slots=True)
class PersonaPlayer:
    """One caller in one call. ``next`` asks the model, so it blocks; it raises CallerBroken, and what ``ask`` raises."""

    caller: SimulatedCaller
    persona: Persona
    ask: AskModel
    said: list[str] = field(default_factory=list)
    hung_up: HangUp | None = None

    def next(self, replies: Sequence[str]) -> CallerStep:
        if self.hung_up is not None:
            return CallerStep("hang_up")
        turns = conversation(self.caller, self.persona, replies, self.said)
        for _ in range(TRIES):
            if (answer := read_answer(self.ask(turns))) is not None:
                return self._done(answer, len(replies))
        raise CallerBroken("The model that plays the caller gave no usable answer.")

    def objection(self, replies: Sequence[str]) -> str:
        """Why this call says nothing about the agent; "" if the caller kept to its part."""
        return caller_audit.objection(self.caller, self.persona, self.said, replies, self.hung_up)

    def _done(self, answer: PersonaAnswer, heard: int) -> CallerStep:
        self.hung_up = replace(answer.hang_up, heard=heard) if answer.hang_up is not None else None
        if not answer.say:
            return CallerStep("hang_up")
        self.said.append(answer.say)
        return CallerStep("say", answer.say)
