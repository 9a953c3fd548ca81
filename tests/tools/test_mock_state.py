"""Mocks with a memory: rules that answer so often, and data that calls read and change."""

from __future__ import annotations

import json
from typing import Any

import pytest

from greenroom.tools.mock_state import MockState
from greenroom.tools.mock_values import change, filled
from greenroom.tools.mocks import mock_as_json, mock_faults, mocks_in
from tests.tools.test_mocks import TOOL

pytestmark = pytest.mark.unit


def booking(*rules):
    (mock,) = mocks_in([{"tool": "rooms", "rules": list(rules)}])
    return mock


def called(state: MockState, mock, **arguments):
    return state.answer(state.take(mock, arguments), arguments)


def test_a_rule_with_times_is_used_up_and_the_next_one_answers():
    mock = booking({"times": 2, "error": "503 try again"}, {"result": "ok"})
    state = MockState()
    assert [called(state, mock).status for _ in range(4)] == ["error", "error", "ok", "ok"]
    assert called(MockState(), mock).status == "error", "each call of an agent counts anew"


def test_a_rule_that_is_used_up_without_another_is_an_error_in_words():
    state, mock = MockState(), booking({"times": 1, "result": "ok"})
    assert [called(state, mock).status for _ in range(2)] == ["ok", "error"]


def test_a_call_changes_the_data_and_later_calls_read_it():
    rule: dict[str, Any] = {"result": {"code": "LH-{{world.bookings.length}}", "free": "{{world.free}}"}}
    rule["set"] = {"bookings+": "{{args}}", "free+": -1, "last.day": "{{args.day}}"}
    world = {"bookings": [], "free": 2}
    state = MockState(world)
    assert json.loads(called(state, booking(rule), day="Friday", nights=3).content) == {"code": "LH-1", "free": 1}
    assert state.world == {"bookings": [{"day": "Friday", "nights": 3}], "free": 1, "last": {"day": "Friday"}}
    assert world == {"bookings": [], "free": 2}


def test_a_call_that_fails_changes_nothing():
    state = MockState({"free": 2})
    called(state, booking({"error": "down", "set": {"free+": -1}}))
    assert state.world == {"free": 2}


@pytest.mark.parametrize(
    ("path", "value", "after"),
    [
        ("a", 1, {"a": 1, "list": [1]}),
        ("b.c", 1, {"a": "x", "b": {"c": 1}, "list": [1]}),
        ("list.0", 5, {"a": "x", "list": [5]}),
        ("list.7", 5, {"a": "x", "list": [1]}),
        ("a.b.c", 5, {"a": "x", "list": [1]}),
        ("new+", 5, {"a": "x", "list": [1], "new": [5]}),
        ("", 5, {"a": "x", "list": [1]}),
    ],
)
def test_a_change_reaches_what_its_path_names_and_nothing_else(path, value, after):
    world = {"a": "x", "list": [1]}
    change(world, path, value)
    assert world == after


def test_what_a_placeholder_does_not_find_is_left_out():
    assert filled("at {{args.day}}{{world.x.y}}!", {}, {}) == "at !"
    assert filled("{{world}}", {}, {"a": 1}) == {"a": 1}


def test_times_and_set_are_kept_when_a_mock_is_written():
    rule = {"when": {"day": "x"}, "result": 1, "times": 2, "set": {"a": 1}}
    assert mock_as_json(booking(rule))["rules"] == [rule]
    assert list(mock_faults(booking({"times": 1, "error": "503"}, {"result": 1}), TOOL)) == []
