"""Which character plays an avatar offline."""

from __future__ import annotations

import pytest

from greenroom.catalog import rules
from greenroom.catalog.faces import offline_face
from greenroom.catalog.voices import stand_in
from greenroom.portraits.characters import FACES

pytestmark = pytest.mark.unit


def body(voice: str, avatar: dict[str, object] | None = None) -> dict[str, object]:
    return {"tts": {"vendor": "openai", "params": {"voice": voice}}, "avatar": avatar or {"vendor": "anam", "params": {}}}


@pytest.mark.parametrize("voice", ["coral", "nova", "shimmer", "onyx", "ash", "echo"])
def test_a_face_has_the_gender_of_the_voice(voice):
    for number in range(30):
        avatar = {"vendor": "anam", "params": {"avatar_id": f"{number}"}}
        made = body(voice, avatar)
        assert offline_face(made).gender == stand_in(made["tts"]).gender  # pyright: ignore[reportArgumentType]


def test_an_avatar_that_the_catalog_knows_keeps_its_own_gender():
    tristan = {"vendor": "akool", "params": {"avatar_id": "dvp_Tristan_cloth2_1080P"}}
    assert offline_face(body("coral", tristan)).gender == "male"


def test_a_face_that_was_chosen_is_used_whatever_the_voice():
    chosen = {"vendor": "generic", "params": {"avatar_id": "otto"}}
    assert offline_face(body("coral", chosen)).id == "otto"


def test_the_voice_of_a_realtime_model_counts_too():
    realtime = {"mllm": {"enable": True, "vendor": "openai", "params": {"voice": "echo"}}, "avatar": {"vendor": "anam"}}
    assert offline_face(realtime).gender == stand_in({"vendor": "openai", "params": {"voice": "echo"}}).gender


def test_an_avatar_always_gets_the_same_face_and_any_body_gets_one():
    block = {"avatar": {"vendor": "anam", "params": {"avatar_id": "960f614f"}}}
    assert offline_face(block) == offline_face(dict(block))
    blocks = ({"avatar": {"vendor": "anam", "params": {"avatar_id": str(i)}}, "tts": {"vendor": str(i)}} for i in range(80))
    assert {offline_face(each) for each in blocks} == set(FACES)
    for odd in ({}, {"avatar": None}, {"avatar": {"params": None}}, {"avatar": {"params": {"avatar_id": 7}}, "tts": 3}):
        assert offline_face(odd) in FACES


def test_a_greenroom_face_needs_no_key_and_no_rate_offline_and_is_refused_for_the_cloud():
    values = {"prompt.system": "You are terse.", "avatar.vendor": "greenroom", "avatar.greenroom.avatar_id": "june"}
    assert rules.check(values) == ()
    (problem,) = rules.check(values, credentials=())
    assert problem.setting == "avatar.vendor"
    assert "offline" in problem.message
    assert rules.check({**values, **dict(problem.fix)}, credentials=()) == ()
    assert offline_face(rules.payload(values, {})).id == "june"
