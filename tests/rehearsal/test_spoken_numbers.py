"""Numbers in words, as a caller hears them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.rehearsal.checks import word_error_rate
from greenroom.rehearsal.players import CuePlayer
from greenroom.rehearsal.scenario import Cue, SimulatedCaller
from greenroom.rehearsal.spoken_numbers import said_number, spelled

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It costs $120.", "It costs one hundred and twenty dollars."),
        ("July 14th", "July fourteenth"),
        ("the 20th and the 21st", "the twentieth and the twenty first"),
        ("7 to 10", "seven to ten"),
        ("at 7:30, or 7:00", "at seven thirty, or seven"),
        ("1,250 guests", "one thousand two hundred and fifty guests"),
        ("12 %", "twelve percent"),
        ("no number", "no number"),
        ("call 0301234567, or 1,234,567", "call 0301234567, or 1,234,567"),
    ],
)
def test_numbers_are_spelled_as_they_are_said(written, said):
    assert spelled(written) == said


@given(st.integers(0, 999_999))
def test_every_number_has_words_and_no_digit(number):
    words = said_number(number)
    assert words
    assert not any(letter.isdigit() for letter in words)


def test_digits_are_no_word_errors():
    assert word_error_rate("We leave on the fourteenth at seven.", "We leave on the 14th at 7") == 0


def test_a_cue_hears_a_number_however_it_is_written():
    caller = SimulatedCaller(cues=(Cue(("hundred",), "Thank you."),))
    assert CuePlayer(caller).next(["That is $120 a night."]).text == "Thank you."
