"""The form and the file are two views of one thing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.rehearsal import writing
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.writing import SimpleStep, SimpleTest, UnwritableFile, put, removed, simple_of

pytestmark = pytest.mark.unit

EMPTY = "# our tests\nrehearse: 1\nname: Front desk\nscenarios: []\n"
TEST = SimpleTest("hours", "Breakfast hours", (SimpleStep("When is breakfast?", ("seven", "7")),), ("sauna",), 45, 1)

phrases = (
    st.text("abc d:#'\"-{}[]?é", min_size=1, max_size=20)
    .map(str.strip)
    .filter(lambda text: any(c.isalpha() for c in text) and "{{" not in text)
)
tests = st.builds(
    SimpleTest,
    id=st.sampled_from(["a", "b", "c"]),
    title=phrases,
    steps=st.lists(
        st.builds(SimpleStep, phrases, st.lists(phrases, min_size=1, max_size=2).map(tuple)), min_size=1, max_size=3
    ).map(tuple),
    never=st.lists(phrases, max_size=2).map(tuple),
    max_words=st.integers(0, 60),
    max_questions=st.integers(-1, 3),
    gate=st.sampled_from(["block", "watch"]),
    repeat=st.integers(1, 9),
)


def shown(text: str, identity: str) -> SimpleTest | None:
    content = read(text).content
    assert content is not None
    return simple_of(next(one for one in content.scenarios if one.id == identity))


@given(tests)
def test_what_the_form_writes_it_reads_back(test):
    assert shown(put(EMPTY, test), test.id) == test


@given(st.lists(tests, min_size=1, max_size=4), tests)
def test_a_change_leaves_all_other_tests_and_comments(several, changed):
    text, kept = EMPTY, {}
    for test in several:
        text = put(text, test, test.id)
        kept[test.id] = test
    text = put(text, changed, changed.id)
    kept[changed.id] = changed
    assert text.startswith("# our tests\n")
    assert {name: shown(text, name) for name in kept} == kept
    for name in list(kept):
        text = removed(text, name)
        del kept[name]
        assert {other: shown(text, other) for other in kept} == kept


def test_a_test_that_needs_more_than_the_form_is_left_to_yaml():
    text = put(EMPTY, TEST).replace("  - talk:", "  - turn: last\n    talk:")
    assert shown(text, "hours") is None


def test_a_list_in_one_line_is_left_to_yaml():
    text = "rehearse: 1\nname: T\nscenarios: [{id: a, caller: {lines: [{say: x, expect: [{says: y}]}]}}]\n"
    with pytest.raises(UnwritableFile):
        put(text, TEST)


def test_ids_are_made_of_titles_and_stay_apart():
    assert writing.id_for("When is breakfast?", {}) == "when-is-breakfast"
    assert writing.id_for("Hours", {"hours": 1, "hours-2": 1}) == "hours-3"
    assert writing.id_for("???", {}) == "test"


def test_tools_that_must_be_called_are_part_of_the_form():
    test = replace(TEST, must_call=("checkRooms", "bookRoom"))
    text = put(EMPTY, test)
    assert shown(text, "hours") == test
    assert shown(text.replace("tool: bookRoom", "tool: bookRoom\n      times: 2"), "hours") is None
