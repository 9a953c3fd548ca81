"""A join body read into plain values: Agora's defaults, Agora's places, and no garbage that could stop an agent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.catalog.conversation import GROUPS
from greenroom.twin.agent.properties import fill, read

pytestmark = pytest.mark.unit

_NAMES = """llm tts asr mllm enable turn_detection config start_of_speech end_of_speech vad_config idle_timeout
    silence_duration_ms
    interrupt_duration_ms speaking_interrupt_duration_ms speech_threshold interruption mode keywords_config trigger_keywords
    disabled_config strategy parameters silence_config timeout_ms action content system_messages template_variables name role
    greeting_message greeting_configs delay_ms interruptable failure_message max_history params url headers parts text messages
    channel token agent_rtc_uid remote_rtc_uids enable_string_uid language"""
NAMES = st.sampled_from(_NAMES.split())
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["*", "²"])
GARBAGE = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=25
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(NAMES, GARBAGE, max_size=12), st.dictionaries(NAMES, GARBAGE, max_size=4))
def test_nothing_in_any_field_raises(properties, patch):
    found = read(properties).updated(patch)
    assert found.max_history >= 1
    assert found.silence_ms >= 64
    assert 0 <= found.greeting.delay_ms <= 5000
    assert 0.05 <= found.threshold <= 0.95
    assert found.idle_s >= 0
    found.listens_to(7)
    found.interruption.by_words("stop")
    found.reminder.due(1.0)


def test_what_is_missing_takes_agoras_default():
    found = read({})
    assert (found.idle_s, found.max_history, found.silence_ms, found.interruption.ms, found.threshold) == (30, 32, 640, 160, 0.5)
    assert (found.uid, found.language, found.hears) == (0, "en-US", None)
    assert (found.interruption.enable, found.interruption.append, found.greeting.every, found.greeting.interruptable) == (
        True,
        False,
        True,
        True,
    )


def test_every_value_is_read_from_agoras_place():
    found = read(
        {
            "channel": "lobby",
            "token": "007x",
            "agent_rtc_uid": "12",
            "remote_rtc_uids": ["2002"],
            "idle_timeout": 9,
            "asr": {"language": "de-DE"},
            "llm": {
                "greeting_message": "Hi",
                "failure_message": "Oh",
                "max_history": 4,
                "greeting_configs": {"mode": "single_first", "delay_ms": 700, "interruptable": False},
            },
            "turn_detection": {
                "config": {
                    "speech_threshold": 0.6,
                    "start_of_speech": {"vad_config": {"interrupt_duration_ms": 200, "speaking_interrupt_duration_ms": 300}},
                    "end_of_speech": {"vad_config": {"silence_duration_ms": 480}},
                }
            },
            "parameters": {"silence_config": {"timeout_ms": 5000, "action": "think", "content": "Hm"}},
        }
    )
    assert (found.channel, found.token, found.uid, found.idle_s, found.language) == ("lobby", "007x", 12, 9, "de-DE")
    greeting = found.greeting
    assert (greeting.text, greeting.every, greeting.delay_ms, greeting.interruptable) == ("Hi", False, 700, False)
    assert (found.failure, found.max_history, found.threshold) == ("Oh", 4, 0.6)
    assert (found.silence_ms, found.interruption.ms) == (480, 300)
    assert (found.reminder.timeout_ms, found.reminder.action, found.reminder.content) == (5000, "think", "Hm")
    assert found.listens_to(2002)
    assert not found.listens_to(1)


def test_string_uids_stay_strings():
    assert read({"agent_rtc_uid": "12", "enable_string_uid": True}).uid == "12"
    assert read({"agent_rtc_uid": "ava"}).uid == "ava"


def test_messages_in_geminis_shape_count_as_well():
    told = [{"role": "user", "parts": [{"text": "You are"}, {"text": "{{who}}."}]}, {"role": "x"}, "no"]
    found = read({"llm": {"system_messages": told, "template_variables": {"who": "Ava"}}})
    assert [dict(m) for m in found.system_messages] == [{"role": "user", "content": "You are Ava."}]


def test_a_speech_to_speech_model_is_stood_in_for_by_its_instructions_lines_and_voice():
    params = {"voice": "coral", "instructions": "You are Ava."}
    mllm = {"enable": True, "vendor": "openai", "greeting_message": "Hi", "params": params}
    found = read({"mllm": mllm, "llm": {"greeting_message": "not this"}})
    assert (found.greeting.text, found.system_messages[0]["content"]) == ("Hi", "You are Ava.")
    assert found.tts == {"vendor": "openai", "params": {"voice": "coral"}}
    assert not found.greeting.every  # a caller who reloads the page hears it once


def test_a_speech_to_speech_model_keeps_its_instructions_beside_an_earlier_conversation_and_takes_new_ones():
    """row 81"""
    mllm = {"enable": True, "params": {"instructions": "You are Ava."}, "messages": [{"role": "user", "content": "Hi"}]}
    found = read({"mllm": mllm})
    assert [dict(m)["content"] for m in found.system_messages] == ["You are Ava.", "Hi"]
    changed = found.updated({"mllm": {"params": {"prompt": "You are Eva."}}})
    assert [dict(m)["content"] for m in changed.system_messages] == ["You are Eva.", "Hi"]


def test_an_unknown_variable_stays_as_it_is_written():
    assert fill("Hello {{ name }} {{x}} {{name}}", {"name": "{{x}}"}) == "Hello {{x}} {{x}} {{x}}"
    assert fill("Hello {{name}} {name}", {}) == "Hello {{name}} {name}"


def test_flat_turn_detection_still_counts():
    flat = {"type": "agora_vad", "silence_duration_ms": 480, "interrupt_duration_ms": 200, "threshold": 0.7}
    properties = read({"turn_detection": flat})
    assert (properties.silence_ms, properties.interruption.ms, properties.threshold) == (480, 200, 0.7)


def test_beside_a_realtime_model_only_its_own_turn_detection_counts():
    own = {
        "mode": "agora_vad",
        "agora_vad_config": {"silence_duration_ms": 500},
        "server_vad_config": {"silence_duration_ms": 900},
    }
    top = {"mode": "server_vad", "silence_duration_ms": 700}
    reminder = {"silence_config": {"timeout_ms": 1000, "content": "Hello?"}}
    mllm = {"enable": True, "turn_detection": own}
    properties = read({"mllm": mllm, "turn_detection": top, "parameters": reminder, "interruption": {"enable": False}})
    assert (properties.silence_ms, properties.reminder.timeout_ms, properties.interruption.enable) == (500, 0, True)


def test_a_realtime_model_can_be_switched_on_in_the_older_way():
    mllm = {"params": {"instructions": "Be kind."}}
    properties = read({"mllm": mllm, "advanced_features": {"enable_mllm": True}, "llm": {"greeting_message": "Hi."}})
    assert ([m["content"] for m in properties.system_messages], properties.greeting.text) == (["Be kind."], "")


def test_end_of_turn_by_meaning_is_for_english_and_chinese():
    end = {"mode": "semantic", "semantic_config": {"silence_duration_ms": 400, "max_wait_ms": -1}}
    body = {"turn_detection": {"config": {"end_of_speech": end}}}
    properties = read(body)
    assert (properties.semantic, properties.silence_ms, properties.max_wait_ms) == (True, 400, -1)
    assert read(body | {"asr": {"language": "zh-CN"}}).semantic
    german = read(body | {"asr": {"language": "de-DE"}})
    assert (german.semantic, german.silence_ms) == (False, 640)


def test_end_of_turn_by_meaning_takes_agoras_defaults():
    properties = read({"turn_detection": {"config": {"end_of_speech": {"mode": "semantic"}}}})
    assert (properties.silence_ms, properties.max_wait_ms) == (320, 3000)


@pytest.mark.parametrize(
    ("properties", "enable", "append", "keywords", "adaptive"),
    [
        ({}, True, False, None, False),
        ({"interruption": {"mode": "start_of_speech"}}, True, False, None, False),
        (
            {"interruption": {"mode": "keywords", "keywords_config": {"trigger_keywords": ["Stop"]}}},
            True,
            False,
            ("stop",),
            False,
        ),
        ({"interruption": {"enable": False}}, False, False, None, False),
        ({"interruption": {"enable": False, "disabled_config": {"strategy": "append"}}}, False, True, None, False),
        ({"interruption": {"mode": "adaptive"}}, True, False, None, True),
        (
            {"turn_detection": {"config": {"start_of_speech": {"mode": "disabled", "disabled_config": {"strategy": "append"}}}}},
            False,
            True,
            None,
            False,
        ),
        (
            {
                "turn_detection": {
                    "config": {"start_of_speech": {"mode": "keywords", "keywords_config": {"triggered_keywords": ["Wait"]}}}
                }
            },
            True,
            False,
            ("wait",),
            False,
        ),
        ({"turn_detection": {"interrupt_mode": "interrupt"}}, True, False, None, False),
        ({"turn_detection": {"interrupt_mode": "append"}}, False, True, None, False),
        ({"turn_detection": {"interrupt_mode": "ignore"}}, False, False, None, False),
        ({"turn_detection": {"interrupt_mode": "keywords", "interrupt_keywords": ["Stop"]}}, True, False, ("stop",), False),
        ({"turn_detection": {"interrupt_mode": "adaptive"}}, True, False, None, True),
        (
            {"turn_detection": {"interrupt_mode": "ignore"}, "interruption": {"mode": "start_of_speech"}},
            True,
            False,
            None,
            False,
        ),
    ],
)
def test_every_way_to_say_what_interrupts_is_honored(properties, enable, append, keywords, adaptive):
    found = read(properties).interruption
    assert (found.enable, found.append, found.keywords, found.adaptive) == (enable, append, keywords, adaptive)


#: The twin does what these say; Agora's own account and network settings are the caller's or the studio's to honor.
HONORED = [
    "llm.system_messages",
    "llm.greeting_message",
    "llm.template_variables",
    "llm.failure_message",
    "llm.greeting_configs.mode",
    "llm.greeting_configs.delay_ms",
    "llm.greeting_configs.interruptable",
    "tts.skip_patterns",
    "llm.params.temperature",
    "llm.params.max_tokens",
    "llm.params.top_p",
    "llm.max_history",
    "llm.headers",
    "llm.params",
    "turn_detection.mode",
    "turn_detection.config.speech_threshold",
    "turn_detection.config.end_of_speech.mode",
    "turn_detection.config.end_of_speech.vad_config.silence_duration_ms",
    "turn_detection.config.end_of_speech.semantic_config.silence_duration_ms",
    "turn_detection.config.end_of_speech.semantic_config.max_wait_ms",
    "turn_detection.config.end_of_speech.semantic_config.pause_state_enabled",
    "turn_detection.config.start_of_speech.mode",
    "turn_detection.config.start_of_speech.vad_config.interrupt_duration_ms",
    "turn_detection.config.start_of_speech.vad_config.speaking_interrupt_duration_ms",
    "turn_detection.config.start_of_speech.vad_config.prefix_padding_ms",
    "interruption.enable",
    "interruption.mode",
    "interruption.keywords_config.trigger_keywords",
    "interruption.disabled_config.strategy",
    "idle_timeout",
    "parameters.silence_config.timeout_ms",
    "parameters.silence_config.action",
    "parameters.silence_config.content",
    "filler_words.enable",
    "filler_words.trigger.fixed_time_config.response_wait_ms",
    "filler_words.content.static_config.phrases",
    "filler_words.content.static_config.selection_rule",
    "filler_words.content.generated_config.prompt",
    "filler_words.content.generated_config.context_message_limit",
    "filler_words.content.generated_config.history_character_limit",
    "filler_words.content.generated_config.llm_provider.url",
    "filler_words.content.generated_config.llm_provider.api_key",
    "filler_words.content.generated_config.llm_provider.params",
    "advanced_features.enable_tools",
    "llm.mcp_servers",
    "llm.tools",
    "labels",
    "parameters.opt_out",
    "sal.sample_urls",
    "rtc.encryption_key",
    "rtc.encryption_salt",
]


def test_a_setting_that_the_twin_ignores_says_so_in_its_help():
    settings = [setting for group in GROUPS for setting in group.settings if setting.path]
    unsaid = {s.path for s in settings if "offline" not in s.help.lower()}
    assert unsaid - set(HONORED) == set()
    assert set(HONORED) <= {s.path for s in settings}
