"""Every vendor of voices: its whole body is known, and agora-agents means the same by its fields."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from agora_agent.agentkit.preview.gemini_tts import GeminiTTS
from agora_agent.agentkit.vendors import tts as builders
from agora_agent.types import tts as sdk

from greenroom.catalog import rules
from greenroom.catalog.tts import TTS
from tests.catalog.goldens import assert_golden, body, catalog_paths, credentials, filled_values, known_to, unknown_to, vendor

pytestmark = pytest.mark.unit

TYPES = {
    "openai": sdk.Tts_Openai,
    "minimax": sdk.Tts_Minimax,
    "elevenlabs": sdk.Tts_Elevenlabs,
    "microsoft": sdk.Tts_Microsoft,
    "cartesia": sdk.Tts_Cartesia,
    "google": sdk.Tts_Google,
    "amazon": sdk.Tts_Amazon,
    "deepgram": sdk.Tts_Deepgram,
    "humeai": sdk.Tts_Humeai,
    "rime": sdk.Tts_Rime,
    "fishaudio": sdk.Tts_Fishaudio,
    "sarvam": sdk.Tts_Sarvam,
    "murf": sdk.Tts_Murf,
    "xai": sdk.Tts_Xai,
    "gradium": sdk.Tts_Gradium,
    "mistral": sdk.Tts_Mistral,
    "typecast": sdk.Tts_Typecast,
    "smallestai": sdk.Tts_Smallestai,
    "generic_http": sdk.Tts_GenericHttp,
    "tencent": sdk.Tts_Tencent,
    "bytedance": sdk.Tts_Bytedance,
    "bytedance_duplex": sdk.Tts_BytedanceDuplex,
    "cosyvoice": sdk.Tts_Cosyvoice,
    "stepfun": sdk.Tts_Stepfun,
}

#: Sent by us and not in the types of agora-agents 2.12, each with the reason why it is sent all the same.
OURS_ONLY: Mapping[tuple[str, str], str] = {
    ("openai", "credential_mode"): "the documentation of managed mode has it; the package still sends the older preset",
    ("minimax", "credential_mode"): "the documentation of managed mode has it; the package still sends the older preset",
    ("elevenlabs", "params.optimize_streaming_latency"): "its builder ElevenLabsTTS sends it",
    ("google", "params.VoiceSelectionParams.language_code"): "its builder GoogleTTS sends it",
    ("generic_http", "params.instructions"): "the documentation has the plural, as OpenAI's protocol does",
    ("generic_http", "params.enable_request_id"): "the documentation has it",
}
#: In those types and not in the catalog, for any vendor ("*") or one.
THEIRS_ONLY: Mapping[tuple[str, str], str] = {
    ("*", "skip_patterns"): "voice.skip, a setting of the conversation",
    ("deepgram", "params.skip_patterns"): "the same in a second place; voice.skip fills the first",
    ("generic_http", "params.instruction"): "the documentation calls it instructions",
}
#: Not in the package: its stable types have no Gemini voices, its preview does not describe the body.
WITHOUT_TYPE = {"gemini"}
IDS = [v.id for v in TTS]
TYPED = [vendor_id for vendor_id in IDS if vendor_id not in WITHOUT_TYPE]


def test_every_vendor_of_the_api_is_there_and_openai_comes_first():
    """row 78"""
    assert set(IDS) == set(TYPES) | WITHOUT_TYPE
    assert IDS[0] == "openai"
    assert {v.id for v in TTS if v.market == "cn"} == {"tencent", "bytedance", "bytedance_duplex", "cosyvoice", "stepfun"}
    assert [v.id for v in TTS if v.market == "preview"] == ["gemini"]


@pytest.mark.parametrize("vendor_id", IDS)
def test_the_whole_body_is_as_it_was_reviewed(vendor_id):
    """row 78"""
    values = filled_values("tts", vendor_id)
    problems = rules.check(values, credentials())
    in_preview = vendor("tts", vendor_id).market == "preview"
    assert [problem.setting for problem in problems] == (["tts.vendor"] if in_preview else [])
    assert_golden(f"tts-{vendor_id}", body("tts", vendor_id))


@pytest.mark.parametrize("vendor_id", TYPED)
def test_the_types_of_agora_agents_take_the_block_and_know_its_fields(vendor_id):
    """row 78"""
    unknown = unknown_to(TYPES[vendor_id], body("tts", vendor_id)["tts"])
    assert unknown == sorted(path for (owner, path) in OURS_ONLY if owner == vendor_id)


@pytest.mark.parametrize("vendor_id", TYPED)
def test_the_catalog_has_every_field_that_agora_agents_has(vendor_id):
    """row 78"""
    missing = known_to(TYPES[vendor_id]) - catalog_paths(vendor("tts", vendor_id))
    assert {path for path in missing if not {("*", path), (vendor_id, path)} & set(THEIRS_ONLY)} == set()


@pytest.mark.parametrize("entry", TTS, ids=IDS)
def test_every_vendor_says_which_setting_is_the_voice(entry):
    """row 78"""
    assert next(s for s in entry.settings if s.name == entry.voice).path.startswith("tts.params.")


@pytest.mark.parametrize(
    ("vendor_id", "place"),
    [
        ("elevenlabs", ("sample_rate",)),
        ("minimax", ("audio_setting", "sample_rate")),
        ("cartesia", ("output_format", "sample_rate")),
        ("google", ("AudioConfig", "sample_rate_hertz")),
    ],
)
def test_the_sample_rate_that_an_avatar_is_checked_against_is_the_one_that_is_sent(vendor_id, place):
    """row 78"""
    values = {"prompt.system": "You are terse.", "tts.vendor": vendor_id, f"tts.{vendor_id}.sample_rate": 16_000}
    sent = rules.payload(values, credentials())["tts"]["params"]
    for name in place:
        sent = sent[name]
    assert sent == rules.speech_rate(vendor("tts", vendor_id), values) == 16_000


def test_openai_speaks_at_24_kilohertz_whatever_is_set():
    assert rules.speech_rate(TTS[0], {}) == 24_000


def test_nothing_but_a_voice_is_needed_on_agoras_account_and_no_key_is_sent():
    """row 78"""
    block = rules.payload({"prompt.system": "You are terse."}, credentials())["tts"]
    expected = {"voice": "coral", "speed": 1.0, "model": "tts-1"}
    assert block == {"vendor": "openai", "credential_mode": "managed", "params": expected}


def test_an_own_account_brings_key_address_and_every_model():
    """row 78"""
    values = {"prompt.system": "You are terse.", "tts.openai.credentials": "byok", "tts.openai.model": "gpt-4o-mini-tts"}
    block = rules.payload({**values, "tts.openai.instructions": "Calm."}, credentials())["tts"]
    assert block["credential_mode"] == "byok"
    assert block["params"] | {"api_key": "<OPENAI_API_KEY>", "instructions": "Calm."} == block["params"]
    assert block["params"]["base_url"] == "https://api.openai.com/v1"
    assert [p.setting for p in rules.check(values, credentials=())] == ["tts.openai.api_key"]


def test_a_mix_of_voices_takes_the_place_of_one():
    """row 78"""
    rows = [{"voice_id": "English_Trustworth_Man", "weight": 70}, {"voice_id": "English_Graceful_Lady", "weight": 30}]
    values = {"prompt.system": "You are terse.", "tts.vendor": "minimax", "tts.minimax.mixing": "mix"}
    assert [p.setting for p in rules.check(values)] == ["tts.minimax.timber_weights"]
    mixed = {**values, "tts.minimax.timber_weights": rows}
    assert rules.check(mixed) == ()
    params = rules.payload(mixed, {})["tts"]["params"]
    assert params["timber_weights"] == rows
    assert "voice_id" not in params["voice_setting"]


def test_the_builders_of_agora_agents_make_the_same_block_where_its_types_know_less():
    """row 78: Gemini's voices, which it has in its preview only, and a field of ElevenLabs"""
    sent = body("tts", "gemini")["tts"]
    assert GeminiTTS(**sent["params"]).to_config() == sent
    sent = body("tts", "elevenlabs")["tts"]
    del sent["params"]["speed"]  # which the type knows, and the builder does not
    assert builders.ElevenLabsTTS(**sent["params"]).to_config() == sent
