"""A test made of a moment of a real call replays the call up to there, without personal data."""

from __future__ import annotations

import pytest

from greenroom.errors import GreenroomError
from greenroom.model.session import Turn
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.writing import put, simple_of
from greenroom.services.rehearsals.moments import redacted
from greenroom.services.rehearsals.moments import test_of_moment as of_moment
from tests.store.records import a_session

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

EMPTY = "rehearse: 1\nname: Regressions\nscenarios: []\n"
TURNS = [
    Turn(0, "agent", "Good day.", 0, 900, "greeting"),
    Turn(1, "user", "I am Mo, mo@example.org, +49 170 1234567.", 1000, 2000),
    Turn(1, "agent", "Hello Mo.", 2100, 2900),
    Turn(2, "user", "When is breakfast?", 3000, 4000),
    Turn(2, "agent", "I don't know.", 4100, 5000),
]


def made(harness, turn: Turn, **changes):
    harness.agents.list()
    version = harness.agents.versions.freeze(harness.agents.list()[0].id)
    session = a_session(version, version_number=6, overrides={"prompt.variables": {"caller": "Mo"}})
    values = {"identity": "hours", "title": "Hours", "must_say": ("seven",), "never": ()}
    return of_moment(session, TURNS, turn, **{**values, **changes})


def test_it_has_the_earlier_turns_the_callers_words_and_where_it_comes_from(harness):
    test = made(harness, TURNS[4])
    assert [(turn.speaker, turn.text) for turn in test.start] == [
        ("agent", "Good day."),
        ("caller", "I am Mo, name@example.com, 555 0100."),
        ("agent", "Hello Mo."),
    ]
    assert [(step.say, step.must_say) for step in test.steps] == [("When is breakfast?", ("seven",))]
    assert test.origin is not None
    assert (test.origin.session, test.origin.turn, test.origin.version, test.origin.failed) == ("s1", 2, 6, True)
    kept = made(harness, TURNS[4], must_say=("don't know",), never=("/(a+)+$/",)).origin
    assert kept is not None
    assert kept.failed is False
    assert test.variables == {"caller": "Mo"}
    content = read(put(EMPTY, test)).content
    assert content is not None
    assert simple_of(content.scenarios[0]) == test


def test_earlier_turns_come_in_their_order_though_a_clock_was_disturbed(harness):
    moved = [TURNS[2], *TURNS[:2], *TURNS[3:]]  # a noise was taken for the beginning of the reply
    version = harness.agents.versions.freeze(harness.agents.list()[0].id)
    test = of_moment(a_session(version), moved, TURNS[4], identity="hours", title="Hours", must_say=("seven",), never=())
    assert [turn.speaker for turn in test.start] == ["agent", "caller", "agent"]


def test_what_answers_nobody_or_checks_nothing_makes_no_test(harness):
    with pytest.raises(GreenroomError, match="said nothing before"):
        made(harness, TURNS[0])
    with pytest.raises(GreenroomError, match="has no checks"):
        made(harness, TURNS[4], must_say=())


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Card 4111 1111 1111 1111.", "Card 555 0100."),
        ("Room 12, 14 July, order 1234.", "Room 12, 14 July, order 1234."),
        ("Write to a.b+c@mail.example.com!", "Write to name@example.com!"),
    ],
)
def test_personal_data_is_replaced(said, kept):
    assert redacted(said) == kept
