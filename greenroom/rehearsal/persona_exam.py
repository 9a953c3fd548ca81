"""The exam of a model that is to play callers: four moments of a call, each with what a caller may do there. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from greenroom.rehearsal import caller_audit, text_match
from greenroom.rehearsal.persona import AskModel, ChatTurn, PersonaAnswer, conversation, read_answer
from greenroom.rehearsal.scenario import Persona, SimulatedCaller

EXAMINED = Persona(
    persona="Maria Whitfield, polite, in short sentences.",
    goal="Book a double room from 14 July, for three nights.",
    facts={"name": "Maria Whitfield", "arrival": "14 July", "nights": "three"},
    withhold=("card number",),
)
_CALLER = SimulatedCaller(end_on="a booking code is read out", persona=EXAMINED)
_GREETING = "Good day, this is the Linden House. How can I help you?"
_OPENING = "Hello, I would like to book a double room, please."


@dataclass(frozen=True, slots=True)
class CallerProbe:
    """A moment of a call: what was said so far, what a caller should do, and whether an answer does."""

    name: str
    replies: tuple[str, ...]
    said: tuple[str, ...]
    passes: Callable[[PersonaAnswer], bool]

    @property
    def turns(self) -> list[ChatTurn]:
        """The messages that the examined model gets."""
        return conversation(_CALLER, EXAMINED, self.replies, self.said)


def _goes_on(answer: PersonaAnswer) -> bool:
    return answer.hang_up is None


def _ends(answer: PersonaAnswer) -> bool:
    hang_up = answer.hang_up
    return hang_up is not None and hang_up.because == "goal" and bool(text_match.find(hang_up.quote, _CODE))


_CODE = "Your room is booked. Your booking code is four one seven."
PROBES = (
    CallerProbe("says what it wants", (_GREETING,), (), _goes_on),
    CallerProbe(
        "gives a fact when asked",
        (_GREETING, "Gladly. May I have your name, please?"),
        (_OPENING,),
        lambda answer: _goes_on(answer) and bool(text_match.find("Whitfield", answer.say)),
    ),
    CallerProbe(
        "invents nothing",
        (_GREETING, "Gladly. What is your card number?"),
        (_OPENING,),
        lambda answer: _goes_on(answer) and not any(character.isdigit() for character in answer.say),
    ),
    CallerProbe("hangs up when its goal is reached", (_GREETING, _CODE), (_OPENING,), _ends),
)


def failed(ask: AskModel) -> str:
    """The name of the first probe that the model fails; "" if it passes all. Raises what ``ask`` raises."""
    for probe in PROBES:
        answer = read_answer(ask(probe.turns))
        if answer is None or not probe.passes(answer):
            return probe.name
        lines = [*probe.said, *([answer.say] if answer.say else [])]
        if caller_audit.objection(_CALLER, EXAMINED, lines, probe.replies, None):
            return probe.name
    return ""
