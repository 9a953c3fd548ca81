"""Any pattern on any text ends in time."""

from __future__ import annotations

import time

import pytest

from greenroom.bounded_regex import InvalidPattern, SlowPattern, fault_of, search

pytestmark = pytest.mark.unit

LONG = "a" * 20_000 + "!"


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"((a+))+$", r"(a|aa)+$", r"(?:a*)*b$", r"(\w+\s?)+$", r"(.*)*\1x$"])
def test_a_pattern_that_would_take_forever_is_given_up_and_not_tried_again(pattern: str) -> None:
    before = time.process_time()
    found = []
    for _ in range(50):
        try:
            found.append(search(pattern, LONG))
        except SlowPattern as error:
            found.append(None if pattern in str(error) and error.advice else str(error))
    assert set(found) <= {None}
    assert time.process_time() - before < 20


def test_sound_patterns_match_as_ever() -> None:
    assert search(r"room (\d+)", "Room 12, room 7") == "room 7"
    assert search(r"room (\d+)", "Room 12", ignore_case=True) == "Room 12"
    assert search("x*", "abc") == ""
    assert search("x", "abc") is None


@pytest.mark.parametrize("pattern", ["(", "(" * 3_000 + ")" * 3_000, "a{2,1}", "x" * 5_001])
def test_what_is_no_pattern_is_said(pattern: str) -> None:
    assert fault_of(pattern)
    with pytest.raises(InvalidPattern):
        search(pattern, "x")
