"""The catalog's entries are whole: every setting can be shown, checked, set and looked up."""

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


def twice(names: list[object]) -> list[object]:
    return [name for name, count in Counter(names).items() if count > 1]


def test_a_vendor_says_what_it_is_and_where_more_is_said():
    """rows 77-79"""
    for vendor in VENDORS:
        assert vendor.label, vendor
        assert vendor.help.endswith("."), vendor.label
        assert urlsplit(vendor.docs).scheme == "https", vendor.label
        assert twice([s.name for s in vendor.settings]) == [], vendor.label
        names = {s.name for s in vendor.settings}
        assert {vendor.voice, vendor.rate if isinstance(vendor.rate, str) else ""} <= names | {""}, vendor.label


@pytest.mark.parametrize("role", rules.VENDORS)
def test_no_two_vendors_of_a_role_look_the_same(role):
    assert twice([v.id for v in rules.VENDORS[role]]) == []
    assert twice([v.label for v in rules.VENDORS[role]]) == []


def test_a_default_is_a_value_that_is_allowed():
    assert [key for key, setting, _ in SETTINGS if setting.default is not None and fault(setting, setting.default)] == []


def lacking(setting: Setting) -> list[str]:
    """What its kind needs and it does not have."""
    needs = {
        "a label": bool(setting.label),
        "a help text of one line": setting.help.endswith(".") and len(setting.help) <= 120,
        "choices that differ": twice([repr(c.value) for c in setting.choices]) == [],
        "the name of a credential": setting.kind != "secret" or setting.env in {c.name for c in CREDENTIALS},
        "choices": setting.kind not in ("choice", "many") or bool(setting.choices or setting.open),
        "limits in order": setting.low is None or setting.high is None or setting.low < setting.high,
        "a usual range inside its limits": setting.usual is None
        or (setting.low is not None and setting.high is not None)
        and setting.low <= setting.usual[0] < setting.usual[1] <= setting.high,
    }
    return [what for what, there in needs.items() if not there]


def test_a_setting_has_what_its_kind_needs():
    assert {key: found for key, setting, _ in SETTINGS if (found := lacking(setting))} == {}


def test_a_setting_is_found_by_its_key():
    """Also where a group and a role have one name."""
    assert [key for key, setting, _ in SETTINGS if rules.setting_of(key) is not setting] == []
    assert [key for key, setting, _ in SETTINGS if rules.label_of(key) != setting.label] == []


def impossible(setting: Setting, siblings: tuple[Setting, ...]) -> list[object]:
    """The conditions that no draft can fulfill."""
    found: list[object] = []
    for name, allowed in setting.when:
        other = next((s for s in siblings if s.name == name), None) or (rules.setting_of(name) if "." in name else None)
        if other is None:
            found += [] if name in {f"{role}.vendor" for role in rules.VENDORS} else [name]
        else:
            found += [(name, value) for value in allowed if value not in (None, [], (), "") and fault(other, value)]
    return found


def test_what_a_setting_depends_on_exists_and_can_have_that_value():
    assert len(SETTINGS) > 500
    assert {key: found for key, setting, siblings in SETTINGS if (found := impossible(setting, siblings))} == {}
