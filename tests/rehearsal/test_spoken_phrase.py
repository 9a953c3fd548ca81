"""A phrase with a number against a reply that writes it otherwise: what is the same is found, what isn't is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.rehearsal.spoken_numbers import ordinal, said_number
from greenroom.rehearsal.text_match import find

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("phrase", "reply", "quote"),
    [
        ("eleven", "Breakfast ends at 11.", "11"),
        ("11", "Until Eleven, sir.", "Eleven"),
        ("7:30", "At seven thirty.", "seven thirty"),
        ("seven thirty", "at 7:30 am", "7:30"),
        ("seven", "from 7:00 on", "7:00"),
        ("7:00", "At seven o'clock.", "seven o'clock"),
        ("14th", "the fourteenth of July", "fourteenth"),
        ("July fourteenth", "July 14th", "July 14th"),
        ("$120", "one hundred and twenty dollars", "one hundred and twenty dollars"),
        ("one hundred and twenty dollars", "It costs $120.", "$120"),
        ("21", "twenty-one", "twenty-one"),
        ("seven to ten", "from 7 to 10", "7 to 10"),
        ("one room", "1 room", "1 room"),
        ("one room for 2", "One room for two", "One room for two"),
        ("ten", "7-10", "10"),
        ("12 %", "twelve percent", "twelve percent"),
        ("1,250 guests", "one thousand two hundred and fifty guests", "one thousand two hundred and fifty guests"),
    ],
)
def test_the_same_number_is_found_however_it_is_written(phrase, reply, quote):
    assert find(phrase, reply) == quote


@pytest.mark.parametrize(
    ("phrase", "reply"),
    [
        ("100", "one hundred and twenty"),
        ("one hundred", "120"),
        ("20", "twenty thousand"),
        ("twenty", "20,000"),
        ("two", "2 million"),
        ("2", "two million"),
        ("7", "seven thirty"),
        ("seven", "7:30"),
        ("7:00", "seven guests"),
        ("1", "that one"),
        ("1st", "first of all"),
        ("2nd", "a second, please"),
        ("fourteen", "14th"),
        ("five", "-5 degrees"),
        ("5", "minus five"),
        ("five", "minus 5"),
        ("seven", "7.5"),
        ("5", "five point two"),
        ("5", "five five five"),
        ("twenty", "2026"),
        ("eleven", "LH-11, 11a, 11/12 or 0:11"),
        (r"/\d/", "eleven"),
        ("/eleven/", "11"),
    ],
)
def test_another_number_is_not_found_nor_what_may_be_none(phrase, reply):
    """A wrong find turns a ``says`` green. A pattern looks at what is written."""
    assert find(phrase, reply) == ""


@given(st.integers(2, 100), st.integers(2, 100), st.sampled_from(["At {}.", "{} guests", "for {} nights, or more"]))
def test_two_numbers_are_found_in_each_other_if_they_are_the_same(wanted, said, reply):
    assert bool(find(str(wanted), reply.format(said_number(said)))) == (wanted == said)
    assert bool(find(said_number(wanted), reply.format(said))) == (wanted == said)


@given(st.integers(3, 31))
def test_days_are_found_however_they_are_written(day):
    end = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    said = ordinal(said_number(day))
    assert find(f"{day}{end}", f"On July {said}.") == said
    assert find(said, f"On July {day}{end}.") == f"{day}{end}"
