"""Every vendor of avatars: its whole body is known, and agora-agents means the same by its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from agora_agent.agentkit.vendors import avatar as builders
from agora_agent.agents.types.start_agents_request_properties_avatar import StartAgentsRequestPropertiesAvatar
from agora_agent.types.anam_avatar_params import AnamAvatarParams
from agora_agent.types.sensetime_avatar_params import SensetimeAvatarParams
from agora_agent.types.spatius_avatar_params import SpatiusAvatarParams

from greenroom.catalog import rules
from greenroom.catalog.avatar import AVATAR
from tests.catalog.goldens import assert_golden, body, catalog_paths, credentials, filled_values, known_to, unknown_to, vendor

pytestmark = pytest.mark.unit

IDS = [v.id for v in AVATAR if v.id != "none"]
PRESETS = ("greenroom", "lemonslice", "protoface", "tavus")
TYPES = {"anam": AnamAvatarParams, "sensetime": SensetimeAvatarParams, "spatius": SpatiusAvatarParams}
#: Of vendors without a type of their parameters: what the package's builder takes.
BUILDERS: Mapping[str, type[Any]] = {
    "akool": builders.AkoolAvatarOptions,
    "liveavatar": builders.LiveAvatarAvatarOptions,
    "generic": builders.GenericAvatarOptions,
}
#: Put in when a call is made, by greenroom/agora/body.py, or not a parameter.
PER_CALL = {"agora_uid", "agora_token", "agora_appid", "agora_channel"}
NOT_PARAMETERS = {"enable", "additional_params"}
SEAT = {"agora_uid": "102", "agora_token": "007"}


def test_no_avatar_comes_first_and_every_vendor_of_the_api_is_there():
    """rows 45 and 82"""
    assert AVATAR[0].id == "none"
    wire = {v.fixed["avatar.vendor"] for v in AVATAR if v.fixed}
    assert wire == {"akool", "liveavatar", "anam", "generic", "sensetime", "spatius"}
    assert {v.id for v in AVATAR if v.market == "cn"} == {"sensetime", "spatius"}


@pytest.mark.parametrize("vendor_id", IDS)
def test_the_whole_body_is_as_it_was_reviewed(vendor_id):
    """rows 45 and 82"""
    assert rules.check(filled_values("avatar", vendor_id), None if vendor_id == "greenroom" else credentials()) == ()
    assert_golden(f"avatar-{vendor_id}", body("avatar", vendor_id))


def test_without_an_avatar_there_is_no_block():
    """row 44"""
    assert "avatar" not in body("avatar", "none")
    with_values = {**filled_values("avatar", "anam"), "avatar.vendor": "none"}
    assert "avatar" not in rules.payload(with_values, {})


@pytest.mark.parametrize("vendor_id", IDS)
def test_an_avatar_is_switched_on_by_its_vendor(vendor_id):
    """row 44"""
    block = body("avatar", vendor_id)["avatar"]
    assert block["enable"] is True
    assert block["vendor"] == ("generic" if vendor_id in PRESETS else vendor_id)


@pytest.mark.parametrize("vendor_id", IDS)
def test_the_type_of_agora_agents_takes_the_block(vendor_id):
    """row 45"""
    block = body("avatar", vendor_id)["avatar"]
    assert unknown_to(StartAgentsRequestPropertiesAvatar, block) == []
    if vendor_id in TYPES:
        assert unknown_to(TYPES[vendor_id], block["params"] | SEAT) == ["example"]  # of a person's own


@pytest.mark.parametrize("vendor_id", sorted(TYPES))
def test_the_catalog_has_every_field_of_the_type(vendor_id):
    """row 45"""
    entry = vendor("avatar", vendor_id)
    assert known_to(TYPES[vendor_id]) - PER_CALL - {p.removeprefix("params.") for p in catalog_paths(entry)} == set()


@pytest.mark.parametrize("vendor_id", sorted(BUILDERS))
def test_the_catalog_has_every_field_of_the_builder(vendor_id):
    """row 45"""
    known = {p.removeprefix("params.") for p in catalog_paths(vendor("avatar", vendor_id))}
    assert known_to(BUILDERS[vendor_id]) - PER_CALL - NOT_PARAMETERS - known == set()


@pytest.mark.parametrize(("vendor_id", "rate"), [("akool", 16_000), ("liveavatar", 24_000)])
def test_the_rate_that_a_vendor_takes_is_the_one_agora_agents_asks_for(vendor_id, rate):
    """row 45"""
    named = {"akool": builders.AKOOL_SAMPLE_RATE, "liveavatar": builders.LIVEAVATAR_SAMPLE_RATE}
    assert vendor("avatar", vendor_id).needs_rate == named[vendor_id] == rate


@pytest.mark.parametrize("vendor_id", PRESETS)
def test_a_preset_is_the_generic_vendor_with_its_address(vendor_id):
    """row 82"""
    params = body("avatar", vendor_id)["avatar"]["params"]
    assert params["api_base_url"].startswith("https://")
    assert params["avatar_id"]


def test_sensetimes_faces_are_rows_with_their_places():
    entry = {"face": "f1", "x": 1, "y": 2.5, "kept": True}
    values = {**filled_values("avatar", "sensetime"), "avatar.sensetime.scenes": [entry]}
    assert rules.payload(values, {})["avatar"]["params"]["sceneList"] == [
        {"kept": True, "digital_role": {"face_feature_id": "f1", "position": {"x": 1, "y": 2.5}}}
    ]
