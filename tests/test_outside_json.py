"""JSON from outside becomes what was asked for, or an error that names the field."""

from __future__ import annotations

import contextlib
import json
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from greenroom.outside_json import NotJson, Shape, UnreadableJson, fit, fit_or_default, fitting, parse, read

pytestmark = pytest.mark.unit


class Inner(Shape, frozen=True):
    name: Annotated[str, Meta(min_length=1)]
    ms: int = 0


class Outer(Shape, frozen=True):
    rows: list[Inner] = []


class Block(Shape, frozen=True):
    delay_ms: int = 640
    mode: str = "vad"


class Lenient(Shape, frozen=True):
    name: str = "none"
    block: Block = Block()


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


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({}, Lenient()),
        (["no object"], Lenient()),
        ({"name": 7, "block": {"delay_ms": 100, "mode": None}}, Lenient(block=Block(delay_ms=100))),
        ({"name": "a", "block": {"delay_ms": "soon", "mode": "semantic"}}, Lenient(name="a", block=Block(mode="semantic"))),
        ({"name": "a", "block": 3}, Lenient(name="a")),
    ],
)
def test_a_lenient_reader_takes_the_default_of_each_field_that_does_not_fit(found, expected):
    assert fit_or_default(found, Lenient) == expected


def test_json_without_a_shape_keeps_its_nulls():
    assert parse('{"a": null, "b": 3.0}') == {"a": None, "b": 3.0}


def test_rows_that_do_not_fit_are_left_out():
    assert fitting([{"name": "a"}, {"name": ""}, 7, None, {"name": "b"}], Inner) == [Inner(name="a"), Inner(name="b")]
    assert fitting("no list", Inner) == []


@given(st.binary(max_size=60) | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_anything_is_read_or_refused(raw):
    with contextlib.suppress(UnreadableJson):
        read(raw, Outer)
