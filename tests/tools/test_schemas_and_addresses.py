"""Arguments against JSON Schema, and which addresses are private."""

from __future__ import annotations

import time

import pytest

from greenroom.tools.addresses import is_private, place_of
from greenroom.tools.schemas import argument_faults, schema_fault

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


def test_a_schema_that_is_none_is_said_to_be_none():
    assert schema_fault({"type": "object"}) == ""
    assert schema_fault({"type": 7})
    assert schema_fault({"properties": {"a": {"pattern": "("}}})
    assert schema_fault([])


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1%eth0"]
    + ["fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "not an address"],
)
def test_everything_but_the_public_internet_is_private(address):
    assert is_private(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses_are_not(address):
    assert not is_private(address)


def test_a_place_is_host_and_port():
    assert place_of("https://Api.Example./x?y") == "api.example:443"
    assert place_of("http://[::1]:8000/") == "[::1]:8000"
    assert place_of("nonsense") == ""
