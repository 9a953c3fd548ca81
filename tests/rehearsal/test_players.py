"""Callers without a model: scripts and cues."""

from __future__ import annotations

import pytest

from greenroom.rehearsal.players import CuePlayer, ScriptedPlayer, player
from greenroom.rehearsal.scenario import CallerLine, Cue, Persona, SimulatedCaller

pytestmark = pytest.mark.unit

CUES = (Cue(("guests", "how many"), "Two of us."), Cue(("nights",), "Three nights."))


def conversation(caller: SimulatedCaller, *replies: str) -> list[str]:
    """What the caller says after each reply; "" = it hangs up."""
    played = player(caller)
    assert played is not None
    heard, said = [], []
    for reply in replies:
        heard.append(reply)
        step = played.next(heard)
        said.append(step.text if step.do == "say" else step.do)
        if step.do == "hang_up":
            break
    return said


def test_a_script_is_said_in_order_and_hangs_up_after_the_last_reply():
    caller = SimulatedCaller(lines=(CallerLine(wait="greeting"), CallerLine("When is breakfast?"), CallerLine("Thanks.")))
    assert isinstance(player(caller), ScriptedPlayer)
    assert conversation(caller, "Hello.", "Hello.", "At seven.", "Welcome.") == [
        "wait",
        "When is breakfast?",
        "Thanks.",
        "hang_up",
    ]


def test_each_cue_is_said_once_when_its_words_are_heard():
    caller = SimulatedCaller(cues=CUES, opening="A room, please.", otherwise="Sorry?", end_on="/goodbye/")
    assert isinstance(player(caller), CuePlayer)
    said = conversation(caller, "Hello.", "For which nights?", "And how many guests?", "How many guests?", "Goodbye!")
    assert said == ["A room, please.", "Three nights.", "Two of us.", "Sorry?", "hang_up"]


def test_words_are_heard_whole():
    assert conversation(SimulatedCaller(cues=CUES, otherwise="Sorry?"), "It was a sleepless fortnights' ride") == ["Sorry?"]


def test_a_caller_with_nothing_left_to_say_hangs_up():
    caller = SimulatedCaller(cues=CUES, otherwise="Sorry?")
    assert conversation(caller, *["What?"] * 9) == ["Sorry?"] * 3 + ["hang_up"]
    assert conversation(SimulatedCaller(cues=CUES), "What?") == ["hang_up"]


def test_a_caller_who_said_its_own_goodbye_hangs_up_after_the_reply():
    caller = SimulatedCaller(cues=(Cue(("right",), "Yes, goodbye."),), opening="A room.", end_on="goodbye")
    assert conversation(caller, "Hello.", "Is that right?", "Thank you.") == ["A room.", "Yes, goodbye.", "hang_up"]


def test_a_persona_needs_a_model():
    assert player(SimulatedCaller(persona=Persona("Maria"))) is None
