"""JSON from outside becomes what was asked for, or an error that names the field."""

from __future__ import annotations

import contextlib
import json
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from greenroom.outside_json import NotJson, Shape, UnreadableJson, fit, fitting, read

pytestmark = pytest.mark.unit


class Inner(Shape, frozen=True):
    name: Annotated[str, Meta(min_length=1)]
    ms: int = 0


class Outer(Shape, frozen=True):
    rows: list[Inner] = []


def test_unknown_fields_are_ignored_null_is_absent_and_a_whole_float_is_whole():
    assert read('{"name": "a", "ms": null, "more": [1]}', Inner) == Inner(name="a")
    assert read('{"name": "a", "ms": 3.0}', Inner).ms == 3


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("{}", "object missing required field name"),
        ('{"name": 7}', "name: expected str, got int"),
        ('{"name": ""}', "name: expected str of length >= 1"),
        ('{"name": "a", "ms": 1.5}', "ms: expected int, got float"),
        ('{"name": "a", "ms": true}', "ms: expected int, got bool"),
    ],
)
def test_what_does_not_fit_is_named(raw, words):
    with pytest.raises(UnreadableJson) as error:
        read(raw, Inner)
    assert str(error.value) == words


def test_a_wrong_field_deep_inside_is_named_with_its_way():
    with pytest.raises(UnreadableJson, match=r"^rows\[1\].ms: expected int, got str$"):
        fit({"rows": [{"name": "a"}, {"name": "b", "ms": "soon"}]}, Outer)


@pytest.mark.parametrize("raw", ["", "{", '{"ms": NaN}', '{"ms": 1e999}', b"\xff", "[" * 100_000, '{"a":' * 50_000])
def test_what_is_no_json_is_said_to_be_none(raw):
    with pytest.raises(NotJson):
        read(raw, Inner)


def test_rows_that_do_not_fit_are_left_out():
    assert fitting([{"name": "a"}, {"name": ""}, 7, None, {"name": "b"}], Inner) == [Inner(name="a"), Inner(name="b")]
    assert fitting("no list", Inner) == []


@given(st.binary(max_size=60) | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_anything_is_read_or_refused(raw):
    with contextlib.suppress(UnreadableJson):
        read(raw, Outer)
