"""Agora's account pays for some models only; with one's own every model is possible."""

from __future__ import annotations

import pytest

from greenroom.catalog import rules
from greenroom.catalog.account_rules import MANAGED_MODELS

pytestmark = pytest.mark.unit


def draft(vendor: str, **settings: str) -> dict[str, str]:
    role, _, vendor_id = vendor.partition(".")
    own = {f"{vendor}.{name}": value for name, value in settings.items()}
    return {"prompt.system": "You are terse.", f"{role}.vendor": vendor_id, **own}


@pytest.mark.parametrize("vendor", MANAGED_MODELS)
def test_a_model_that_agoras_account_does_not_have_is_said_with_its_cure(vendor):
    """rows 78, 79"""
    (problem,) = rules.check(draft(vendor, credentials="managed", model="whatever"))
    assert problem.setting == f"{vendor}.model"
    assert MANAGED_MODELS[vendor][0] in problem.message
    assert rules.check({**draft(vendor, credentials="managed", model="whatever"), **dict(problem.fix)}) == ()


@pytest.mark.parametrize("vendor", MANAGED_MODELS)
def test_what_is_chosen_at_first_is_paid_by_agora(vendor):
    assert rules.check(draft(vendor), credentials=()) == ()


@pytest.mark.parametrize("vendor", MANAGED_MODELS)
def test_an_own_account_may_have_any_model(vendor):
    own = draft(vendor, credentials="byok", model="whatever", group_id="1")
    assert not [p for p in rules.check(own) if p.setting.endswith(".model")]


@pytest.mark.parametrize("vendor", MANAGED_MODELS)
def test_the_models_of_agoras_account_are_offered_in_the_list(vendor):
    setting = rules.setting_of(f"{vendor}.model")
    assert setting is not None
    assert set(MANAGED_MODELS[vendor]) <= {choice.value for choice in setting.choices}
