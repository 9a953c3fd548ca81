"""What the Studio can send is what the twin takes: every vendor of the catalog, with its defaults and at its limits."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.agora.body import CallParticipants, join_body, update_body
from greenroom.catalog import rules
from greenroom.catalog.spec import Vendor
from greenroom.twin.rest.checks import check
from greenroom.twin.rest.fields import UPDATE
from greenroom.twin.rest.rules import check_join
from tests.catalog.goldens import credentials, filled_values

pytestmark = pytest.mark.unit

ROOM = CallParticipants(
    channel="greenroom-abc", agent_uid=100, agent_token="007", user_uid=1002, avatar_uid=102, avatar_token="007"
)
VENDORS = [vendor for vendors in rules.VENDORS.values() for vendor in vendors if vendor.id not in ("other", "unset")]


def settings_with(vendor: Vendor, *, high: bool) -> dict[str, Any]:
    """Every setting filled, those with limits at their lowest or highest value."""
    values = filled_values(vendor.role, vendor.id)
    for field in rules.fields(values):
        if field.key in values and field.setting.kind in ("number", "whole"):
            limit = field.setting.high if high else field.setting.low
            values[field.key] = values[field.key] if limit is None else limit
        elif field.key in values and field.setting.kind == "switch":
            values[field.key] = high
    return values


@pytest.mark.parametrize("high", [False, True], ids=["low", "high"])
def test_a_draft_without_problems_is_a_body_without_faults(high: bool):
    for vendor in VENDORS:
        values = settings_with(vendor, high=high)
        assert rules.check(values) == (), vendor.label
        check_join(join_body("ava", values, ROOM, credentials()))
        check(UPDATE, update_body(values, credentials()))
