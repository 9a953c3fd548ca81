"""Join bodies that Agora accepts although they are partial: presets, pipelines, realtime models, older names."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.twin.rest.coverage import complete, current_names
from greenroom.twin.rest.reasons import MissingRequiredField
from greenroom.twin.rest.rules import check_join

pytestmark = pytest.mark.unit

ROOM = {"channel": "room", "token": "", "agent_rtc_uid": "100", "remote_rtc_uids": ["1002"]}
MINIMAX = {"vendor": "minimax", "params": {"voice_setting": {"voice_id": "English_captivating_female1"}}}
OWN_LLM = {"url": "https://models.example/v1/chat/completions", "api_key": "k"}
OWN_TTS = {"vendor": "openai", "params": {"voice": "alloy"}}
REALTIME = {"enable": True, "vendor": "openai", "url": "wss://api.openai.com/v1/realtime", "params": {"model": "gpt-realtime"}}


def body(top: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    return {"name": "ava", "properties": ROOM | properties, **(top or {})}


def test_a_preset_allows_partial_blocks():
    preset = {"preset": "deepgram_nova_3,openai_gpt_4o_mini,minimax_speech_2_6_turbo"}
    check_join(body(preset, llm={"style": "openai"}, tts=MINIMAX, asr={"vendor": "deepgram", "params": {"language": "en"}}))


def test_a_preset_allows_absent_blocks():
    check_join(body({"preset": "openai_gpt_4o_mini, openai_tts_1"}))


@pytest.mark.parametrize(("preset", "missing"), [("openai_tts_1", "llm"), ("openai_gpt_5_mini", "tts"), ("unheard_of", "tts")])
def test_a_preset_covers_its_own_roles_only(preset: str, missing: str):
    with pytest.raises(MissingRequiredField, match=f"properties.{missing}"):
        check_join(body({"preset": preset}))


def test_a_pipeline_covers_every_role():
    check_join(body({"pipeline_id": "p-1"}))
    check_join(body({"pipeline_id": "p-1"}, llm={"params": {"model": "gpt-4o"}}, tts=MINIMAX))


def test_managed_minimax_needs_no_group_id_and_an_own_account_does():
    model = {"params": MINIMAX["params"] | {"model": "speech-2.8-turbo"}}
    check_join(body(llm=OWN_LLM, tts=MINIMAX | model | {"credential_mode": "managed"}))
    with pytest.raises(MissingRequiredField, match="group_id"):
        check_join(body(llm=OWN_LLM, tts=MINIMAX | model))


def test_a_preset_stands_for_managed_vendors_and_models():
    properties = complete(body({"preset": "deepgram_nova_2,openai_gpt_4o_mini,openai_tts_1"}, tts={"params": {"voice": "alloy"}}))
    assert properties["asr"] == {"vendor": "deepgram", "credential_mode": "managed", "params": {"model": "nova-2"}}
    assert properties["llm"]["params"] == {"model": "gpt-4o-mini"}
    assert properties["tts"] == {
        "vendor": "openai",
        "credential_mode": "managed",
        "params": {"voice": "alloy", "model": "tts-1"},
    }


def test_a_value_in_the_body_takes_precedence_over_the_preset():
    asked = body({"preset": "openai_gpt_4o_mini"}, llm={"params": {"model": "gpt-4.1"}}, tts=OWN_TTS)
    assert complete(asked)["llm"]["params"] == {"model": "gpt-4.1"}
    assert asked["properties"]["llm"] == {"params": {"model": "gpt-4.1"}}


@pytest.mark.parametrize(
    "beside",
    [
        {"turn_detection": {"mode": "server_vad", "type": "server_vad", "threshold": 0.5}},
        {"turn_detection": {"type": "semantic_vad", "eagerness": "auto"}},
        {"tts": {"vendor": "", "params": {}}, "llm": {"url": ""}},
        {"asr": {"vendor": "soniox"}, "interruption": {"mode": "unheard of"}},
    ],
)
def test_what_a_realtime_model_ignores_is_not_checked(beside: dict[str, Any]):
    check_join(body(mllm=REALTIME, **beside))


@pytest.mark.parametrize("vendor", ["openai", "xai", "gemini", "qwen_omni"])
def test_a_realtime_model_chooses_a_voice_by_itself(vendor: str):
    check_join(body(mllm=REALTIME | {"vendor": vendor}))


def test_a_realtime_model_switched_on_in_the_older_way_needs_no_other_stage():
    check_join(
        body(mllm={key: value for key, value in REALTIME.items() if key != "enable"}, advanced_features={"enable_mllm": True})
    )


def test_heygen_is_liveavatar():
    params = {"api_key": "k", "quality": "high", "agora_uid": "102", "agora_token": ""}
    asked = body(llm=OWN_LLM, tts=OWN_TTS, avatar={"enable": True, "vendor": "heygen", "params": params})
    renamed, notes = current_names(asked)
    check_join(renamed)
    assert renamed["properties"]["avatar"]["vendor"] == "liveavatar"
    assert asked["properties"]["avatar"]["vendor"] == "heygen"
    assert notes == ("The avatar vendor heygen is now called liveavatar.",)
