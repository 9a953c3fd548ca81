"""Every rule between settings, broken once: what it says, and that the cure it offers mends it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.catalog import crossrules, rules
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.voices import stand_in
from greenroom.errors import Problem
from tests.catalog.goldens import filled_values
from tests.catalog.test_any_value import JSON

pytestmark = pytest.mark.unit

BASE = {"prompt.system": "You are terse."}
SALT = base64.b64encode(bytes(32)).decode()
SERVER = {"name": "inn", "endpoint": "https://tools.example/mcp"}
TOOL = {
    "type": "function",
    "function": {"name": "rooms", "description": "Free rooms.", "parameters": {"type": "object", "properties": {}}},
    "server": {"method": "GET", "url": "https://inn.example/rooms"},
}
ANAM = {k: v for k, v in filled_values("avatar", "anam").items() if not k.endswith((".width", ".height"))}
AKOOL = {"avatar.vendor": "akool", "avatar.akool.avatar_id": "x"}
LEMON = {"avatar.vendor": "lemonslice"}
PICTURES = {"avatar.lemonslice.agent_id": "a", "avatar.lemonslice.image_url": "https://x.example/a.png"}


@dataclass(frozen=True)
class RuleBreak:
    """Values that break one rule; where it is said, part of what is said, and whether a cure is offered."""

    rule: str
    values: Mapping[str, Any]
    setting: str
    said: str
    mends: bool = True


BREAKS = (
    RuleBreak("avatar_excludes_realtime", {"mllm.vendor": "openai", **ANAM}, "avatar.vendor", "Realtime models"),
    RuleBreak("avatar_and_voice_rates_match", {**AKOOL, "tts.vendor": "elevenlabs"}, "tts.elevenlabs.sample_rate", "16 kHz"),
    RuleBreak("avatar_and_voice_rates_match", AKOOL, "tts.vendor", "needs a 16 kHz voice"),
    RuleBreak(
        "avatar_and_voice_rates_match",
        {"avatar.vendor": "liveavatar", "tts.vendor": "cartesia"},
        "tts.cartesia.sample_rate",
        "24 kHz",
    ),
    RuleBreak("avatar_and_voice_rates_match", {**ANAM, "avatar.anam.sample_rate": 48_000}, "avatar.anam.sample_rate", "24 kHz"),
    RuleBreak("avatar_and_voice_rates_match", {**ANAM, "tts.vendor": "cartesia"}, "tts.cartesia.sample_rate", "24 kHz"),
    RuleBreak("lemonslice_takes_one_image", {**LEMON, **PICTURES}, "avatar.lemonslice.image_url", "only one"),
    RuleBreak("lemonslice_takes_one_image", LEMON, "avatar.lemonslice.agent_id", "needs an agent", mends=False),
    RuleBreak("width_and_height_go_together", {**ANAM, "avatar.anam.width": 720}, "avatar.anam.height", "together"),
    RuleBreak("no_idle_timeout_is_confirmed", {"turns.idle": 0}, "turns.idle", "72 hours, about $436"),
    RuleBreak("reminder_needs_words", {"turns.nudge_after": 5000}, "turns.nudge", "Enter a text"),
    RuleBreak(
        "greeting_audio_needs_a_greeting",
        {"prompt.greeting_audio": "https://x.example/a.mp3"},
        "prompt.greeting",
        "for the transcript",
    ),
    RuleBreak("keywords_need_ares", {"asr.vendor": "deepgram", "hearing.keywords": ["Ava"]}, "hearing.keywords", "Deepgram"),
    RuleBreak("push_to_talk_needs_rtm", {"turns.end_mode": "manual"}, "turns.end_mode", "RTM"),
    RuleBreak(
        "a_reminder_comes_before_the_end",
        {"turns.nudge_after": 60_000, "turns.nudge": "Still there?", "turns.silence_end": 60},
        "turns.silence_end",
        "silence reminder",
    ),
    RuleBreak("push_to_talk_needs_rtm", {"turns.start_mode": "manual"}, "turns.start_mode", "RTM"),
    RuleBreak("fillers_need_phrases", {"turns.filler": True}, "turns.filler_phrases", "are required"),
    RuleBreak(
        "fillers_are_short",
        {"turns.filler": True, "turns.filler_phrases": ["One moment.", "so " * 51]},
        "turns.filler_phrases",
        "50 words",
    ),
    RuleBreak(
        "fillers_are_short",
        {"turns.filler": True, "turns.filler_phrases": ["so " * 51]},
        "turns.filler_phrases",
        "50 words",
        mends=False,
    ),
    RuleBreak(
        "claude_temperature_is_limited",
        {"llm.vendor": "anthropic", "brain.temperature": 1.5},
        "brain.temperature",
        "at most 1",
    ),
    RuleBreak(
        "claude_temperature_is_limited", {"llm.vendor": "bedrock", "brain.temperature": 1.1}, "brain.temperature", "Bedrock"
    ),
    RuleBreak("functions_are_valid", {"tools.enable": True, "tools.functions": [{}]}, "tools.functions", "entry 1", mends=False),
    RuleBreak(
        "functions_are_valid",
        {**filled_values("llm", "custom"), "tools.enable": True, "tools.functions": [TOOL]},
        "tools.functions",
        "calls its own",
    ),
    RuleBreak(
        "functions_are_valid",
        {**filled_values("llm", "dify"), "tools.enable": True, "tools.functions": [TOOL]},
        "tools.functions",
        "Dify",
    ),
    RuleBreak(
        "mcp_server_names_are_valid",
        {"tools.enable": True, "tools.mcp_servers": [{**SERVER, "name": "the inn"}, SERVER, SERVER]},
        "tools.mcp_servers",
        "letters and digits",
    ),
    RuleBreak("tools_are_enabled", {"tools.functions": [TOOL]}, "tools.enable", "is off"),
    RuleBreak("tools_are_enabled", {"tools.enable": False, "tools.mcp_servers": [SERVER]}, "tools.enable", "is off"),
    RuleBreak(
        "published_agent_has_its_own_tools",
        {"advanced.pipeline": "p1", "tools.enable": True, "tools.mcp_servers": [SERVER]},
        "advanced.pipeline",
        "would replace",
    ),
    RuleBreak(
        "known_voices_need_a_custom_model",
        {"advanced.sal": True, "advanced.sal_mode": "recognition", "advanced.sal_samples": {"eva": "https://x.example/eva.pcm"}},
        "advanced.sal_mode",
        "your own code",
    ),
    RuleBreak(
        "known_voices_need_a_custom_model",
        {
            **filled_values("llm", "custom"),
            "advanced.sal": True,
            "advanced.sal_mode": "recognition",
            "advanced.sal_samples": {"unknown": "https://x.example/eva.pcm"},
        },
        "advanced.sal_samples",
        "another name",
        mends=False,
    ),
    RuleBreak(
        "managed_models_are_limited",
        {"tts.vendor": "minimax", "tts.minimax.credentials": "managed", "tts.minimax.model": "speech-01-turbo"},
        "tts.minimax.model",
        "Agora's account",
    ),
    RuleBreak(
        "encryption_salt_is_valid",
        {"advanced.encryption": 8, "advanced.encryption_salt": "c2hvcnQ="},
        "advanced.encryption_salt",
        "32 bytes",
    ),
)
BREAKS = (
    *BREAKS,
    RuleBreak("prompt_hint", {"prompt.system": "", "advanced.pipeline": "p-1"}, "prompt.system", "needs its own", mends=False),
    RuleBreak(
        "model_limits",
        {"llm.managed.model": "gpt-5-mini", "brain.params": {"temperature": 1}},
        "advanced.extra",
        "doesn't support it",
        mends=False,
    ),
    RuleBreak(
        "unset_hint",
        {"llm.vendor": "azure", "llm.azure.model": None, "llm.azure.url": "https://a.example", "llm.azure.unsent": ["llm.url"]},
        "llm.azure.model",
        "isn't set",
        mends=False,
    ),
    RuleBreak("reasoning_needs_tokens", {"llm.managed.model": "gpt-5-mini"}, "brain.max_tokens", "tokens to reason"),
    RuleBreak(
        "function_servers_are_reachable",
        {"tools.enable": True, "tools.functions": [{**TOOL, "server": {"method": "GET", "url": "https://api.example.com/x"}}]},
        "tools.functions",
        "placeholder server api.example.com",
        mends=False,
    ),
    RuleBreak("transcript_channel", {"advanced.data_channel": "rtm"}, "advanced.data_channel", "no transcript"),
    RuleBreak(
        "cartesia_needs_raw_audio",
        {"tts.vendor": "cartesia", "tts.cartesia.unsent": ["tts.params.output_format.container"]},
        "tts.cartesia.unsent",
        "output_format",
    ),
    RuleBreak("an_agent_needs_a_model_and_a_voice", {"tts.vendor": "unset"}, "tts.vendor", "Agora requires one"),
    RuleBreak(
        "keys_go_to_their_vendor",
        {"llm.vendor": "openai", "llm.openai.url": "https://api.groq.com/openai/v1/chat/completions"},
        "llm.openai.url",
        "OPENAI_API_KEY belongs to OpenAI",
    ),
    RuleBreak(
        "listed_fields_have_listed_values",
        {"llm.vendor": "other", "llm.other.block": {"vendor": "x", "credential_mode": "vault"}},
        "llm.other.block",
        "credential_mode can't be 'vault'. Use byok or managed",
        mends=False,
    ),
    RuleBreak("variables_are_filled_in", {"prompt.system": "${SYSTEM_PROMPT}"}, "prompt.system", "a variable", mends=False),
)
IDS = [f"{one.rule}-{one.setting}" for one in BREAKS]


def found(rule: str, values: Mapping[str, Any]) -> list[Problem]:
    return list(getattr(crossrules, rule)(values))


def test_every_rule_is_broken_here_and_says_why_it_is_one():
    assert {one.rule for one in BREAKS} == {rule.__name__ for rule in (*crossrules.RULES, *crossrules.HINTS)}
    assert all(rule.__doc__ for rule in (*crossrules.RULES, *crossrules.HINTS))


@pytest.mark.parametrize("rule", [*crossrules.RULES, *crossrules.HINTS], ids=lambda rule: rule.__name__)
def test_no_rule_is_broken_by_a_plain_agent(rule):
    assert list(rule(BASE)) == []


@pytest.mark.parametrize("broken", BREAKS, ids=IDS)
def test_a_broken_rule_says_at_its_setting_what_to_change(broken):
    """rows 45, 76, 80 and 83"""
    problem = next(p for p in found(broken.rule, {**BASE, **broken.values}) if p.setting == broken.setting)
    said = f"{problem.message} {problem.advice}"
    assert broken.said in said
    assert problem.message[0].isupper()
    assert problem.message.endswith(".")
    hint = broken.rule in {rule.__name__ for rule in crossrules.HINTS}
    assert problem in (rules.hints if hint else rules.check)({**BASE, **broken.values})


@pytest.mark.parametrize("broken", BREAKS, ids=IDS)
def test_the_cure_that_is_offered_mends_it_and_breaks_nothing_else(broken):
    """rows 45, 76, 80 and 83"""
    values = {**BASE, **broken.values}
    problem = next(p for p in found(broken.rule, values) if p.setting == broken.setting)
    assert bool(problem.fix) == bool(problem.fix_label) == broken.mends
    if broken.mends:
        mended = {**values, **dict(problem.fix)}
        assert found(broken.rule, mended) == []
        before = rules.check(values)
        assert [p for p in rules.check(mended) if p not in before] == []


@pytest.mark.parametrize(
    "values",
    [
        {**AKOOL, "tts.vendor": "cartesia"},
        {**LEMON, "avatar.lemonslice.image_url": "https://x.example/a.png"},
        {**ANAM, "avatar.anam.width": 720, "avatar.anam.height": 480},
        {"turns.nudge_after": 5000, "turns.nudge": "Still there?"},
        {"prompt.greeting_audio": "https://x.example/a.mp3", "prompt.greeting": "Hello."},
        {"hearing.keywords": ["Ava"]},
        {"turns.filler": True, "turns.filler_phrases": ["One moment."]},
        {"llm.vendor": "anthropic", "brain.temperature": 1.0},
        {"tools.enable": True, "tools.functions": [TOOL], "tools.mcp_servers": [SERVER]},
        {"advanced.area": "EUROPE", "advanced.exclude_area": "ASIA"},
        {"advanced.encryption": 7, "advanced.encryption_salt": SALT},
    ],
    ids=lambda values: "+".join(sorted(values)),
)
def test_what_is_right_is_not_refused(values):
    """rows 45, 76, 80 and 83"""
    assert rules.check({**BASE, **values}) == ()


def test_an_area_to_avoid_is_sent_only_when_agents_may_run_anywhere():
    """row 83"""
    avoid = {"advanced.exclude_area": "ASIA"}
    assert rules.payload({**BASE, **avoid, "advanced.area": "EUROPE"}, {})["geofence"] == {"area": "EUROPE"}
    sent = rules.payload({**BASE, **avoid, "advanced.area": "GLOBAL"}, {})["geofence"]
    assert sent == {"area": "GLOBAL", "exclude_area": "ASIA"}


KEYS = sorted(
    {key for one in BREAKS for key in one.values} | {f"{group.id}.{s.name}" for group in GROUPS for s in group.settings}
)
VENDORS = st.fixed_dictionaries(
    {}, optional={rules.vendor_key(role): st.sampled_from([v.id for v in found]) for role, found in rules.VENDORS.items()}
)
KNOWN = st.sampled_from([value for one in BREAKS for value in one.values.values()])


@given(VENDORS, st.dictionaries(st.sampled_from(KEYS), JSON | KNOWN, max_size=12))
@settings(max_examples=400, deadline=None)
def test_no_values_however_mixed_make_a_rule_raise(vendors, values):
    """rows 76, 77, 80, 81 and 83"""
    draft = {**BASE, **values, **vendors}
    for problem in rules.check(draft, ()):
        rules.check({**draft, **dict(problem.fix)})
    rules.payload(draft, {"A": "b"})
    rules.changed(BASE, draft)
    rules.changed(draft, BASE)


@pytest.mark.parametrize(("chosen", "gender"), [(None, "female"), ("onyx", "male"), ("shimmer", "female")])
def test_a_voice_that_takes_the_place_of_another_has_its_gender(chosen, gender):
    values = {**BASE, **AKOOL, "tts.vendor": "openai", "tts.openai.voice": chosen, "tts.minimax.credentials": "byok"}
    (problem,) = found("avatar_and_voice_rates_match", values)
    mended = {**values, **dict(problem.fix)}
    assert stand_in(rules.payload(mended, {})["tts"]).gender == gender
    assert found("avatar_and_voice_rates_match", {**mended, "tts.minimax.voice": "own-id"}) == []
    kept = found("avatar_and_voice_rates_match", {**values, "tts.minimax.voice": "own-id"})[0]
    assert "tts.minimax.voice" not in dict(kept.fix)
