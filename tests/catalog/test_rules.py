"""The catalog's meaning: what is active, what is wrong, and the JSON that is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog import rules
from greenroom.catalog.faults import sentence
from greenroom.catalog.templates import TEMPLATES

pytestmark = pytest.mark.unit

AVA = TEMPLATES[0].values
FIELDS = {f.key for llm in ("managed", "compatible") for f in rules.fields({"llm.vendor": llm})}
KEYS = sorted(FIELDS | {"llm.vendor", "tts.vendor"})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def problems_of(**changes: Any) -> dict[str, str]:
    values = {**AVA, **{key.replace("__", "."): value for key, value in changes.items()}}
    return {p.setting: p.message for p in rules.check(values)}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_every_template_can_be_launched_as_it_is(template):
    assert rules.check(template.values) == ()


def test_an_empty_prompt_is_named_at_its_field():
    assert problems_of(prompt__system="   ") == {"prompt.system": "System prompt is required."}


def test_a_prompt_of_100_kilobytes_is_refused_with_both_numbers():
    message = problems_of(prompt__system="a" * 102_400)["prompt.system"]
    assert "102,400" in message
    assert "32,000" in message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"brain__temperature": 2.5}, "between 0 and 2"),
        ({"brain__temperature": True}, "must be a number"),
        ({"brain__max_history": 1.5}, "whole number"),
        ({"turns__silence": "640", "turns__end_mode": "vad"}, "must be a number"),
        ({"turns__interruptible": "yes"}, "on or off"),
        ({"turns__end_mode": "xx"}, "doesn't have the option 'xx'"),
        ({"prompt__greeting": "a\x00b"}, "NUL"),
        ({"turns__nudge_after": 5000}, "is required when the silence reminder is on"),
        ({"llm__vendor": "compatible", "llm__compatible__url": "localhost:8000"}, "http://, https:// or wss://"),
        ({"llm__vendor": "compatible"}, "is required"),
        ({"llm__vendor": "nobody"}, "no llm vendor"),
    ],
)
def test_bad_values_get_a_message_in_plain_words(change, said):
    assert any(said in message for message in problems_of(**change).values())


def test_off_is_sent_and_not_taken_for_not_mentioned():
    """row 80"""
    assert rules.payload({**AVA, "turns.interruptible": False}, {})["interruption"] == {"enable": False}


def test_settings_of_a_vendor_that_is_not_chosen_are_kept_but_neither_checked_nor_sent():
    values = {**AVA, "llm.compatible.url": "not an address"}
    assert rules.check(values) == ()
    assert rules.payload(values, {})["llm"]["url"].startswith("https://api.openai.com")


def test_a_secret_comes_from_the_credentials_only():
    """row 94"""
    values = {
        **AVA,
        "llm.vendor": "compatible",
        "llm.compatible.url": "http://127.0.0.1:1/v1/chat/completions",
        "llm.compatible.api_key": "typed-by-mistake",
    }
    assert rules.payload(values, {"CUSTOM_LLM_API_KEY": "from-the-server"})["llm"]["api_key"] == "from-the-server"
    assert "api_key" not in rules.payload(values, {})["llm"]


def test_a_prompt_change_is_live_and_a_voice_change_needs_a_restart():
    """row 29"""
    new = {**AVA, "prompt.system": "You are brief.", "tts.openai.voice": "onyx"}
    assert rules.changed(AVA, new) == {"prompt.system": "live", "tts.openai.voice": "restart"}


def test_saying_the_default_is_no_change():
    assert rules.changed({}, {"turns.silence": 640}) == {}


@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8))
def test_no_draft_however_broken_makes_the_rules_raise(values):
    problems = rules.check(values)
    rules.changed(AVA, values)
    if not problems:
        rules.payload(values, {})


def test_every_key_has_a_label_for_people():
    assert [key for key in KEYS if rules.label_of(key) == key] == []


@pytest.mark.parametrize(
    ("label", "message", "said"),
    [
        ("System prompt", "is required.", "System prompt is required."),
        ("Interruption words", "is required.", "Interruption words are required."),
        ("Keywords", "has 200 entries; the limit is 128.", "Keywords have 200 entries; the limit is 128."),
        ("Max tokens", "must be a number.", "Max tokens must be a number."),
        ("Address", "doesn't have the option 'x'.", "Address doesn't have the option 'x'."),
        ("URL", "${HOST} is a variable in the program it came from.", "URL: ${HOST} is a variable in the program it came from."),
    ],
)
def test_a_problem_reads_as_a_sentence_about_its_setting(label: str, message: str, said: str):
    assert sentence(label, message) == said
