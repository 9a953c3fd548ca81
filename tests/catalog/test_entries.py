"""The catalogue's entries are whole: every setting can be shown, checked, set and looked up."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

import pytest

from greenroom.catalog import rules
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.credentials import CREDENTIALS
from greenroom.catalog.faults import fault
from greenroom.catalog.spec import Setting

pytestmark = pytest.mark.unit

VENDORS = [vendor for vendors in rules.VENDORS.values() for vendor in vendors]
SETTINGS = [(f"{v.role}.{v.id}.{s.name}", s, v.settings) for v in VENDORS for s in v.settings]
SETTINGS += [(f"{g.id}.{s.name}", s, g.settings) for g in GROUPS for s in g.settings]
EVERY_SETTING = pytest.mark.parametrize(("key", "setting", "siblings"), SETTINGS, ids=[key for key, _, _ in SETTINGS])


def twice(names: list[object]) -> list[object]:
    return [name for name, count in Counter(names).items() if count > 1]


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda v: f"{v.role}-{v.id}")
def test_a_vendor_says_what_it_is_and_where_more_is_said(vendor):
    """rows 77-79"""
    assert vendor.label
    assert vendor.help.endswith(".")
    assert urlsplit(vendor.docs).scheme == "https"
    assert twice([s.name for s in vendor.settings]) == []
    names = {s.name for s in vendor.settings}
    assert {vendor.voice, vendor.rate if isinstance(vendor.rate, str) else ""} <= names | {""}


@pytest.mark.parametrize("role", rules.VENDORS)
def test_no_two_vendors_of_a_role_look_the_same(role):
    assert twice([v.id for v in rules.VENDORS[role]]) == []
    assert twice([v.label for v in rules.VENDORS[role]]) == []


@EVERY_SETTING
def test_a_default_is_a_value_that_is_allowed(key, setting, siblings):
    assert setting.default is None or fault(setting, setting.default) == ""


@EVERY_SETTING
def test_a_setting_has_what_its_kind_needs(key: str, setting: Setting, siblings: tuple[Setting, ...]):
    assert setting.label
    assert twice([repr(c.value) for c in setting.choices]) == []
    if setting.kind == "secret":
        assert setting.env in {c.name for c in CREDENTIALS}
    if setting.kind in ("choice", "many"):
        assert setting.choices or setting.open
    if setting.low is not None and setting.high is not None:
        assert setting.low < setting.high
    if setting.usual is not None:
        assert setting.low is not None and setting.high is not None  # noqa: PT018
        assert setting.low <= setting.usual[0] < setting.usual[1] <= setting.high


@EVERY_SETTING
def test_a_setting_is_found_by_its_key(key, setting, siblings):
    """Also where a group and a role have one name."""
    assert rules.setting_of(key) is setting
    assert rules.label_of(key) == setting.label


@EVERY_SETTING
def test_what_a_setting_depends_on_exists_and_can_have_that_value(key, setting, siblings):
    for name, allowed in setting.when:
        other = next((s for s in siblings if s.name == name), None) or (rules.setting_of(name) if "." in name else None)
        if other is None:
            assert name in {f"{role}.vendor" for role in rules.VENDORS}, name
            continue
        for value in allowed:
            assert value in (None, [], (), "") or fault(other, value) == "", (name, value)
