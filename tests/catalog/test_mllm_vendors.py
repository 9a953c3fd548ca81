"""Every realtime model: its whole body is known, and agora-agents means the same by its fields."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from agora_agent.types.mllm import Mllm

from greenroom.catalog import rules
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.mllm import MLLM
from tests.catalog.goldens import assert_golden, body, catalog_paths, credentials, filled_values, known_to, unknown_to, vendor

pytestmark = pytest.mark.unit

IDS = [v.id for v in MLLM if v.id != "none"]
#: Sent by us and not in the type of agora-agents 2.12, each with the reason why it is sent all the same.
OURS_ONLY: Mapping[str, str] = {
    "params.adc_credentials_string": "its builder VertexAI sends it there",
    "params.project_id": "its builder VertexAI sends it there",
    "params.location": "its builder VertexAI sends it there",
    "params.language_codes": "its builder GeminiLive sends it",
    "params.thinking_level": "its builder GeminiLive sends it",
    "params.example": "stands for other parameters of a person's own",
    "params.prompt": "its builder OpenAIGPTLive sends it",
    "params.delegation": "its builder OpenAIGPTLive sends it",
    "params.responses_model": "its builder OpenAIGPTLive sends it",
    "params.interrupt_on_user_turn": "its builder OpenAIGPTLive sends it",
    "params.tool_enabled": "its builder OpenAIGPTLive sends it",
    "params.input_batch_ms": "its builder OpenAIGPTLive sends it",
    "params.input_idle_end_ms": "its builder OpenAIGPTLive sends it",
    "params.output_buffer_ms": "its builder OpenAIGPTLive sends it",
    "params.output_idle_end_ms": "its builder OpenAIGPTLive sends it",
    "params.output_silence_peak": "its builder OpenAIGPTLive sends it",
    "params.output_sample_rate": "its builder OpenAIGPTLive sends it",
    "params.base_url": "its builder OpenAIGPTLive sends it",
    "params.path": "its builder OpenAIGPTLive sends it",
    "params.alpha_selector": "its builder OpenAIGPTLive sends it",
    "params.headers": "its builder OpenAIGPTLive sends it",
    "params.session_params": "its builder OpenAIGPTLive sends it",
}
#: In that type and not in the catalog.
_TOOLS = "functions are edited as JSON and checked by greenroom/catalog/tool_checks.py"
THEIRS_ONLY: Mapping[str, str] = {
    "adc_credentials_string": "the documentation and the builder VertexAI put it into params",
    "project_id": "the documentation and the builder VertexAI put it into params",
    "location": "the documentation and the builder VertexAI put it into params",
}
MODES = {
    "openai": {"agora_vad", "server_vad", "semantic_vad"},
    "azure": {"agora_vad", "server_vad", "semantic_vad"},
    "gemini": {"agora_vad", "server_vad"},
    "vertexai": {"agora_vad", "server_vad"},
    "xai": {"agora_vad", "server_vad"},
    "openai_gpt_live": set(),
    "qwen_omni": {"agora_vad", "server_vad", "semantic_vad"},
}
WITH_TURNS = [vendor_id for vendor_id, modes in MODES.items() if modes]


def test_off_comes_first_and_every_model_of_the_api_is_there():
    """row 81"""
    assert MLLM[0].id == "none"
    assert set(IDS) == set(MODES)
    assert {v.id for v in MLLM if v.market == "cn"} == {"qwen_omni"}


@pytest.mark.parametrize("vendor_id", IDS)
def test_the_whole_body_is_as_it_was_reviewed(vendor_id):
    """row 81"""
    assert rules.check(filled_values("mllm", vendor_id), credentials()) == ()
    assert_golden(f"mllm-{vendor_id}", body("mllm", vendor_id))


@pytest.mark.parametrize("vendor_id", IDS)
def test_a_realtime_model_leaves_no_trace_of_ears_brain_and_voice(vendor_id):
    """row 81"""
    values = {
        **filled_values("mllm", vendor_id),
        "hearing.keywords": ["Ava"],
        "brain.top_p": 0.5,
        "voice.skip": [1],
        "turns.filler": True,
        "turns.nudge_after": 5000,
        "turns.interruptible": False,
        "brain.headers": {"a": "b"},
        "advanced.sal": True,
        "prompt.variables": {"a": "b"},
    }
    sent = rules.payload(values, credentials())
    gone = {"asr", "llm", "tts", "turn_detection", "interruption", "filler_words", "sal"}
    assert gone & set(sent) == set()
    assert "silence_config" not in sent["parameters"]


def test_what_a_person_adds_by_hand_may_be_of_any_kind():
    """row 84"""
    values = {**filled_values("mllm", "openai"), "advanced.extra": {"parameters": {"silence_config": "none"}}}
    assert rules.payload(values, {})["parameters"]["silence_config"] == "none"


@pytest.mark.parametrize("vendor_id", IDS)
def test_prompt_greeting_and_tools_move_into_the_realtime_model(vendor_id):
    """row 81"""
    servers = [{"name": "inn", "endpoint": "https://tools.example/mcp"}]
    values = {
        **filled_values("mllm", vendor_id),
        "prompt.greeting": "Hello.",
        "tools.enable": True,
        "tools.mcp_servers": servers,
    }
    block = rules.payload(values, {})["mllm"]
    assert "You are terse." in (block["params"].get("instructions"), block["params"].get("prompt"))
    assert block["greeting_message"] == "Hello."
    assert block["mcp_servers"][0]["name"] == "inn"


@pytest.mark.parametrize("vendor_id", WITH_TURNS)
def test_only_the_block_of_the_chosen_turn_mode_is_sent(vendor_id):
    """row 80"""
    base = {k: v for k, v in filled_values("mllm", vendor_id).items() if not k.startswith(f"mllm.{vendor_id}.turn_mode")}
    mode = next(s for s in vendor("mllm", vendor_id).settings if s.name == "turn_mode")
    assert {c.value for c in mode.choices} == MODES[vendor_id]
    for one in MODES[vendor_id]:
        everything = {
            f"mllm.{vendor_id}.{s.name}": s.choices[0].value if s.choices else s.low
            for s in vendor("mllm", vendor_id).settings
            if s.when
        }
        turns = rules.payload({**base, **everything, f"mllm.{vendor_id}.turn_mode": one}, {})["mllm"]["turn_detection"]
        assert set(turns) == {"mode", f"{one}_config"}


def test_a_model_that_takes_turns_by_itself_is_told_nothing_of_them():
    """row 80"""
    assert "turn_detection" not in body("mllm", "openai_gpt_live")["mllm"]


@pytest.mark.parametrize("name", ["project", "location"])
def test_vertex_needs_project_and_location(name):
    """row 81: it is called location, and stands among the parameters"""
    values = {**filled_values("mllm", "vertexai"), f"mllm.vertexai.{name}": ""}
    assert [p.setting for p in rules.check(values)] == [f"mllm.vertexai.{name}"]
    params = body("mllm", "vertexai")["mllm"]["params"]
    assert "location" in params
    assert "region" not in params


@pytest.mark.parametrize("vendor_id", IDS)
def test_the_type_of_agora_agents_takes_the_block_and_knows_its_fields(vendor_id):
    """row 81"""
    assert set(unknown_to(Mllm, body("mllm", vendor_id)["mllm"])) <= set(OURS_ONLY)


def test_the_catalog_has_every_field_that_agora_agents_has():
    """row 81"""
    places = {s.realtime.removeprefix("mllm.") for group in GROUPS for s in group.settings if s.realtime}
    for entry in MLLM:
        places |= catalog_paths(entry) | ({entry.prompt_path.removeprefix("mllm.")} if entry.prompt_path else set())
    whole = {"tools": _TOOLS, "messages": "rows", "mcp_servers": "rows"}
    missing = {path for path in known_to(Mllm) if path not in places and path.partition(".")[0] not in whole}
    assert missing == set(THEIRS_ONLY)
