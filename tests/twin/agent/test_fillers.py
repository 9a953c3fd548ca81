"""The words that bridge a wait."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.twin.agent.fillers import Fillers

pytestmark = pytest.mark.unit


def fillers(phrases: list[str], rule: str) -> Fillers:
    static = {"phrases": phrases, "selection_rule": rule}
    return Fillers({"filler_words": {"enable": True, "content": {"mode": "static", "static_config": static}}})


@given(st.lists(st.sampled_from(["One moment.", "Let me see.", "Just a second.", "Hm."]), min_size=2, max_size=4, unique=True))
def test_no_phrase_follows_itself(phrases):
    some = fillers(phrases, "shuffle")
    said = [some.next() for _ in range(30)]
    assert all(before != after for before, after in zip(said, said[1:], strict=False))
    assert set(said) <= set(phrases)


def test_in_order_they_are_said_in_order():
    some = fillers(["One moment.", "Let me see."], "round_robin")
    assert [some.next() for _ in range(3)] == ["One moment.", "Let me see.", "One moment."]


def test_a_single_phrase_is_said_again_and_none_is_silence():
    assert [fillers(["Hm."], "shuffle").next() for _ in range(2)] == ["Hm.", "Hm."]
    assert fillers([], "shuffle").next() == ""
