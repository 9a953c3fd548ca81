"""Conditions as one line of text, and sample arguments."""

from __future__ import annotations

import pytest

from greenroom.tools.conditions import condition_text, conditions_in, result_in, result_text
from greenroom.tools.definitions import ToolDefinition
from greenroom.tools.mocks import mocks_in
from greenroom.tools.samples import sample_arguments

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "when", [{}, {"nights": 2, "city": "par*"}, {"a": True, "b": None, "c": "2"}, {"a": "x, y", "b": 'say "hi"'}, {"a": [1, "x"]}]
)
def test_a_condition_is_read_as_it_was_written(when):
    assert conditions_in(condition_text(when)) == when


def test_a_part_without_equals_is_refused():
    with pytest.raises(ValueError, match="argument = value"):
        conditions_in("nights 2")


@pytest.mark.parametrize("result", ["plain", {"a": [1]}, 3, None])
def test_a_result_is_read_as_it_was_written(result):
    assert result_in(result_text(result)) == result


def test_samples_fit_the_schema_and_the_mocks_first_condition():
    properties = {"day": {"type": "string"}, "nights": {"type": "integer", "minimum": 2}, "kind": {"enum": ["a", "b"]}}
    tool = ToolDefinition("t", parameters={"type": "object", "properties": properties, "required": ["nights", "kind"]})
    (mock,) = mocks_in([{"tool": "t", "rules": [{"when": {"day": "Friday", "nights": "*"}}]}])
    assert sample_arguments(tool, mock) == {"nights": 2, "kind": "a", "day": "Friday"}
