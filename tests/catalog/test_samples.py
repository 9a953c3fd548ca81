"""The recipes for samples fit the catalog: its vendors, its credentials, and the params its voices are sent with."""

from __future__ import annotations

import json
import re

import pytest

from greenroom.catalog import rules
from greenroom.catalog.samples import SAMPLES
from greenroom.catalog.vendors import VENDORS
from tests.catalog.goldens import filled_values

pytestmark = pytest.mark.unit

VOICES = {vendor.id: vendor for vendor in VENDORS["tts"]}


@pytest.mark.parametrize("vendor_id", SAMPLES)
def test_a_recipe_uses_the_credential_that_its_vendor_asks_for(vendor_id):
    assert SAMPLES[vendor_id].credential in {setting.env for setting in VOICES[vendor_id].settings}


@pytest.mark.parametrize("vendor_id", SAMPLES)
def test_every_name_of_a_recipe_is_a_param_of_its_vendor(vendor_id):
    """row 92"""
    recipe = SAMPLES[vendor_id]
    params = rules.payload(filled_values("tts", vendor_id), {})["tts"]["params"]
    wanted = re.findall(r"\{([\w.]+)\}", f"{recipe.url} {json.dumps(recipe.body)} {recipe.headers}")
    known = {"text", "key", *recipe.defaults, *(s.path.removeprefix("tts.params.") for s in VOICES[vendor_id].settings)}
    assert [name for name in wanted if name not in known and not _at(params, name)] == []


@pytest.mark.parametrize("vendor_id", SAMPLES)
def test_a_key_is_never_in_an_address(vendor_id):
    """row 94"""
    assert "{key}" not in SAMPLES[vendor_id].url
    assert SAMPLES[vendor_id].url.startswith("https://")


def _at(params, path):
    for part in path.split("."):
        params = params.get(part) if isinstance(params, dict) else None
    return params
