"""Dotted paths: what is put somewhere is found and taken there, and nothing else changes."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.paths import MISSING, at, below, last, leaves, nest, parents, put, take

pytestmark = pytest.mark.unit

NAMES = st.text("abc", min_size=1, max_size=3)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(".".join)
VALUES = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
BODIES = st.dictionaries(NAMES, st.recursive(VALUES, lambda inner: st.dictionaries(NAMES, inner, max_size=3)), max_size=4)


@given(BODIES, PATHS, VALUES)
def test_what_is_put_is_found_and_can_be_taken(body, path, value):
    put(body, path, value)
    assert at(body, path, MISSING) == value
    assert take(body, path, MISSING) == value
    assert at(body, path, MISSING) is MISSING


@given(BODIES, PATHS)
def test_taking_what_is_not_there_changes_no_value(body, path):
    before = copy.deepcopy(body)
    if at(body, path, MISSING) is MISSING:
        assert take(body, path, MISSING) is MISSING
        assert list(leaves(body)) == list(leaves(before))


@given(BODIES)
def test_the_leaves_put_together_again_are_the_body_but_for_empty_objects(body):
    again: dict = {}
    for way, value in leaves(body):
        put(again, ".".join(way), value)
    assert list(leaves(again)) == list(leaves(body))


def test_a_taken_value_leaves_no_empty_objects_behind_and_equal_neighbors_alone():
    body = {"a": {"b": {"c": 1}}, "d": {"b": {"c": 1}}}
    assert take(body, "d.b.c") == 1
    assert body == {"a": {"b": {"c": 1}}}


def test_a_number_is_a_place_in_a_list_and_a_name_in_an_object():
    assert at({"a": [{"b": 7}]}, "a.0.b") == 7
    assert at({"a": {"0": 7}}, "a.0") == 7
    assert at({"a": [1]}, "a.1") is None
    assert at({"a": [1]}, "a.x") is None


def test_objects_are_merged_only_where_asked():
    body = {"a": {"b": 1}}
    put(body, "a", {"c": 2}, add=True)
    assert body == {"a": {"b": 1, "c": 2}}
    put(body, "a", {"c": 3})
    assert body == {"a": {"c": 3}}


def test_a_path_in_parts():
    assert (parents("a.b.c"), last("a.b.c"), below("a.b.c")) == (["a", "a.b"], "c", "b.c")
    assert (parents("a"), last("a"), below("a")) == ([], "a", "")
    assert (nest("a.b", {"c": 1}), nest("", {"c": 1})) == ({"a": {"b": {"c": 1}}}, {"c": 1})
