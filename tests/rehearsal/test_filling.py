"""Variables of a test are filled wherever it speaks or checks."""

from __future__ import annotations

import pytest

from greenroom.rehearsal.filling import filled, names_in, spoiled
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.scenario import Scenario

pytestmark = pytest.mark.unit

TEXT = """rehearse: 1
name: Desk
tools: {bookRoom: [{give: {name: "{{args.name}}"}}]}
scenarios:
- id: one
  start: [{agent: "Welcome to {{house}}."}, {caller: Hello}]
  caller:
    lines: [{say: "I am {{guest}}.", expect: [{says: "{{guest}}"}]}]
  expect:
  - not_says: ["/{{price}} euros/", pool]
  - calls: {tool: bookRoom, args: {name: "{{guest}}", other: {any: ["{{house}}"]}}}
  - {judge: "greets {{guest}}", good: ["Good day, {{guest}}."]}
"""


def a_scenario(text: str) -> Scenario:
    content = read(text).content
    assert content is not None, read(text).faults
    return content.scenarios[0]


def test_values_stand_where_their_names_stood_and_mocks_stay():
    scenario = a_scenario(TEXT)
    assert names_in(scenario) == ("guest", "price", "house")
    made = filled(scenario, {"guest": "Maria", "house": "Villa Rosa", "price": "9.50"})
    assert names_in(made) == ()
    assert made.start[0].text == "Welcome to Villa Rosa."
    assert (made.caller.lines[0].say, made.caller.lines[0].expect[0].value) == ("I am Maria.", ("Maria",))
    assert made.expect[0].value == (r"/9\.50 euros/", "pool")  # a dot of the value is a dot
    assert made.expect[1].value["args"] == {"name": "Maria", "other": {"any": ["Villa Rosa"]}}
    assert (made.expect[2].value, made.expect[2].good) == ("greets Maria", ("Good day, Maria.",))
    assert made.mocks == scenario.mocks


def test_a_value_that_is_missing_leaves_the_name():
    assert names_in(filled(a_scenario(TEXT), {"guest": ""})) == ("guest", "price", "house")


def test_braces_around_no_name_are_a_fault():
    faults = read(TEXT.replace("I am {{guest}}", "I am {{ guest }}")).faults
    assert any("“{{ guest }}” isn't a variable" in fault.message for fault in faults)


@pytest.mark.parametrize(
    ("check", "value", "fault"),
    [
        ("not_says: '{{x}}'", "...", "no word"),
        ("says: '{{x}}'", "/.*/", "is a pattern"),
        ("says: [welcome, '{{x}}']", "/./", "is a pattern"),
        ("calls: {tool: a, args: {n: '{{x}}'}}", "/.*/", "is a pattern"),
        ("says: '{{x}}'", "Villa Rosa", ""),
        ("says: '/{{x}}/'", "/.*/", ""),
        ("calls: {tool: a, args: {n: '{{x}}'}}", "+", ""),
        ("judge: '{{x}}'", "/.*/", ""),
    ],
)
def test_no_value_turns_a_check_into_one_that_cannot_fail(check, value, fault):
    scenario = a_scenario(TEXT[: TEXT.index("  expect:\n  -")] + f"  expect: [{{{check}}}]\n")
    found = spoiled(scenario, {"x": value, "guest": "Maria", "house": "Villa Rosa"})
    assert fault in found
    assert bool(found) == bool(fault)
