"""Every vendor of recognition: its whole body is known, and agora-agents means the same by its fields."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from agora_agent.agentkit.vendors import stt as builders
from agora_agent.types import asr as sdk

from greenroom.catalog import rules
from greenroom.catalog.asr import ASR
from tests.catalog.goldens import assert_golden, body, catalog_paths, credentials, filled_values, known_to, unknown_to, vendor

pytestmark = pytest.mark.unit

TYPES = {
    "ares": sdk.Asr_Ares,
    "deepgram": sdk.Asr_Deepgram,
    "microsoft": sdk.Asr_Microsoft,
    "openai": sdk.Asr_Openai,
    "google": sdk.Asr_Google,
    "gemini": sdk.Asr_Gemini,
    "amazon": sdk.Asr_Amazon,
    "assemblyai": sdk.Asr_Assemblyai,
    "speechmatics": sdk.Asr_Speechmatics,
    "sarvam": sdk.Asr_Sarvam,
    "xai": sdk.Asr_Xai,
    "smallestai": sdk.Asr_Smallestai,
    "fengming": sdk.Asr_Fengming,
    "tencent": sdk.Asr_Tencent,
    "xfyun": sdk.Asr_Xfyun,
    "xfyun_bigmodel": sdk.Asr_XfyunBigmodel,
    "xfyun_dialect": sdk.Asr_XfyunDialect,
}

#: Sent by us and not in the types of agora-agents 2.12, each with the reason why it is sent all the same.
OURS_ONLY: Mapping[tuple[str, str], str] = {
    ("deepgram", "credential_mode"): "the documentation of managed mode has it; the package still sends the older preset",
    ("deepgram", "params.smart_format"): "its builder DeepgramSTT sends it",
    ("deepgram", "params.punctuation"): "its builder DeepgramSTT sends it",
    ("speechmatics", "params.model"): "its builder SpeechmaticsSTT sends it",
    ("sarvam", "params.model"): "its builder SarvamSTT sends it",
}
#: In those types and not in the catalog, for any vendor ("*") or one.
THEIRS_ONLY: Mapping[tuple[str, str], str] = {
    ("*", "language"): "a vendor's own language in params wins over it; there is one field for one thing",
    ("*", "keywords"): "hearing.keywords, a setting of the conversation",
    ("*", "params"): "Ares and Fengming have none",
    ("speechmatics", "params.api_key"): "the deprecated name of params.key",
}
IDS = [v.id for v in ASR]


def test_every_vendor_of_the_api_is_there_and_ares_comes_first():
    """row 79"""
    assert set(IDS) == set(TYPES)
    assert IDS[0] == "ares"
    assert {v.id for v in ASR if v.market == "cn"} == {"fengming", "tencent", "xfyun", "xfyun_bigmodel", "xfyun_dialect"}


def test_agoras_own_recognition_offers_every_language_it_has():
    """row 79: at least 12"""
    language = next(s for s in vendor("asr", "ares").settings if s.name == "language")
    assert len({c.value for c in language.choices}) == 32


@pytest.mark.parametrize("vendor_id", IDS)
def test_the_whole_body_is_as_it_was_reviewed(vendor_id):
    """row 79"""
    values = filled_values("asr", vendor_id)
    assert rules.check(values, credentials()) == ()
    assert_golden(f"asr-{vendor_id}", body("asr", vendor_id))


@pytest.mark.parametrize("vendor_id", IDS)
def test_the_types_of_agora_agents_take_the_block_and_know_its_fields(vendor_id):
    """row 79"""
    unknown = unknown_to(TYPES[vendor_id], body("asr", vendor_id)["asr"])
    assert unknown == sorted(path for (owner, path) in OURS_ONLY if owner == vendor_id)


@pytest.mark.parametrize("vendor_id", IDS)
def test_the_catalog_has_every_field_that_agora_agents_has(vendor_id):
    """row 79"""
    missing = known_to(TYPES[vendor_id]) - catalog_paths(vendor("asr", vendor_id))
    assert {path for path in missing if not {("*", path), (vendor_id, path)} & set(THEIRS_ONLY)} == set()


@pytest.mark.parametrize(
    ("vendor_id", "builder", "renamed"),
    [
        ("deepgram", builders.DeepgramSTT, {"key": "api_key"}),
        ("speechmatics", builders.SpeechmaticsSTT, {}),
        ("sarvam", builders.SarvamSTT, {}),
        ("smallestai", builders.SmallestAISTT, {}),
    ],
)
def test_the_builders_of_agora_agents_make_the_same_parameters_where_its_types_know_less(vendor_id, builder, renamed):
    """row 79: also switches as words in quotes, as Smallest AI wants them"""
    sent = dict(body("asr", vendor_id)["asr"]["params"])
    options = {renamed.get(name, name): {"true": True, "false": False}.get(value, value) for name, value in sent.items()}
    known = {name: value for name, value in options.items() if name in builder.model_fields}
    other = {name: value for name, value in options.items() if name not in known}
    assert builder(**known, additional_params=other).to_config()["params"] == sent
