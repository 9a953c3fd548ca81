"""A caller that a model plays: what it is told, what of its answers counts, and what spoils the call."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.rehearsal import persona_exam
from greenroom.rehearsal.caller_audit import HangUp, invented_in, numbers_in, objection
from greenroom.rehearsal.persona import CallerBroken, PersonaPlayer, conversation, instructions, read_answer
from greenroom.rehearsal.scenario import Persona, SimulatedCaller

pytestmark = pytest.mark.unit

MARIA = Persona(
    "Maria, polite.",
    "Book a double 14-17 July for two.",
    {"name": "Maria Whitfield", "arrive": "14 July", "card": "4000 1234"},
    do=("ask for a room", "push once for a discount"),
    react=("on failure: can you try again?",),
    withhold=("card",),
    patience=2,
)
CALLER = SimulatedCaller(end_on="a code is read out", persona=MARIA)
GREETING, ASKS = "Linden House, how can I help you?", "May I have your name, please?"


def found(said: list[str], replies: list[str], hung_up: HangUp | None = None) -> str:
    return objection(CALLER, MARIA, said, replies, hung_up)


def test_the_model_is_told_its_part_and_nothing_of_the_agent():
    told = instructions(CALLER, MARIA)
    for part in ("Maria, polite.", "arrive: 14 July", "1. ask for a room", "can you try again?", "Never tell: card", "2 times"):
        assert part in told
    assert "a code is read out" in told


def test_the_greeting_stays_the_first_turn_so_that_no_role_flips():
    turns = conversation(CALLER, MARIA, [GREETING, ASKS], ["A room, please."])
    assert [turn["role"] for turn in turns] == ["system", "user", "assistant", "user"]
    assert turns[1]["content"] == GREETING
    assert json.loads(turns[2]["content"]) == {"say": "A room, please."}
    assert conversation(CALLER, MARIA, [""], [])[1]["content"], "a caller that speaks first is told that it does"


@pytest.mark.parametrize(
    ("text", "say", "because"),
    [
        ('{"say": "A room,\\n please."}', "A room, please.", None),
        ('Sure! {"say": "Bye.", "hang_up": "goal", "quote": "code 417"}', "Bye.", "goal"),
        ('{"hang_up": "patience"}', "", "patience"),
        ("Caller: A room, please.", "A room, please.", None),
    ],
)
def test_an_answer_is_read(text, say, because):
    answer = read_answer(text)
    assert answer is not None
    assert (answer.say, answer.hang_up.because if answer.hang_up else None) == (say, because)


@pytest.mark.parametrize("text", ["", "{}", '{"say": 7}', '{"say": "x", "hang_up": "bored"}', "{broken}", "word " * 200])
def test_what_is_no_answer_counts_for_nothing(text):
    assert read_answer(text) is None


@given(st.text(max_size=200))
def test_reading_an_answer_never_raises(text):
    read_answer(text)


def test_a_caller_that_keeps_to_its_part_spoils_nothing():
    said = ["I would like a double for three nights.", "Maria Whitfield, from the fourteenth of July.", "Thank you, bye."]
    replies = [GREETING, ASKS, "It is booked, the code is L 417."]
    assert found(said, replies, HangUp("goal", "the code is L 417")) == ""


@pytest.mark.parametrize(
    ("said", "replies", "fault"),
    [
        (["How can I help you?"], [GREETING], "spoke as the agent"),
        (["A room.", "May I have your name, please?"], [GREETING, "May I have your name, please?"], "spoke as the agent"),
        (["Agent: a room."], [GREETING], "spoke as the agent"),
        (["We are twenty guests."], [GREETING], "invented “20”"),
        (["My name is Greta Sullivan."], [GREETING], "invented “Greta Sullivan”"),
        (["Write to maria@example.com"], [GREETING], "invented “maria@example.com”"),
        (["My number is 555 0187."], [GREETING], "invented"),
        (["It is 4000 1234."], [GREETING], "must withhold"),
        (["Goodbye.", "Bye bye.", "Goodbye!"], [GREETING, "Bye.", "Bye."], "saying goodbye"),
        (["A room?"] * 3, [GREETING, "Yes?", "Yes?"], "same 3 times"),
    ],
)
def test_what_a_caller_may_not_do_spoils_the_call(said, replies, fault):
    assert fault in found(said, replies)


def test_hanging_up_needs_the_words_that_reached_the_goal_or_as_many_tries_as_it_has_patience():
    said, replies = ["A room, please."], [GREETING, "Gladly."]
    assert "hung up early" in found(said, replies, HangUp("goal", "the code is 417"))
    assert "hung up early" in found(said, replies, HangUp("goal", "how can I help you")), "the greeting reaches no goal"
    assert "hung up early" in found(said, replies, HangUp("goal", ""))
    assert "1 of 2 tries of the agent" in found(said, replies, HangUp("patience"))
    assert found([*said, "Please."], [*replies, "No."], HangUp("patience")) == ""
    player = PersonaPlayer(CALLER, MARIA, lambda turns: '{"say": "Bye.", "hang_up": "patience"}')
    player.next([GREETING])
    assert "0 of 2 tries" in player.objection([GREETING, "Wait!", "Please."]), "what comes after its decision is no try"


def test_numbers_follow_from_what_is_known():
    assert numbers_in("the twenty first, at 7") >= {21, 7}
    assert invented_in("three nights", ["from 14 to 17 July"]) == ""
    assert invented_in("code 417?", ["code 4 1 7"]) == ""
    assert invented_in("nine nights", ["from 14 to 17 July"]) == "9"


def test_a_player_asks_again_once_and_then_is_broken():
    answers = iter(["", '{"say": "A room, please."}', '{"say": "Bye.", "hang_up": "patience"}', "", ""])
    player = PersonaPlayer(CALLER, MARIA, lambda turns: next(answers))
    assert player.next([GREETING]).text == "A room, please."
    assert player.next([GREETING, "No."]).text == "Bye."
    assert player.next([GREETING, "No.", "Bye."]).do == "hang_up"
    with pytest.raises(CallerBroken):
        PersonaPlayer(CALLER, MARIA, lambda turns: next(answers)).next([GREETING])


def good(turns: list[dict[str, str]]) -> str:
    heard = turns[-1]["content"]
    if "code" in heard:
        return '{"say": "Thank you, bye.", "hang_up": "goal", "quote": "booking code is four one seven"}'
    if "name" in heard:
        return '{"say": "Maria Whitfield."}'
    return '{"say": "I don\'t know that."}' if "card" in heard else '{"say": "A double room, please."}'


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (good, ""),
        (lambda turns: "", "says what it wants"),
        (lambda turns: '{"say": "Hello."}', "gives a fact when asked"),
        (lambda turns: '{"say": "How can I help you, Whitfield?"}', "says what it wants"),
        (lambda turns: good(turns).replace("I don't know that.", "It is 4000."), "invents nothing"),
        (lambda turns: good(turns).replace("goal", "x"), "hangs up when its goal is reached"),
    ],
    ids=["good", "silent", "knows nothing", "plays the agent", "invents", "never ends"],
)
def test_the_exam_finds_models_that_cannot_play(answer, fault):
    assert persona_exam.failed(answer) == fault
