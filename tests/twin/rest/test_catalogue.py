"""What the Studio can send is what the twin takes: every vendor of the catalogue, with its defaults and at its limits."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.agora.body import Room, join_body, update_body
from greenroom.catalog import rules
from greenroom.catalog.spec import Setting, Vendor
from greenroom.twin.rest.checks import check
from greenroom.twin.rest.fields import UPDATE
from greenroom.twin.rest.rules import check_join

pytestmark = pytest.mark.unit

ROOM = Room(channel="greenroom-abc", agent_uid=100, agent_token="007", user_uid=1002)
VENDORS = [vendor for vendors in rules.VENDORS.values() for vendor in vendors]


def filled(setting: Setting, *, high: bool) -> Any:
    """A value that the catalogue allows: the default, or the largest one."""
    if setting.kind in ("number", "whole"):
        return setting.high if high else setting.low
    if setting.kind == "choice":
        return setting.choices[-1 if high else 0].value
    if setting.kind == "switch":
        return high
    return "https://models.example/v1/chat/completions" if setting.path.endswith(".url") else "text"


def settings_with(vendor: Vendor, *, high: bool) -> dict[str, Any]:
    values: dict[str, Any] = {rules.vendor_key(vendor.role): vendor.id}
    return values | {field.key: filled(field.setting, high=high) for field in rules.fields(values)}


@pytest.mark.parametrize("high", [False, True], ids=["low", "high"])
@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: f"{vendor.role}-{vendor.id}")
def test_a_draft_without_problems_is_a_body_without_faults(vendor: Vendor, high: bool):
    values = settings_with(vendor, high=high)
    assert rules.check(values) == ()
    credentials = {name: "key" for name in ("OPENAI_API_KEY",)}
    check_join(join_body("ava", values, ROOM, credentials))
    check(UPDATE, update_body(values, credentials))
