"""Mock rules: which one is taken, what it answers, and what of a mock does not fit its tool."""

from __future__ import annotations

import pytest

from greenroom.tools.definitions import ToolDefinition
from greenroom.tools.mock_state import MockState
from greenroom.tools.mocks import MockRule, definition_of, mock_as_json, mock_faults, mocks_in

pytestmark = pytest.mark.unit

TOOL = ToolDefinition(
    "rooms", parameters={"type": "object", "properties": {"day": {"type": "string"}, "nights": {"type": "integer"}}}
)


@pytest.mark.parametrize(
    ("when", "arguments", "matches"),
    [
        ({}, {}, True),
        ({"day": "friday"}, {"day": " Friday "}, True),
        ({"day": "fri*"}, {"day": "Friday"}, True),
        ({"day": "*"}, {}, False),
        ({"day": "[x]?"}, {"day": "[x]?"}, True),
        ({"nights": 2}, {"nights": 2}, True),
        ({"nights": 2}, {"nights": "2"}, True),
        ({"nights": "2"}, {"nights": 2}, True),
        ({"nights": 2, "day": "friday"}, {"nights": 2}, False),
        ({"day": None}, {"nights": 2}, True),
    ],
)
def test_a_rule_matches_when_every_condition_holds(when, arguments, matches):
    assert MockRule(when=when).matches(arguments) is matches


def test_the_first_rule_that_matches_answers_and_none_is_an_error_in_words():
    (mock,) = mocks_in([{"tool": "rooms", "rules": [{"when": {"nights": 1}, "result": 1}, {"when": {"day": "*"}, "result": 2}]}])
    state = MockState()
    assert state.take(mock, {"nights": 1, "day": "x"}).result == 1
    assert state.take(mock, {"day": "x"}).result == 2
    assert "No mock rule" in state.answer(state.take(mock, {}), {}).content


def test_arguments_stand_in_results_with_their_type():
    rule = MockRule(result={"text": "For {{args.nights}} nights", "nights": "{{args.nights}}", "list": ["{{args.day}}"]})
    assert (
        MockState().answer(rule, {"nights": 2, "day": "Friday"}).content
        == '{"text": "For 2 nights", "nights": 2, "list": ["Friday"]}'
    )


def test_what_does_not_fit_the_tool_is_named():
    rows = [{"when": {"nights": "two"}}, {"when": {"guests": 2}}, {"result": 1}, {"when": {"nights": 1}}]
    (mock,) = mocks_in([{"tool": "rooms", "rules": rows}])
    found = list(mock_faults(mock, TOOL))
    assert len(found) == 3
    assert "Rule 1 can't match" in found[0]
    assert "'guests'" in found[1]
    assert "Rule 3 matches every call" in found[2]
    assert next(iter(mock_faults(mocks_in([{"tool": "rooms"}])[0], TOOL))).startswith("This mock has no rules")


def test_a_mock_is_written_as_it_was_read():
    written = {"tool": "mcp_a_b", "mocked": False, "rules": [{"when": {"x": 1}, "error": "no", "after_ms": 20}, {"never": True}]}
    written |= {"server": "a", "remote_name": "b", "description": "B", "parameters": {"type": "object", "properties": {}}}
    (mock,) = mocks_in([written])
    assert mock_as_json(mock) == written
    assert definition_of(mock).server == "a"


@pytest.mark.parametrize("rubbish", [None, 3, "x", [None], [{}], [{"tool": 3}], [{"tool": "a", "rules": [1, {"after_ms": "x"}]}]])
def test_nothing_makes_reading_raise(rubbish):
    assert all(mock.tool == "a" for mock in mocks_in(rubbish))
