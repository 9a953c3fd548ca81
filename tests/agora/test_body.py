"""Bodies of join and update: what belongs to one call, and what an avatar needs to be in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.agora.body import CallParticipants, join_body, redacted, update_body
from greenroom.agora.masking import masked
from greenroom.agora.tokens import rtc_rtm_token
from greenroom.catalog import rules
from greenroom.catalog.avatar import AVATAR
from greenroom.redaction import MASK
from tests.catalog.goldens import credentials, filled_values
from tests.catalog.test_any_value import JSON

pytestmark = pytest.mark.unit

ROOM = CallParticipants("lobby", 100, "007agent", 1002, avatar_uid=102, avatar_token="007avatar", app_id="a" * 32)
VOICE_ONLY = CallParticipants("lobby", 100, "007agent", 1002)
AVATARS = [v.id for v in AVATAR if v.id != "none"]


def properties(values, room=ROOM):
    return join_body("ava", values, room, credentials())["properties"]


def test_without_an_avatar_there_is_no_block_and_no_second_token():
    """row 44"""
    sent = properties({"prompt.system": "x"})
    assert "avatar" not in sent
    assert "007avatar" not in json.dumps(sent)


def test_the_one_caller_of_a_call_is_greeted_once_unless_the_agent_says_otherwise():
    """A page that is loaded again joins an empty channel: Agora's own default would greet it again."""
    greeting = {"prompt.system": "x", "prompt.greeting": "Hello."}
    assert properties(greeting)["llm"]["greeting_configs"]["mode"] == "single_first"
    every = properties({**greeting, "prompt.greeting_mode": "single_every", "prompt.greeting_delay": 300})
    assert every["llm"]["greeting_configs"] == {"mode": "single_every", "delay_ms": 300}
    assert "greeting_configs" not in properties({"prompt.system": "x"}).get("llm", {})


@pytest.mark.parametrize("vendor_id", AVATARS)
def test_an_avatar_comes_with_vendor_id_uid_and_token_of_its_own(vendor_id):
    """row 44"""
    sent = properties(filled_values("avatar", vendor_id))
    block = sent["avatar"]
    assert block["enable"] is True
    assert block["vendor"] == AVATAR[[v.id for v in AVATAR].index(vendor_id)].fixed["avatar.vendor"]
    assert (block["params"]["agora_uid"], block["params"]["agora_token"]) == ("102", "007avatar")
    assert sent["agent_rtc_uid"] == "100"
    assert sent["token"] == "007agent"


@pytest.mark.parametrize("vendor_id", AVATARS)
def test_the_agent_listens_to_the_person_only_never_to_everybody(vendor_id):
    """row 44"""
    assert properties(filled_values("avatar", vendor_id))["remote_rtc_uids"] == ["1002"]


def test_a_service_that_joins_by_itself_is_told_project_and_channel():
    """rows 44 and 82"""
    for vendor_id in ("generic", "lemonslice", "protoface", "tavus"):
        params = properties(filled_values("avatar", vendor_id))["avatar"]["params"]
        assert (params["agora_appid"], params["agora_channel"]) == ("a" * 32, "lobby")
    assert "agora_appid" not in properties(filled_values("avatar", "anam"))["avatar"]["params"]


def test_the_generic_avatar_needs_nothing_but_a_choice():
    """row 44: offline, one of the drawn characters"""
    values = {"prompt.system": "x", "avatar.vendor": "generic"}
    assert rules.check(values) == ()
    assert properties(values)["avatar"]["params"]["avatar_id"] == "mira"


def test_nobody_shares_a_uid():
    """row 44"""
    wrongs: tuple[dict[str, int], ...] = ({"agent_uid": 1002}, {"avatar_uid": 100}, {"avatar_uid": 1002})
    for wrong in wrongs:
        uids: dict[str, int] = {"agent_uid": 100, "user_uid": 1002, "avatar_uid": 102} | wrong
        with pytest.raises(ValueError, match="different uids"):
            CallParticipants("lobby", uids["agent_uid"], "007", uids["user_uid"], uids["avatar_uid"])


def test_an_avatar_without_a_seat_is_not_sent_half():
    with pytest.raises(ValueError, match="needs a uid"):
        properties(filled_values("avatar", "anam"), VOICE_ONLY)


def test_what_belongs_to_the_call_cannot_be_overruled_by_other_properties():
    """row 84"""
    values = {"prompt.system": "x", "advanced.extra": {"channel": "elsewhere", "remote_rtc_uids": ["*"], "labels": {"a": "b"}}}
    sent = properties(values)
    assert (sent["channel"], sent["remote_rtc_uids"], sent["labels"]) == ("lobby", ["1002"], {"a": "b"})


def test_an_avatar_that_was_written_by_hand_is_seated_too():
    """rows 44 and 84"""
    by_hand = {"avatar": {"enable": True, "vendor": "newest", "params": {"face": 1}}}
    params = properties({"prompt.system": "x", "advanced.extra": by_hand})["avatar"]["params"]
    assert params == {"face": 1, "agora_uid": "102", "agora_token": "007avatar"}


@given(
    st.sampled_from([{}, {"mllm.vendor": "openai"}, {"avatar.vendor": "generic"}]),
    st.dictionaries(st.sampled_from(["avatar", "mllm", "llm", "channel", "parameters", "advanced_features"]), JSON),
)
def test_no_other_properties_however_odd_make_a_body_raise(vendors, extra):
    """row 84"""
    values = {"prompt.system": "x", "advanced.extra": extra, **vendors}
    body = join_body("ava", values, ROOM, {})
    assert body["properties"]["channel"] == "lobby"
    redacted(body)
    update_body(values, {})


def test_a_published_agent_stands_beside_the_properties():
    """row 83"""
    body = join_body("ava", {"prompt.system": "x", "advanced.pipeline": "p1"}, ROOM, {})
    assert body["pipeline_id"] == "p1"
    assert "pipeline_id" not in body["properties"]


def test_an_update_of_a_realtime_model_has_its_prompt_among_the_parameters():
    """row 81"""
    body = update_body(filled_values("mllm", "openai"), credentials())
    assert set(body["properties"]) == {"mllm"}
    assert body["properties"]["mllm"]["params"]["instructions"] == "You are terse."


def test_no_secret_survives_redaction_not_even_in_an_address():
    """rows 86 and 94"""
    token = rtc_rtm_token("a" * 32, "b" * 32, "lobby", 102)
    room = CallParticipants("lobby", 100, token, 1002, avatar_uid=102, avatar_token=token, app_id="a" * 32)
    keys = {"GEMINI_API_KEY": "canary-gemini", "ANAM_API_KEY": "canary-anam", "PASS": "canary-pass"}
    values = {
        **filled_values("llm", "gemini"),
        "avatar.vendor": "anam",
        "avatar.anam.avatar_id": "x",
        "brain.headers": {"x-api-key": "${PASS}", "Authorization": "Bearer ${PASS}"},
    }
    body = join_body("ava", values, room, keys)
    assert json.dumps(body).count("canary") == 4
    shown = json.dumps(redacted(body), ensure_ascii=False)
    assert "canary" not in shown
    assert token not in shown
    assert MASK in redacted(body)["properties"]["llm"]["url"]
    assert masked("refused: key canary-gemini, canary-anam", body) == f"refused: key {MASK}, {MASK}"
