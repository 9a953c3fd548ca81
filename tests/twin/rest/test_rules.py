"""What a join body must be: each documented demand, with the message that names the field."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from greenroom.catalog import rules as studio
from greenroom.catalog.reading import read_properties
from greenroom.catalog.templates import TEMPLATES
from greenroom.paths import put
from greenroom.twin.rest.fields import JOIN, SPEAK, THINK, UPDATE
from greenroom.twin.rest.reasons import InvalidFieldValue, MissingRequiredField, RequestRefused
from greenroom.twin.rest.rules import check_join
from tests.twin.rest.rehearsal import join_body

pytestmark = pytest.mark.unit

TTS = {"vendor": "openai", "params": {}}


def refusal(body: dict[str, Any]) -> RequestRefused:
    with pytest.raises(RequestRefused) as refused:
        check_join(body)
    return refused.value


@pytest.mark.parametrize("name", ["channel", "token", "agent_rtc_uid", "remote_rtc_uids", "tts", "llm"])
def test_a_required_property_that_is_missing_is_named(name: str):
    """Row 18: 400."""
    body = join_body()
    del body["properties"][name]
    error = refusal(body)
    assert isinstance(error, MissingRequiredField)
    assert str(error) == f"Missing required field: properties.{name}."


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "Missing required field: name."),
        ({"name": "a"}, "Missing required field: properties."),
        ({"name": ""}, "Invalid value at name: must not be empty."),
        ({"name": 5}, "Invalid value at name: must be a string."),
        ({"name": "a", "properties": []}, "Invalid value at properties: must be an object."),
        (join_body(llm={}), "Missing required field: properties.llm.url."),
        (join_body(tts={"params": {}}), "Missing required field: properties.tts.vendor."),
        (join_body(tts={"vendor": "openai"}), "Missing required field: properties.tts.params."),
    ],
)
def test_the_first_fault_is_told(body: dict[str, Any], detail: str):
    assert str(refusal(body)) == detail


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("channel", 5),
        ("channel", ""),
        ("channel", "x" * 65),
        ("channel", "tab\t"),
        ("channel", "ünicode"),
        ("channel", 'quote"'),
        ("channel", "slash/"),
        ("agent_rtc_uid", 100),
        ("agent_rtc_uid", "ava"),
        ("agent_rtc_uid", "-1"),
        ("agent_rtc_uid", "4294967296"),
        ("agent_rtc_uid", "٣"),
        ("remote_rtc_uids", "1002"),
        ("remote_rtc_uids", []),
        ("remote_rtc_uids", [1002]),
        ("remote_rtc_uids", ["100"]),
        ("idle_timeout", -1),
        ("idle_timeout", 259_201),
        ("idle_timeout", 30.5),
        ("idle_timeout", True),
        ("idle_timeout", "30"),
        ("enable_string_uid", "false"),
        ("labels", {"a": 1}),
        ("geofence", {"area": "MARS"}),
        ("geofence", {"area": "EUROPE", "exclude_area": "ASIA"}),
        ("rtc", {"encryption_mode": 9}),
        ("llm", {"url": "http://x", "max_history": 0}),
        ("llm", {"url": "http://x", "style": "martian"}),
        ("llm", {"url": "http://x", "system_messages": ["be kind"]}),
        ("llm", {"url": "http://x", "greeting_configs": {"delay_ms": 5001}}),
        ("llm", {"url": "http://x", "template_variables": {"a": None}}),
        ("tts", TTS | {"skip_patterns": [6]}),
        ("asr", {"vendor": "deepgram", "keywords": ["a"]}),
        ("asr", {"keywords": ["a"] * 129}),
        ("turn_detection", {"config": {"speech_threshold": 1}}),
        ("turn_detection", {"config": {"start_of_speech": {"mode": "always"}}}),
        ("turn_detection", {"config": {"end_of_speech": {"mode": "vad", "vad_config": {"silence_duration_ms": "640"}}}}),
        ("interruption", {"enable": 1}),
        ("parameters", {"silence_config": {"timeout_ms": 60_001, "content": "x"}}),
        ("parameters", {"silence_config": {"action": "sing"}}),
        ("parameters", {"data_channel": "rtm"}),
        ("parameters", {"audio_scenario": "theater"}),
    ],
)
def test_a_value_that_agora_refuses_is_refused(path: str, value: Any):
    error = refusal(join_body(**{path: value}))
    assert isinstance(error, InvalidFieldValue)
    assert str(error).startswith(f"Invalid value at properties.{path}")


def test_the_documented_message_is_word_for_word():
    error = refusal(join_body(asr={"vendor": "deepgram", "keywords": ["a"]}))
    assert str(error) == (
        "Invalid value at properties.asr.keywords: can only be set when properties.asr.vendor is not set or ares."
    )


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"parameters": {"silence_config": {"timeout_ms": 1000}}}, "properties.parameters.silence_config.content"),
        ({"llm": {"url": "http://x", "greeting_audio_url": "http://y"}}, "properties.llm.greeting_message"),
    ],
)
def test_fields_that_need_each_other(changes: dict[str, Any], missing: str):
    assert str(refusal(join_body(**changes))) == f"Missing required field: {missing}."


@pytest.mark.parametrize(
    "changes",
    [
        {"idle_timeout": 0},
        {"idle_timeout": 259_200},
        {"channel": "a b!#$%&()+-:;<=.>?@[]^_{}|~,"},
        {"channel": "x" * 64},
        {"remote_rtc_uids": ["*"]},
        {"agent_rtc_uid": "0"},
        {"agent_rtc_uid": "ava", "remote_rtc_uids": ["guest"], "enable_string_uid": True},
        {"tts": None, "llm": None, "mllm": {"enable": True}},
        {"llm": {"credential_mode": "managed"}},
        {"parameters": {"data_channel": "rtm"}, "advanced_features": {"enable_rtm": True}},
        {"labels": None, "asr": None},
    ],
)
def test_what_agora_takes_is_taken(changes: dict[str, Any]):
    check_join(join_body(**changes))


LISTED = [
    f.path.removeprefix("properties.") for f in JOIN if f.choices and f.path.startswith("properties.") and "[" not in f.path
]
UNFORMED = {"llm": {"vendor": "brand_new", "url": "https://brain.example"}, "tts": {"vendor": "brand_new", "params": {"a": 1}}}


@pytest.mark.parametrize("extra", [{}, UNFORMED], ids=["vendors with a form", "vendors without one"])
@pytest.mark.parametrize("path", LISTED)
def test_a_value_that_is_not_listed_is_refused_here_and_named_in_the_studio(path: str, extra: dict[str, Any]):
    """Whatever Agora lists: the Studio says so before a launch, for blocks that it keeps as JSON too."""
    properties = {**studio.payload(TEMPLATES[0].values, {}), **copy.deepcopy(extra)}
    put(properties, path, "nonsense")
    assert isinstance(refusal(join_body(**properties)), InvalidFieldValue)
    problems = studio.check(read_properties(properties).values)
    assert any("nonsense" in problem.message for problem in problems)


def test_null_counts_as_not_mentioned():
    body = join_body()
    body["properties"] |= {"asr": None, "idle_timeout": None, "geofence": None}
    check_join(body)


@pytest.mark.parametrize("extra", [{"pipeline_id": "p1"}, {"preset": "openai_gpt_4o_mini,openai_tts_1"}])
def test_a_stored_pipeline_brings_voice_and_model(extra: dict[str, str]):
    check_join(join_body(tts=None, llm=None) | extra)


@pytest.mark.parametrize("table", [JOIN, UPDATE, SPEAK, THINK], ids=["join", "update", "speak", "think"])
def test_a_parent_stands_before_its_children_and_nothing_stands_twice(table: tuple):
    seen: list[str] = []
    for field in table:
        parent = field.path.rpartition(".")[0]
        assert field.path not in seen
        assert not parent or parent in seen
        seen.append(field.path)


AVATAR = {"enable": True, "vendor": "anam", "params": {"avatar_id": "a", "agora_uid": "102"}}


def test_an_avatar_needs_a_uid_that_nobody_else_has():
    """row 44"""
    check_join(join_body(avatar=AVATAR))
    for taken in ("100", "1002"):
        error = refusal(join_body(avatar=AVATAR | {"params": {"avatar_id": "a", "agora_uid": taken}}))
        assert "must differ from" in str(error)
    missing = refusal(join_body(avatar=AVATAR | {"params": {"avatar_id": "a"}}))
    assert str(missing) == "Missing required field: properties.avatar.params.agora_uid."


def test_with_an_avatar_the_agent_listens_to_a_named_person_only():
    """row 44"""
    assert "remote_rtc_uids" in str(refusal(join_body(avatar=AVATAR, remote_rtc_uids=["*"])))


def test_an_avatar_that_is_switched_off_needs_nothing():
    """row 44"""
    check_join(join_body(avatar={"enable": False, "vendor": "anam", "params": {"avatar_id": "a"}}))


def test_an_avatar_cannot_be_used_with_a_realtime_model():
    """row 81"""
    mllm = {"enable": True, "vendor": "openai", "url": "wss://x.example", "params": {"model": "gpt-realtime", "voice": "coral"}}
    assert "cannot be used with mllm" in str(refusal(join_body(avatar=AVATAR, mllm=mllm)))


TOOL = {
    "type": "function",
    "function": {"name": "rooms", "description": "Free rooms.", "parameters": {"type": "object", "properties": {}}},
    "server": {"method": "GET", "url": "https://inn.example/rooms"},
}


def test_a_wrong_function_is_refused_also_when_tools_are_off():
    """row 83"""
    check_join(join_body(llm={"url": "http://x", "tools": [TOOL]}))
    wrong = TOOL | {"server": {"method": "GET", "url": "http://inn.example"}}
    error = refusal(join_body(llm={"url": "http://x", "tools": [wrong]}, advanced_features={"enable_tools": False}))
    assert str(error).startswith("Invalid value at properties.llm.tools: 'rooms' needs a server with a url")
    assert not str(error).endswith("..")


@pytest.mark.parametrize("llm", [{"vendor": "custom"}, {"style": "dify"}])
def test_functions_do_not_go_with_a_model_that_calls_its_own(llm: dict[str, Any]):
    """row 83"""
    assert "custom model or Dify" in str(refusal(join_body(llm={"url": "http://x", "tools": [TOOL]} | llm)))


def test_mcp_servers_have_simple_names_of_their_own():
    """row 83"""
    server = {"name": "inn", "endpoint": "https://x.example"}
    check_join(join_body(llm={"url": "http://x", "mcp_servers": [server]}))
    for servers in ([server, server], [server | {"name": "the-inn"}]):
        assert "mcp_servers" in str(refusal(join_body(llm={"url": "http://x", "mcp_servers": servers})))


@pytest.mark.parametrize(("words", "enabled", "refused"), [(50, True, False), (51, True, True), (51, False, False)])
def test_a_filler_phrase_has_at_most_fifty_words(words: int, enabled: bool, refused: bool):
    static = {"phrases": ["One moment.", " ".join(["well"] * words)]}
    block = {
        "enable": enabled,
        "trigger": {"mode": "fixed_time", "fixed_time_config": {"response_wait_ms": 1500}},
        "content": {"mode": "static", "static_config": static},
    }
    if refused:
        assert "at most 50 words" in str(refusal(join_body(filler_words=block)))
    else:
        check_join(join_body(filler_words=block))


def test_a_reason_that_is_a_sentence_ends_with_one_full_stop():
    assert str(InvalidFieldValue("properties.llm.tools", "Two tools are named a.")) == (
        "Invalid value at properties.llm.tools: Two tools are named a."
    )
