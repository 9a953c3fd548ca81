"""What all scenarios of a file inherit is read once, and counts as if each had it of its own."""

from __future__ import annotations

import pytest

from greenroom.rehearsal.reading import read

pytestmark = pytest.mark.unit

CALLER = "  caller: {lines: [{say: hi}]}\n  expect: [{says: x}]\n"
SHARED = "limits: {usd: 3, turns: 4}\nvariables: {a: b}\nworld: {rooms: [1, 2]}\n"


def scenarios(top: str, count: int, own: str = "") -> str:
    return f"rehearse: 1\nname: x\n{top}scenarios:\n" + "".join(f"- id: s{number}\n{own}{CALLER}" for number in range(count))


def test_all_scenarios_share_what_was_read() -> None:
    content = read(scenarios(SHARED, 300)).content
    assert content is not None
    assert {id(one.world) for one in content.scenarios} == {id(content.scenarios[0].world)}
    assert content.scenarios[7].variables == {"a": "b"}
    assert content.scenarios[7].budget.turns == 4


def test_a_scenarios_own_field_is_its_own() -> None:
    content = read(scenarios(SHARED, 2, "  variables: {a: c}\n")).content
    assert content is not None
    assert content.scenarios[1].variables == {"a": "c"}
    assert content.scenarios[1].world == {"rooms": [1, 2]}


def test_the_digest_is_that_of_the_fields_wherever_they_stand() -> None:
    (shared, *_), (own, *_) = (
        read(text).content.scenarios  # type: ignore[union-attr]
        for text in (scenarios("variables: {a: b}\n", 1), scenarios("", 1, "  variables: {a: b}\n"))
    )
    assert shared.digest == own.digest
    (known, *_) = read(scenarios("", 1)).content.scenarios  # type: ignore[union-attr]
    assert known.digest == "867fd209b7135e5a", "results of before belong to other tests now"


def test_a_fault_that_all_inherit_is_reported_once() -> None:
    faults = read(scenarios("repeat: never\nclock: tomorrow\n", 50)).faults
    assert len([fault for fault in faults if "repeat" in fault.message]) == 1
