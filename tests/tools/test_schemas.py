"""Arguments against JSON Schema."""

from __future__ import annotations

import time

import pytest

from greenroom.tools.schemas import argument_faults

pytestmark = pytest.mark.unit


#: Forty lines that refer twice to the next: 2 to the power of 40 checks.
DOUBLING = {
    "$ref": "#/$defs/0",
    "$defs": {str(n): {"allOf": [{"$ref": f"#/$defs/{n + 1}"}, {"$ref": f"#/$defs/{n + 1}"}]} for n in range(40)} | {"40": True},
}


def test_faults_name_the_argument():
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}
    assert argument_faults(schema, {"n": 2}) == []
    assert argument_faults(schema, {"n": 0})[0].startswith("n: ")
    assert argument_faults(schema, {}) == ["'n' is a required property"]
    assert argument_faults(schema, []) == ["the arguments must be a JSON object"]


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://example.invalid/schema.json"},
        {"type": "object", "properties": {"a": {"pattern": "(a+)+$"}}},
        {"type": "object", "properties": {"a": {"pattern": "("}}},
        {"type": "object", "properties": {"a": {"pattern": "((a+))+$"}}},
        {"type": "object", "patternProperties": {"(a|aa)+$": {"pattern": "(a|aa)+$"}}},
        {"type": 7},
        {"$ref": "#"},
        DOUBLING,
    ],
    ids=["remote reference", "endless pattern", "broken pattern", "nested groups", "names", "no schema", "endless", "doubling"],
)
def test_a_hostile_schema_neither_fetches_nor_hangs(schema):
    before = time.process_time()
    faults = argument_faults(schema, {"a": "a" * 20_000 + "!"})
    assert all("does not match" in fault for fault in faults)  # where there was time to see it
    assert time.process_time() - before < 20
