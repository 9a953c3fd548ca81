"""Whatever is stored under a vendor's settings, nothing raises."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.catalog import rules
from greenroom.catalog.compare import compare
from greenroom.catalog.faces import offline_face
from greenroom.catalog.key_use import key_uses
from greenroom.catalog.spec import Role, Vendor
from greenroom.catalog.voices import stand_in
from greenroom.prompting.lint import findings
from greenroom.prompting.script import script_of
from greenroom.services.calls.costs import call_cost
from tests.catalog.goldens import PROMPT, credentials, filled_values

pytestmark = pytest.mark.unit

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.sampled_from(["managed", "byok", "mix"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
VENDORS: list[tuple[Role, Vendor]] = [(role, vendor) for role, vendors in rules.VENDORS.items() for vendor in vendors]


@given(st.sampled_from(VENDORS), st.data())
@settings(max_examples=300, deadline=None)
def test_no_value_of_any_vendor_makes_the_rules_raise(vendor_of_a_role, data):
    """rows 77-79"""
    role, vendor = vendor_of_a_role
    names = [s.name for s in vendor.settings]
    drawn = data.draw(st.dictionaries(st.sampled_from(names), JSON, max_size=6)) if names else {}
    own = {f"{role}.{vendor.id}.{name}": value for name, value in drawn.items()}
    everything_reads({**PROMPT, rules.vendor_key(role): vendor.id, **own})


@pytest.mark.parametrize(("role", "vendor"), VENDORS, ids=[f"{role}-{vendor.id}" for role, vendor in VENDORS])
def test_each_setting_may_hold_a_value_of_another_kind(role, vendor):
    """rows 77-79"""
    for setting in vendor.settings:
        for wrong in (0.5, ["llm.url", 3, None], {"a": [1]}):  # texts and switches: above
            everything_reads({**PROMPT, rules.vendor_key(role): vendor.id, f"{role}.{vendor.id}.{setting.name}": wrong})


def everything_reads(values: Mapping[str, Any]) -> None:
    """Every reader of an agent's values takes these."""
    chosen = [vendor for role, vendor in VENDORS if values.get(rules.vendor_key(role)) == vendor.id]
    filled = [filled_values(vendor.role, vendor.id) for vendor in chosen]
    rules.check(values, ())
    for other in filled:
        rules.changed(other, values)
        compare(other, values)
    rules.changed(values, {})
    rules.payload(values, credentials())
    rules.top_level(values)
    rules.hints(values)
    key_uses(values)
    body = rules.payload(values, {})
    stand_in(body.get("tts") or {})
    offline_face(body)
    call_cost(values, "cloud")
    findings(script_of(values))


@pytest.mark.parametrize(("role", "vendor"), VENDORS, ids=[f"{role}-{vendor.id}" for role, vendor in VENDORS])
def test_a_filled_draft_differs_from_an_empty_one_and_not_from_itself(role, vendor):
    """rows 77-79"""
    values = filled_values(role, vendor.id)
    assert rules.changed(values, json.loads(json.dumps(values))) == {}
    if vendor is not rules.VENDORS[role][0]:
        assert rules.changed({}, values)[rules.vendor_key(role)] == "restart"
