"""The law of import: each leaf of a body is sent as it came or the report says otherwise, and nothing is added."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from greenroom.agora.snippets import agora_agents, curl, javascript, marked_body, python
from greenroom.catalog import rules
from greenroom.catalog.payload import CredentialMarks
from greenroom.catalog.reading import HALF, leaves, place_path, read_properties
from greenroom.formats.join_body import find_body
from greenroom.formats.open_parts import without_notes
from greenroom.formats.reader import read_text
from greenroom.services.agents.agent_files import Import, to_json, to_yaml, understand, understand_all

pytestmark = pytest.mark.unit

CORPUS = sorted(p for p in Path("tests/corpus/imports").iterdir() if p.is_file())
#: What Greenroom sets for each call.
PER_CALL = ("channel", "token", "agent_rtc_uid", "remote_rtc_uids", "avatar.params.agora_")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf8")


def sent(found: Import) -> dict[str, Any]:
    return marked_body(found.name or "a", found.settings)


def flat(body: Mapping[str, Any]) -> dict[str, Any]:
    return {place_path(place): value for place, value in leaves(body)}


def broken(came: Mapping[str, Any], found: Import) -> list[str]:
    """The leaves for which the law does not hold."""
    before, after = flat(came), flat(sent(found))
    lines = {entry.path: entry for entry in found.entries}
    wrong = []
    before.pop("properties", None)  # an empty body
    for path, value in before.items():
        line = next((lines[p] for p in _prefixes(path) if p in lines), None)
        if line is None:
            wrong.append(f"{path}: no line")
        elif line.fate == "understood" and after.get(path, "missing") != value:
            wrong.append(f"{path}: understood, but {after.get(path, 'missing')!r} instead of {value!r}")
    added = set(after) - set(before) - {"name"}
    explained = {path for path in added if any(p in lines and lines[p].fate in ("migrated", "replaced") for p in _prefixes(path))}
    wrong += [f"{path}: added" for path in added - explained if not path.removeprefix("properties.").startswith(PER_CALL)]
    return wrong


def _prefixes(path: str) -> Iterator[str]:
    yield path
    for end in range(len(path) - 1, 0, -1):
        if path[end] in ".[":
            yield path[:end]


def bodies() -> Iterator[tuple[str, dict[str, Any], Import]]:
    for path in CORPUS:
        documents, found = read_text(text_of(path), path.name), understand_all(text_of(path), path.name)
        for number, (document, one) in enumerate(zip(documents, found, strict=True)):
            body = find_body(without_notes(document.value))
            if body is not None:
                yield f"{path.name}#{number}", body, one


BODIES = list(bodies())


@pytest.mark.parametrize(("name", "body", "found"), BODIES, ids=[name for name, _, _ in BODIES])
def test_the_law_holds_for_the_corpus(name: str, body: dict[str, Any], found: Import) -> None:
    assert broken(body, found) == []


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.name)
def test_no_key_of_the_corpus_is_kept_shown_or_exported(path: Path) -> None:
    for found in understand_all(text_of(path), path.name):
        written = [write("a", found.settings) for write in (to_json, to_yaml, curl, python, javascript, agora_agents)]
        seen = "".join([*written, repr(found), json.dumps(sent(found))])
        assert "PLANTED" not in seen
        assert "•••" not in seen


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.name)
@pytest.mark.parametrize("write", [to_json, to_yaml, curl, python, javascript, agora_agents], ids=lambda w: w.__name__)
def test_an_export_is_imported_as_the_same_request(path: Path, write: Any) -> None:
    for found in understand_all(text_of(path), path.name):
        again = understand(write("a", found.settings))
        assert marked_body("a", again.settings)["properties"] == marked_body("a", found.settings)["properties"]
        if write in (to_json, to_yaml):
            assert again.settings == found.settings


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.name)
def test_opening_and_saving_the_request_json_changes_nothing(path: Path) -> None:
    for found in understand_all(text_of(path), path.name):
        shown = json.dumps(sent(found), ensure_ascii=False, indent=2)
        again = understand(shown)
        assert sent(again)["properties"] == sent(found)["properties"]
        assert not any(entry.fate == "migrated" for entry in again.entries)


def properties_of(name: str) -> dict[str, Any]:
    return sent(understand_all(text_of(Path("tests/corpus/imports", name)), name)[0])["properties"]


def report_of(name: str) -> dict[str, tuple[str, str]]:
    return {e.path: (e.fate, e.note) for e in understand_all(text_of(Path("tests/corpus/imports", name)), name)[0].entries}


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("m1_postman_unindented.sh", "llm.system_messages[0].content", "You're kind."),
        ("m2_chrome_ansi_c.sh", "llm.system_messages[0].content", "You're kind."),
        ("m5_claude_docs.json", "llm.params.max_tokens", 1024),
        ("m5_claude_docs.json", "llm.headers.anthropic-version", "2023-06-01"),
        ("m5_claude_docs.json", "llm.api_key", "${ANTHROPIC_API_KEY}"),
        ("m5_claude_docs.json", "llm.params.temperature", None),
        ("m6_azure_docs.json", "llm.vendor", "azure"),
        ("m8_max_completion_tokens.json", "llm.params.max_completion_tokens", 300),
        ("m8_max_completion_tokens.json", "llm.params.max_tokens", None),
        ("m9_own_gemini_agent.json", "llm.params.max_output_tokens", 400),
        ("m10_own_groq_agent.json", "llm.api_key", "${GROQ_API_KEY}"),
        ("m11_asr_pt_BR.json", "asr.language", "pt-BR"),
        ("m11_asr_pt_BR.json", "llm.params.temperature", 0.7),
        ("m12_legacy_turn_detection.json", "turn_detection.config.end_of_speech.vad_config.silence_duration_ms", 900),
        ("m15_cartesia_no_container.json", "tts.vendor", "cartesia"),
        ("n01_groq_no_mode.json", "llm.api_key", "${GROQ_API_KEY}"),
        ("n01_groq_no_mode.json", "asr.params.api_key", "${DEEPGRAM_API_KEY}"),
        ("n02_unknown_vendors.json", "tts.vendor", "polly"),
        ("n02_unknown_vendors.json", "asr.vendor", "soniox"),
        ("n03_enable_mllm.json", "mllm.enable", True),
        ("n03_enable_mllm.json", "llm.url", None),
        ("n04_preset_only.json", "asr.params.model", "nova-2"),
        ("n04_preset_only.json", "llm.params.model", "gpt-4o-mini"),
        ("n04_preset_only.json", "tts.params.model", "tts-1"),
        ("n08_heygen.json", "avatar.vendor", "liveavatar"),
        ("n08_heygen.json", "avatar.params.api_key", "${LIVEAVATAR_API_KEY}"),
        ("n12_key_in_url.json", "llm.params.max_output_tokens", 99),
        ("n13_old_turns.json", "llm.params.max_tokens", 64),
        ("n15_requests.py", "tts.params.key", "${AZURE_KEY}"),
        ("n16_fetch.ts", "llm.params.max_completion_tokens", 200),
        ("n17_samples.env", "tts.params.speaker", "astra"),
        ("n19_agora_agents.py", "llm.api_key", "${OPENAI_API_KEY}"),
        ("n20_postman.json", "llm.api_key", "${LLM_KEY}"),
        ("v04_nextjs_route.ts", "tts.vendor", "microsoft"),
        ("v04_nextjs_route.ts", "llm.input_modalities[0]", "text"),
        ("v14_postman_variables.json", "idle_timeout", 60),
        ("v20_agents_session.py", "llm.vendor", "azure"),
        ("v27_openapi.yaml", "llm.params.model", "gpt-4o-mini"),
        ("v28_edge_function.ts", "llm.system_messages[0].content", "Be brief."),
        ("v28_edge_function.ts", "llm.api_key", "${LLM_API_KEY}"),
        ("v28_edge_function.ts", "tts.params.voice_id", "x"),
        ("v29_presets.py", "llm.params.model", "gpt-5-mini"),
        ("v30_body_of_a_function.md", "llm.params.model", "gpt-4.1-mini"),
        ("v31_open_blocks.py", "tts.vendor", "elevenlabs"),
        ("v31_open_blocks.py", "idle_timeout", 60),
        ("v32_nextjs.env", "tts.params.region", "eastus"),
        ("v34_older_quickstart.ts", "turn_detection.config.end_of_speech.vad_config.silence_duration_ms", 480),
        ("v34_older_quickstart.ts", "turn_detection.config.start_of_speech.vad_config.interrupt_duration_ms", 160),
        ("v34_older_quickstart.ts", "turn_detection.mode", None),
        ("v33_avatar_off.env", "tts.vendor", "microsoft"),
        ("v33_avatar_off.env", "llm.params.temperature", 0.7),
        ("v33_avatar_off.env", "avatar.enable", False),
    ],
)
def test_the_corpus_has_its_right_values(name: str, path: str, value: Any) -> None:
    assert flat(properties_of(name)).get(path) == value


def test_a_pipeline_agent_sends_nothing_but_the_pipeline() -> None:
    found = understand(text_of(Path("tests/corpus/imports/n05_pipeline_only.json")))
    body = sent(found)
    assert body["pipeline_id"] == "p-123"
    assert set(body["properties"]) == {"channel", "token", "agent_rtc_uid", "remote_rtc_uids"}


@pytest.mark.parametrize(
    "name", ["n05_pipeline_only.json", "n06_xai_messages.json", "n07_dify_empty_prompt.json", "n03_enable_mllm.json"]
)
def test_what_agora_does_not_require_is_a_hint_and_no_wall(name: str) -> None:
    settings = understand(text_of(Path("tests/corpus/imports", name))).settings
    assert rules.check(settings) == ()
    assert "prompt.system" in {hint.setting for hint in rules.hints(settings)}


@pytest.mark.parametrize(
    "name",
    [
        "v34_older_quickstart.ts",
        "v11_gemini_live.json",
        "v20_agents_session.py",
        "v29_presets.py",
        "v30_body_of_a_function.md",
        "v12_httpx_async.py",
    ],
)
def test_what_agora_s_own_sdk_leaves_out_is_no_wall(name: str) -> None:
    assert rules.check(understand_all(text_of(Path("tests/corpus/imports", name)), name)[0].settings) == ()


def test_a_variable_in_place_of_a_whole_block_is_named_and_not_sent() -> None:
    report = report_of("v31_open_blocks.py")
    assert report["properties.llm"][0] == report["properties.asr"][0] == "left_out"
    assert "LLM_CONFIG" in report["properties.llm"][1]


def test_a_prompt_that_is_too_long_is_kept_and_said_to_be_too_long() -> None:
    settings = understand(text_of(Path("tests/corpus/imports/m14_prompt_40k.json"))).settings
    assert len(settings["prompt.system"]) == 40_000
    assert any("too long" in p.message for p in rules.check(settings) if p.setting == "prompt.system")


def test_what_is_missing_of_a_known_vendor_is_said() -> None:
    settings = understand(text_of(Path("tests/corpus/imports/m15_cartesia_no_container.json"))).settings
    assert any("output_format" in hint.message for hint in rules.hints(settings))


def test_each_migration_says_before_and_after() -> None:
    report = report_of("n13_old_turns.json")
    assert report["properties.vad.silence_duration_ms"][0] == "migrated"
    assert "480 →" in report["properties.vad.silence_duration_ms"][1]
    assert report["properties.silence_message"][0] == "migrated"
    assert report["properties.advanced_features.enable_aivad"][0] == "left_out"
    assert report_of("n03_enable_mllm.json")["properties.turn_detection.type"] == (
        "left_out",
        "Has no effect with a realtime model. (Agora OpenAPI, deprecated fields, 2026-03)",
    )
    assert report_of("n04_preset_only.json")["preset"][0] == "migrated"


def test_a_mask_is_never_taken_for_a_value() -> None:
    body = {"properties": {"llm": {"url": "https://x.example/v1", "greeting_message": "•••", "headers": {"X-Tenant": "•••"}}}}
    found = understand(json.dumps(body))
    assert "•••" not in json.dumps(sent(found))
    assert {e.path for e in found.entries if "masked" in e.note or "credential" in e.note} >= {"properties.llm.greeting_message"}
    assert any("masked" in p.message for p in rules.check({"prompt.system": "Say •••."}))


def test_the_key_of_one_vendor_is_not_named_for_the_server_of_another() -> None:
    def key(url: str, **more: Any) -> str:
        body = {"properties": {"llm": {"url": url, "api_key": "sk-1", **more}}}
        return sent(understand(json.dumps(body)))["properties"]["llm"]["api_key"]

    assert key("https://api.openai.com/v1/chat/completions") == "${OPENAI_API_KEY}"
    assert key("https://api.groq.com/openai/v1/chat/completions") == "${GROQ_API_KEY}"
    assert key("https://evil.example/v1/messages", style="anthropic") != "${ANTHROPIC_API_KEY}"
    assert key("https://evil.example/v1/chat/completions") == "${CUSTOM_LLM_API_KEY}"


SCALAR = st.none() | st.booleans() | st.integers(-9, 10**6) | st.floats(-5, 5) | st.text("ab {}$•\n", max_size=12)
VALUE = st.recursive(
    SCALAR,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text("abc._-", min_size=1, max_size=6), v, max_size=3),
    max_leaves=6,
)
PATHS = sorted(
    {
        setting.path
        for vendors in rules.VENDORS.values()
        for vendor in vendors
        for setting in vendor.settings
        if setting.path and "." in setting.path
    }
    | {f.setting.path for f in rules.every_field({}) if f.setting.path and not f.setting.path.startswith("^")}
)
VENDOR_NAMES = st.sampled_from(
    ["openai", "azure", "custom", "xai", "elevenlabs", "deepgram", "ares", "polly", "minimax", "gemini", "akool"]
)


@st.composite
def generated(draw: st.DrawFn) -> dict[str, Any]:
    """A body of known paths with fitting and unfitting values, vendors known and not, and fields that nobody knows."""
    properties: dict[str, Any] = {}
    for role in draw(st.lists(st.sampled_from(["llm", "tts", "asr", "mllm", "avatar"]), unique=True)):
        block: dict[str, Any] = {"vendor": draw(VENDOR_NAMES)} if draw(st.booleans()) else {}
        if role in ("mllm", "avatar") and draw(st.booleans()):
            block["enable"] = True
        properties[role] = block
    for path in draw(st.lists(st.sampled_from(PATHS), max_size=8)):
        _put(properties, path, draw(VALUE))
    if draw(st.booleans()):
        urls = [
            "https://api.openai.com/v1/chat/completions",
            "https://api.groq.com/openai/v1",
            "https://x.example/v1?key=abc",
            "no address",
        ]
        _put(properties, "llm.url", draw(st.sampled_from(urls)))
    properties |= draw(st.dictionaries(st.text("xyz", min_size=1, max_size=3), VALUE, max_size=2))
    return {"properties": properties}


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        inner = body.get(name)
        body[name] = inner if isinstance(inner, dict) else {}
        body = body[name]
    body[last] = value


@given(generated())
@example({"properties": {"llm": {"greeting_message": True}, "mllm": {"enable": True}}})
@example({"properties": {"llm": {"greeting_message": "Hi"}, "mllm": {"enable": True}}})
@example({"properties": {"avatar": {"enable": True, "params": []}}})
@example({"properties": {"avatar": {"params": []}}})
@example({"properties": {"avatar": {"enable": True, "params": {}}, "llm": {}}})
def test_the_law_holds_for_any_body(body: dict[str, Any]) -> None:
    before = copy.deepcopy(body)
    reading = read_properties(body["properties"], body)
    assert body == before
    assert broken(body, Import("a", reading.values, reading.entries)) == []


@given(generated())
def test_what_was_read_is_read_again_to_the_same(body: dict[str, Any]) -> None:
    once = rules.payload(read_properties(body["properties"], body).values, CredentialMarks())
    twice = rules.payload(read_properties(copy.deepcopy(once), {}).values, CredentialMarks())
    assert twice == once


MODEL = {"url": "https://api.openai.com/v1/chat/completions", "params": {"model": "gpt-4o"}}
#: Each with a text that must not get any further.
KEYS_IN_TEXTS: list[dict[str, Any]] = [
    {"llm": {**MODEL, "headers": "Authorization: Bearer PLANTED-1\nX-Region: eu"}},
    {"llm": {**MODEL, "headers": "PLANTED-2"}},
    {"llm": {**MODEL, "params": '{"model": "gpt-4o", "api_key": "PLANTED-3"}'}},
    {"llm": {**MODEL, "params": {"extra": '[{"token": "PLANTED-4"}]'}}},
    {"llm": {**MODEL, "system_messages": [{"role": "system", "content": "Use sk-PLANTED1234567890abcdef1234 to search."}]}},
    {"llm": {**MODEL, "greeting_message": "Hi AKIAPLANTED12345678AB."}, "labels": {"x": "see ghp_PLANTED" + "a1" * 20}},
]


@pytest.mark.parametrize("properties", KEYS_IN_TEXTS)
def test_a_key_inside_a_text_is_named_and_not_kept(properties: dict[str, Any]) -> None:
    came = {"properties": properties}
    found = understand(json.dumps(came))
    written = [write("a", found.settings) for write in (to_json, to_yaml, curl, python, javascript, agora_agents)]
    assert "PLANTED" not in "".join([*written, repr(found), json.dumps(sent(found))])
    assert any(entry.fate != "understood" and entry.path.startswith("properties.l") for entry in found.entries)
    assert broken(came, found) == []


def test_prose_without_a_key_is_left_alone() -> None:
    prompt = 'Ask for the api_key: "x". sk-learn is a library. {"json": true} [1]'
    found = understand(json.dumps({"properties": {"llm": {**MODEL, "system_messages": [{"role": "system", "content": prompt}]}}}))
    assert flat(sent(found))["properties.llm.system_messages[0].content"] == prompt


def test_a_list_of_presets_is_the_vendors_that_it_stands_for() -> None:
    found = understand(json.dumps({"preset": ["openai_gpt_4o_mini", "deepgram_nova_3"], "properties": {"channel": "c"}}))
    assert flat(sent(found))["properties.llm.params.model"] == "gpt-4o-mini"
    assert flat(sent(found))["properties.asr.params.model"] == "nova-3"


@pytest.mark.parametrize(
    ("start", "interruption"),
    [
        (
            {"mode": "keywords", "keywords_config": {"triggered_keywords": ["stop"], "prefix_padding_ms": 500}},
            {"enable": True, "mode": "keywords", "keywords_config": {"trigger_keywords": ["stop"]}},
        ),
        (
            {"mode": "disabled", "disabled_config": {"strategy": "ignore"}},
            {"enable": False, "disabled_config": {"strategy": "ignore"}},
        ),
    ],
)
def test_the_deprecated_ways_to_start_a_turn_became_interruptions(start: Any, interruption: Any) -> None:
    came = {"properties": {"llm": MODEL, "turn_detection": {"config": {"start_of_speech": start}}}}
    found = understand(json.dumps(came))
    assert sent(found)["properties"]["interruption"] == interruption
    assert sent(found)["properties"]["turn_detection"]["config"]["start_of_speech"]["mode"] == "vad"
    assert broken(came, found) == []


def test_a_setting_that_another_one_switches_off_is_sent_as_it_came() -> None:
    block = {"enable": False, "mode": "keywords", "keywords_config": {"trigger_keywords": ["a"]}}
    found = understand(json.dumps({"properties": {"llm": MODEL, "interruption": block}}))
    assert sent(found)["properties"]["interruption"] == block
    assert not [entry for entry in found.entries if entry.fate == "replaced"]


def test_what_json_cannot_send_is_reported_and_mended() -> None:
    text = '{"properties": {"llm": {"url": "u", "params": {"a": NaN, "b": 1e999, "c": "half \\ud83d", "d": "\\ud83d\\ude00"}}}}'
    found = understand(text)
    assert sent(found)["properties"]["llm"]["params"] == {"c": "half \ufffd", "d": "😀"}
    fates = {entry.path: entry.fate for entry in found.entries}
    assert fates["properties.llm.params.a"] == fates["properties.llm.params.b"] == "left_out"
    assert fates["properties.llm.params.c"] == "replaced"
    for write in (to_json, to_yaml, curl, python, javascript):
        assert understand(write("a", found.settings)).settings == found.settings


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "a\\ud800b", "properties": {"llm": {"url": "u", "\\ud800k": "\\udfff"}}}',
        '{"name": "a", "pipeline_id": "\\ud800", "properties": {"labels": {"a": "\\ud800"}}}',
        '{"greenroom": 1, "name": "a\\ud800", "settings": {"prompt.system": "\\ud83d", "prompt.variables": {"\\ud800": "x"}}}',
    ],
)
def test_half_of_a_character_gets_no_further_than_the_report(text: str) -> None:
    found = understand(text)
    repr([found, to_json(found.name, found.settings), sent(found)]).encode()
    json.dumps([found.settings, [e.value for e in found.entries]], ensure_ascii=False).encode()
    assert found.name == "a" or "\ufffd" in found.name
    assert any(entry.fate == "replaced" and entry.note == HALF for entry in found.entries)


def test_the_name_of_a_body_is_one_line_of_signs_that_can_be_seen() -> None:
    found = understand('{"name": "a\\u0000\\n b\\u001b[2J", "properties": {"llm": {"url": "u"}}}')
    assert found.name == "a b [2J"
    for write in (to_json, to_yaml, curl, python, javascript):
        assert understand(write(found.name, found.settings)).name.startswith("a")


def test_dots_in_a_text_are_left_out_with_a_line() -> None:
    found = understand('{"properties": {"llm": {"url": "u", "params": [Object]}, "tts": {...}}}')
    assert {e.path: (e.fate, e.note) for e in found.entries if e.fate != "understood"} == {
        "properties.llm.params": ("left_out", "Shortened to … in the text: enter the value."),
        "properties.tts": ("left_out", "Shortened to … in the text: enter the value."),
    }
    assert sent(found)["properties"]["llm"] == {"url": "u"}


def test_an_empty_fallback_of_an_address_is_no_address() -> None:
    llm = "{url: process.env.LLM_URL || '', greeting_message: process.env.GREETING || ''}"
    found = understand(f"const b = {{properties: {{channel: 'c', llm: {llm}}}}}")
    assert sent(found)["properties"]["llm"] == {"url": "${LLM_URL}", "greeting_message": ""}


@pytest.mark.parametrize("write", [to_json, to_yaml, curl, python, javascript, agora_agents], ids=lambda w: w.__name__)
def test_an_agent_without_a_setting_comes_back(write: Any) -> None:
    settings = understand('{"name": "x", "properties": {"channel": "c", "token": "t"}}').settings
    assert understand(write("a", settings)).settings == settings


OLD = [
    {"silence_timeout": 30},
    {"vad": {"silence_duration_ms": 480, "threshold": 0.5}},
    {"turn_detection": {"interrupt_mode": "append", "interrupt_keywords": ["a"]}},
    {"advanced_features": {"enable_mllm": True}},
    {"llm": {"url": "u", "silence_message": "x", "max_token": 5}},
]
NEW = ["parameters", "turn_detection", "turn_detection.config", "interruption", "mllm", "llm.params", "parameters.silence_config"]


@pytest.mark.parametrize("old", OLD, ids=lambda block: next(iter(block)))
def test_what_stands_where_an_old_field_moves_to_is_reported(old: dict[str, Any]) -> None:
    for path in NEW:
        for value in (None, {}, [], "x", 5, [None], {"x": None}):
            properties: dict[str, Any] = {"channel": "c", **copy.deepcopy(old)}
            inner = properties
            for name in path.split(".")[:-1]:
                inner = inner.setdefault(name, {})
            inner.setdefault(path.rpartition(".")[2], value)
            body = {"preset": "deepgram_nova_2,openai_gpt_4o_mini", "name": "n", "properties": properties}
            assert broken(body, understand(json.dumps(body))) == [], body
