"""What goes out comes back: settings read out of Agora's JSON give the same JSON again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog import rules
from greenroom.catalog.payload import CredentialMarks
from greenroom.catalog.reading import read_properties
from greenroom.catalog.templates import TEMPLATES
from tests.catalog.goldens import credentials, filled_values

pytestmark = pytest.mark.unit

VENDORS = [(role, vendor.id) for role, vendors in rules.VENDORS.items() for vendor in vendors if vendor.id != "other"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["llm", "tts", "asr", "mllm", "avatar", "vendor", "params", "voice", "enable", "turn_detection"])


def again(body: dict[str, Any]) -> dict[str, Any]:
    return rules.payload(read_properties(body).values, {})


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_a_template_comes_back_as_it_went(template):
    body = rules.payload(template.values, {})
    assert again(body) == body


@pytest.mark.parametrize(("role", "vendor"), VENDORS, ids=lambda v: v)
def test_every_vendor_with_everything_set_comes_back_as_it_went_but_for_its_keys(role, vendor):
    """rows 77, 78, 79, 81, 82"""
    values = filled_values(role, vendor)
    assert again(rules.payload(values, {})) == rules.payload(values, {})
    assert again(rules.payload(values, credentials())) == rules.payload(values, {})
    marked = rules.payload(values, CredentialMarks())
    assert rules.payload(read_properties(marked).values, CredentialMarks()) == marked


@pytest.mark.parametrize(("role", "vendor"), VENDORS, ids=lambda v: v)
def test_no_key_is_read_into_settings_and_each_is_told(role, vendor):
    """row 94"""
    values = filled_values(role, vendor)
    reading = read_properties(rules.payload(values, credentials()))
    names = [name for _, name, _ in rules.credentials_needed(values)]
    assert not any(f"<{name}>" in repr(reading) for name in names)
    assert {e.path for e in reading.entries if e.fate == "replaced" and "credential" in e.note} or not names


def test_what_the_catalog_does_not_know_is_kept_and_sent_again():
    """rows 83, 84"""
    body = rules.payload(TEMPLATES[0].values, {})
    body["brand_new"] = {"field": [1, {"deep": True}]}
    body["tts"]["params"]["unheard_of"] = "x"
    reading = read_properties(body)
    kept = {"brand_new": {"field": [1, {"deep": True}]}, "tts": {"params": {"unheard_of": "x"}}}
    assert reading.values["advanced.extra"] == kept
    assert rules.payload(reading.values, {}) == body


def test_what_belongs_to_one_call_is_left_out_and_said():
    call = {"channel": "c", "token": "007abc", "agent_rtc_uid": "1", "remote_rtc_uids": ["2"]}
    body = {**rules.payload(TEMPLATES[0].values, {}), **call}
    reading = read_properties(body)
    assert {e.path for e in reading.entries if e.fate == "left_out"} == {f"properties.{name}" for name in call}
    assert "007abc" not in repr(reading)
    assert rules.payload(reading.values, {}) == rules.payload(TEMPLATES[0].values, {})


def test_a_key_in_a_place_nobody_knows_is_not_kept():
    """row 94"""
    reading = read_properties({"llm": {"url": "https://m.example/v1", "vendor": "x"}, "new": {"api_key": "sk-planted"}})
    assert "sk-planted" not in repr(reading)
    assert [e.path for e in reading.entries if e.fate == "replaced"] == ["properties.new.api_key"]


def test_headers_written_as_a_json_text_become_the_object_and_hold_no_key():
    """Agora's page on Anthropic writes them so; a request with the text is refused."""
    written = {"anthropic-version": "2023-06-01", "x-tenant": "7", "authorization": "Bearer sk-planted"}
    llm = {"url": "https://api.anthropic.com/v1/messages", "style": "anthropic", "params": {"model": "claude"}}
    reading = read_properties({"llm": {**llm, "headers": json.dumps(written)}})
    assert "sk-planted" not in repr(reading)
    sent = rules.payload(reading.values, {})["llm"]["headers"]
    assert {**sent, "authorization": ""} == {**written, "authorization": ""}
    assert "migrated" in {entry.fate for entry in reading.entries if entry.path == "properties.llm.headers"}
    kept = read_properties({"llm": {**llm, "headers": "[1]"}})
    assert kept.values["advanced.extra"] == {"llm": {"headers": "[1]"}}


def test_the_first_of_several_system_messages_is_the_prompt():
    messages = [{"role": "system", "content": "You are Ava."}, {"role": "system", "content": "Be brief."}]
    reading = read_properties({"llm": {"url": "https://m.example/v1", "system_messages": messages}})
    assert (reading.values["prompt.system"], reading.values["prompt.messages"]) == ("You are Ava.", messages[1:])
    assert rules.payload(reading.values, {})["llm"]["system_messages"] == messages


def test_messages_that_are_no_prompt_are_kept_as_they_are():
    messages = [{"role": "system", "content": "You are Ava."}, {"role": "assistant", "content": "Hello."}]
    body = {"llm": {"url": "https://m.example/v1", "system_messages": messages}}
    assert rules.payload(read_properties(body).values, {})["llm"]["system_messages"] == messages


@given(st.dictionaries(NAMES | st.text(max_size=8), JSON, max_size=6))
def test_any_json_is_read_without_an_error_and_what_is_read_can_be_sent(body):
    reading = read_properties(body)
    rules.payload(reading.values, {})
    rules.check(reading.values)
