"""Every setting that belongs to no vendor: the whole body is known, and agora-agents means the same by its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from agora_agent.agents.types.start_agents_request_properties import StartAgentsRequestProperties

from greenroom.catalog import rules
from greenroom.catalog.conversation import GROUPS
from tests.catalog.goldens import PROMPT, assert_golden, credentials, known_to, plausible, unknown_to
from tests.catalog.test_crossrules import SALT, SERVER, TOOL

pytestmark = pytest.mark.unit

#: Values that must fit each other, or that no example of a kind would be right for.
CHOSEN: Mapping[str, Any] = {
    **PROMPT,
    "prompt.greeting_audio": "https://inn.example/hello.mp3",
    "prompt.greeting_interruptible": False,
    "prompt.variables": {"hotel": "Linden House"},
    "tools.mcp_servers": [{**SERVER, "headers": {"Authorization": "Bearer ${INN_KEY}"}, "allowed_tools": ["rooms"]}],
    "tools.functions": [TOOL],
    "turns.nudge_after": 8000,
    "advanced.encryption_salt": SALT,
    "advanced.sal_samples": {"eva": "https://inn.example/eva.pcm"},
    "advanced.pipeline": "",
    "advanced.extra": {"parameters": {"transcript": {"enable": True}}, "newer_field": 1},
    "brain.params": {"seed": 7},
}
#: What excludes each other, once each way.
WAYS: Mapping[str, Mapping[str, Any]] = {
    "a silence ends a turn, talking over interrupts": {},
    "meaning ends a turn, certain words interrupt": {
        "turns.end_mode": "semantic",
        "turns.interrupt_mode": "keywords",
        "advanced.encryption": 8,
    },
    "never interrupted, fillers made up, a known voice": {
        "turns.interruptible": False,
        "turns.filler_mode": "generated",
        "llm.vendor": "custom",
        "tools.functions": [],
        "llm.custom.url": "https://inn.example/llm",
        "advanced.sal_mode": "recognition",
    },
}
#: In the types of agora-agents 2.12 and not in the catalog, each with the reason.
THEIRS_ONLY: Mapping[str, str] = {
    "advanced_features.enable_rtm": "the stage speaks over the data stream; Agora's RTM is under no open license",
    "parameters.enable_metrics": "needs RTM",
    "parameters.enable_error_message": "needs RTM",
    "advanced_features.enable_mllm": "deprecated: mllm.enable",
    "turn_detection.config.start_of_speech.keywords_config.interrupt_duration_ms": "deprecated: interruption.mode",
    "turn_detection.config.start_of_speech.keywords_config.prefix_padding_ms": "deprecated: interruption.mode",
    "turn_detection.config.start_of_speech.keywords_config.triggered_keywords": "deprecated: interruption.mode",
    "turn_detection.config.start_of_speech.disabled_config.strategy": "deprecated: interruption.enable",
    **{
        f"turn_detection.{name}": "deprecated: turn_detection.config"
        for name in (
            "type",
            "interrupt_mode",
            "interrupt_duration_ms",
            "interrupt_keywords",
            "prefix_padding_ms",
            "silence_duration_ms",
            "threshold",
            "create_response",
            "interrupt_response",
            "eagerness",
        )
    },
    "filler_words.trigger.mode": "has one value, which is the default",
    "filler_words.content.generated_config.fallback_strategy": "has one value, which is the default",
    **{
        name: "belongs to one call: greenroom/agora/body.py"
        for name in ("channel", "token", "agent_rtc_uid", "remote_rtc_uids", "enable_string_uid")
    },
}
BLOCKS = ("asr", "tts", "llm", "mllm", "avatar")
#: Sent by us and not in those types.
OURS_ONLY: Mapping[str, str] = {
    "newer_field": "stands for a field of a person's own",
    "parameters.transcript": "the same",
}
CALL = {"channel": "lobby", "token": "007", "agent_rtc_uid": "100", "remote_rtc_uids": ["1002"]}


def everything(way: Mapping[str, Any]) -> dict[str, Any]:
    """Every active setting of every group filled."""
    values = {**CHOSEN, **way}
    while True:
        own = (f for f in rules.fields(values) if f.vendor is None and f.setting.kind != "secret")
        field = next((f for f in own if f.key not in values), None)
        if field is None:
            return values
        values[field.key] = plausible(field.setting)


@pytest.mark.parametrize("way", WAYS)
def test_a_draft_with_everything_in_it_is_right(way):
    """rows 76, 80 and 83"""
    assert rules.check(everything(WAYS[way]), credentials()) == ()


def test_the_whole_body_is_as_it_was_reviewed():
    """rows 76, 80 and 83"""
    assert_golden("conversation-everything", {way: rules.payload(everything(WAYS[way]), credentials()) for way in WAYS})


def test_no_setting_is_left_out_of_the_proof():
    """rows 76, 80 and 83"""
    seen = {f.key for way in WAYS for f in rules.fields(everything(WAYS[way]))}
    sent = {f"{group.id}.{s.name}" for group in GROUPS for s in group.settings if s.path}
    assert sent - seen == set()


@pytest.mark.parametrize("way", WAYS)
def test_the_type_of_agora_agents_takes_the_body_and_knows_its_fields(way):
    """rows 76, 80 and 83"""
    sent = rules.payload(everything(WAYS[way]), credentials())
    known = unknown_to(StartAgentsRequestProperties, {key: value for key, value in sent.items() if key not in BLOCKS} | CALL)
    assert set(known) == set(OURS_ONLY)


def test_the_catalog_has_every_field_that_agora_agents_has():
    """rows 76, 80 and 83"""
    places = {s.path for group in GROUPS for s in group.settings}
    theirs = {path for path in known_to(StartAgentsRequestProperties) if path.partition(".")[0] not in BLOCKS}
    missing = {path for path in theirs if path not in places and not any(path.startswith(f"{place}.") for place in places)}
    assert missing == set(THEIRS_ONLY)


@pytest.mark.parametrize("way", WAYS)
def test_only_the_settings_of_the_chosen_mode_are_sent(way):
    """row 80"""
    sent = rules.payload(everything(WAYS[way]), credentials())
    for block in (*sent["turn_detection"]["config"].values(), sent["filler_words"]["content"], sent["interruption"]):
        if isinstance(block, dict) and "mode" in block:
            others = {name for name in block if name.endswith("_config")} - {f"{block['mode']}_config"}
            # The list of phrases stays when phrases are made up: it is what is said when none can be.
            assert others <= {"static_config"}
    never = rules.payload({**everything(WAYS[way]), "turns.interruptible": False}, {})["interruption"]
    assert set(never) <= {"enable", "disabled_config"}


@pytest.mark.parametrize("end", ["vad", "semantic"])
def test_switches_that_are_off_are_sent_as_off(end):
    """row 80"""
    switches = {f"{g.id}.{s.name}": False for g in GROUPS for s in g.settings if s.kind == "switch"}
    sent = rules.payload({**PROMPT, **switches, "turns.end_mode": end}, {})
    assert sent["interruption"]["enable"] is False
    assert sent["llm"]["greeting_configs"]["interruptable"] is False
    assert sent["parameters"]["farewell_config"]["graceful_enabled"] is False
    assert sent["filler_words"] == {"enable": False}
    assert sent["advanced_features"] == {"enable_sal": False, "enable_tools": False}
    if end == "semantic":
        assert sent["turn_detection"]["config"]["end_of_speech"]["semantic_config"]["pause_state_enabled"] is False


def test_greeting_variables_and_recording_are_in_the_body():
    """row 76"""
    block = rules.payload(everything({}), credentials())["llm"]
    assert block["greeting_audio_url"] == "https://inn.example/hello.mp3"
    assert block["template_variables"] == {"hotel": "Linden House"}
    assert block["greeting_configs"]["mode"] == "single_every"
    assert block["greeting_configs"]["uninterruptible_asr_policy"] == "merge_reply"
    assert block["greeting_configs"]["audio_pcm_sample_rate"] == 8000


def test_a_model_of_ones_own_for_fillers_has_its_key_from_the_server():
    """row 83"""
    values = everything(WAYS["never interrupted, fillers made up, a known voice"])
    provider = rules.payload(values, credentials())["filler_words"]["content"]["generated_config"]["llm_provider"]
    assert provider == {"url": "wss://vendor.example/v1", "api_key": "<FILLER_LLM_API_KEY>", "params": {"example": 1}}
    off = rules.payload({**values, "turns.filler_own": False}, credentials())["filler_words"]["content"]["generated_config"]
    assert "llm_provider" not in off
