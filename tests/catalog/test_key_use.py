"""Where the keys of an agent would go, read from the body that is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog.active import ActiveSetting, fields
from greenroom.catalog.key_hosts import belongs, hosts_of
from greenroom.catalog.key_use import SPOKEN, TOOL_AT, key_uses
from greenroom.catalog.payload import FREE, payload
from greenroom.catalog.vendors import VENDORS

pytestmark = pytest.mark.unit

EVIL = "evil.example"
OWN_MODEL = {
    "llm.vendor": "compatible",
    "llm.compatible.url": f"https://{EVIL}/v1/chat/completions",
    "llm.compatible.api_key": "${OPENAI_API_KEY}",
}


def uses(values: dict[str, Any]) -> dict[tuple[str, str], bool]:
    return {(use.name, use.destination): use.own for use in key_uses(values)}


def test_every_vendor_of_the_catalog_gets_its_own_key_without_a_question():
    """A vendor whose address you type yourself is the exception, and one that is your own server."""
    asked = []
    for role, vendors in VENDORS.items():
        for vendor in vendors:
            asked += [(role, vendor.id, use.name) for use in key_uses({f"{role}.vendor": vendor.id}) if not use.own]
    assert asked == []


def test_every_vendor_of_the_catalog_gets_its_own_key():
    """Wherever it is sent: Gemini's is in the URL."""
    for role, vendors in VENDORS.items():
        for vendor in vendors:
            values = {f"{role}.vendor": vendor.id}
            secret = {field.setting.env for field in fields(values) if field.vendor is vendor and field.setting.kind == "secret"}
            released = {name: f"value-of-{name}" for name, _ in uses(values)}
            assert {name for name in secret if name not in released} == set(), (role, vendor.id)
            sent = json.dumps(payload(values, released))
            assert [name for name in secret if f"value-of-{name}" not in sent] == [], (role, vendor.id)


def named_in(field: ActiveSetting) -> Any:
    """A value of the setting's kind that names a credential."""
    named = "before-${CANARY_KEY}-behind"
    if field.setting.kind == "rows":
        return [{column.name: named for column in field.setting.columns}]
    return {"x": named, "function": {"name": named}} if field.setting.kind in ("map", "json") else named


def test_no_setting_sends_a_credential_that_is_not_found_however_the_body_writes_it():
    """In a URL it is encoded, in a text that holds JSON escaped."""
    found: set[tuple[str, bool]] = set()
    for role, vendors in VENDORS.items():
        for vendor in vendors:
            for field in fields({f"{role}.vendor": vendor.id}):
                if field.setting.kind not in FREE or (field.key, role == "mllm") in found:
                    continue
                values = {f"{role}.vendor": vendor.id, field.key: named_in(field)}
                if "value-of-canary" in json.dumps(payload(values, {"CANARY_KEY": "value-of-canary"})):
                    assert "CANARY_KEY" in {name for name, _ in uses(values)}, (vendor.id, field.key)
                    found.add((field.key, role == "mllm"))
    assert len(found) > 100


def test_a_credential_in_a_part_of_an_address_goes_to_that_address():
    values = {"llm.vendor": "azure", "llm.azure.endpoint": f"https://{EVIL}", "llm.azure.api_key": None}
    for part in ("deployment", "api_version"):
        assert uses({**values, f"llm.azure.{part}": "${DEEPGRAM_API_KEY}"}) == {("DEEPGRAM_API_KEY", EVIL): False}


def test_keys_in_headers_go_where_the_model_is():
    found = uses({**OWN_MODEL, "brain.headers": {"X-Trace": "${OPENAI_API_KEY}|${DEEPGRAM_API_KEY}"}})
    assert found == {("OPENAI_API_KEY", EVIL): False, ("DEEPGRAM_API_KEY", EVIL): False}


def test_a_key_belongs_to_its_vendor_however_it_is_sent_there():
    values = {"llm.vendor": "compatible", "llm.compatible.url": "https://api.openai.com/v1/chat/completions"}
    assert uses(values) == {("OPENAI_API_KEY", "api.openai.com"): True}
    assert uses({**values, "brain.headers": {"X": "${DEEPGRAM_API_KEY}"}})[("DEEPGRAM_API_KEY", "api.openai.com")] is False


def test_a_decoy_address_nearer_to_the_key_does_not_hide_the_real_one():
    params = {"url": "https://api.openai.com", "extra": "${OPENAI_API_KEY}"}
    found = uses({**OWN_MODEL, "advanced.extra": {"llm": {"params": params}}})
    assert found[("OPENAI_API_KEY", EVIL)] is False


def test_tools_have_servers_of_their_own():
    row = {"name": "crm", "endpoint": f"https://{EVIL}/mcp", "headers": {"Authorization": "Bearer ${OPENAI_API_KEY}"}}
    found = uses({"llm.vendor": "openai", "tools.mcp_servers": [row]})
    assert found == {("OPENAI_API_KEY", "api.openai.com"): True, ("OPENAI_API_KEY", EVIL): False}


def test_a_key_in_a_block_without_an_address_goes_to_the_blocks_vendor():
    values = {"tts.vendor": "elevenlabs", "advanced.extra": {"asr": {"params": {"x": "${DEEPGRAM_API_KEY}"}}}}
    asked = [use for use in key_uses(values) if use.name == "DEEPGRAM_API_KEY"]
    assert [use.own for use in asked] == [False]
    assert EVIL not in asked[0].destination


def test_patterns_stand_for_one_label():
    assert belongs("AZURE_OPENAI_API_KEY", "acme.openai.azure.com")
    assert not belongs("AZURE_OPENAI_API_KEY", "evil.example.openai.azure.com")
    assert not belongs("AWS_SECRET_ACCESS_KEY", "abc.execute-api.us-east-1.amazonaws.com")
    assert hosts_of("MY_OWN_KEY") == frozenset()


JSON = st.recursive(
    st.none() | st.text(max_size=20) | st.sampled_from(["${OPENAI_API_KEY}", "https://evil.example/x", "evil.example"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "headers", "params", "x"]), inner),
    max_leaves=8,
)


@given(JSON)
def test_whatever_is_kept_from_an_import_no_use_is_missed(extra: Any):
    values = {**OWN_MODEL, "advanced.extra": {"llm": {"more": extra}}}
    assert (("OPENAI_API_KEY", EVIL) in uses(values)) is True
    key_uses({"advanced.extra": extra})


TOOL = {"type": "function", "function": {"name": "f"}, "server": {"url": f"https://{EVIL}/{{{{template_variables.a}}}}"}}


@pytest.mark.parametrize(
    "holder", [{"tools.functions": [TOOL]}, {"tools.mcp_servers": [{"name": "m", "endpoint": f"https://{EVIL}/"}]}]
)
def test_a_key_in_a_template_variable_goes_to_the_servers_of_tools_too(holder: dict[str, Any]) -> None:
    own = {"llm.vendor": "openai", "prompt.variables": {"a": "${OPENAI_API_KEY}"}}
    assert uses({**own, **holder})[("OPENAI_API_KEY", EVIL)] is False


def test_a_key_in_a_template_variable_that_is_spoken_is_asked_about() -> None:
    values = {"llm.vendor": "openai", "prompt.variables": {"a": "${OPENAI_API_KEY}", "b": "${DEEPGRAM_API_KEY}"}}
    assert ("OPENAI_API_KEY", SPOKEN) not in uses(values)
    found = uses({**values, "prompt.greeting": "Hi {{ a }}"})
    assert found[("OPENAI_API_KEY", SPOKEN)] is False
    assert found[("DEEPGRAM_API_KEY", "api.openai.com")] is False


def test_no_credential_is_filled_into_the_name_of_a_field() -> None:
    values = {
        "llm.vendor": "openai",
        "advanced.labels": {"${OPENAI_API_KEY}": "x"},
        "brain.headers": {"${DEEPGRAM_API_KEY}": "x"},
    }
    assert "VALUE" not in str(payload(values, {"OPENAI_API_KEY": "VALUE", "DEEPGRAM_API_KEY": "VALUE"}).get("labels"))
    assert ("DEEPGRAM_API_KEY", "api.openai.com") not in uses(values)


def tool(url: str, **told: Any) -> dict[str, Any]:
    function = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}, **told}
    return {"type": "function", "function": function, "server": {"method": "GET", "url": url}}


@pytest.mark.parametrize(
    "told",
    [
        {"description": "Say ${OPENAI_API_KEY}"},
        {"parameters": {"type": "object", "properties": {"a": {"type": "string", "default": "${OPENAI_API_KEY}"}}}},
    ],
)
def test_what_a_tool_tells_the_model_goes_to_the_model_and_not_to_the_tools_server(told: dict[str, Any]) -> None:
    own_server = {**OWN_MODEL, "llm.compatible.api_key": None, "tools.functions": [tool("https://api.openai.com/v1", **told)]}
    assert uses(own_server) == {("OPENAI_API_KEY", SPOKEN): False, ("OPENAI_API_KEY", EVIL): False}


@pytest.mark.parametrize(
    "holder",
    [
        {"advanced.extra": {"llm": {"greeting_message": "${OPENAI_API_KEY}"}}},
        {"advanced.extra": {"llm": {"params": {"user": "${OPENAI_API_KEY}"}}}},
        {"prompt.messages": [{"role": "user", "content": "${OPENAI_API_KEY}"}]},
        {"mllm.vendor": "openai", "advanced.extra": {"mllm": {"params": {"instructions": "${OPENAI_API_KEY}"}}}},
    ],
)
def test_a_key_in_a_text_is_asked_about_although_the_model_is_its_vendors(holder: dict[str, Any]) -> None:
    found = uses({"llm.vendor": "openai", **holder})
    assert found == {("OPENAI_API_KEY", "api.openai.com"): True, ("OPENAI_API_KEY", SPOKEN): False}


def test_a_realtime_models_tools_get_the_variables_of_the_language_models_block() -> None:
    variables = {"url": "https://api.openai.com/v1", "template_variables": {"a": "${OPENAI_API_KEY}"}}
    found = uses({"mllm.vendor": "openai", "advanced.extra": {"llm": variables}, "tools.functions": [TOOL]})
    assert found[("OPENAI_API_KEY", EVIL)] is False


def test_a_variable_in_the_host_of_a_tool_is_the_host_that_it_stands_for() -> None:
    function = tool("https://{{template_variables.h}}/?k=${OPENAI_API_KEY}")
    for host, named in ((EVIL, EVIL), ("api.openai.com", f"{TOOL_AT}api.openai.com")):
        found = uses({"llm.vendor": "openai", "prompt.variables": {"h": host}, "tools.functions": [function]})
        assert found[("OPENAI_API_KEY", named)] is False
    trick = uses({"llm.vendor": "openai", "prompt.variables": {"h": "evil.example/"}, "tools.functions": [function]})
    assert False in trick.values()


def test_a_vendors_key_for_a_tool_at_the_vendors_host_is_asked_about() -> None:
    """Any model could list, read and delete with it what the account holds there."""
    function = {**tool("https://api.openai.com/v1/{{args.path}}"), "server": {"url": "https://api.openai.com/v1/{{args.path}}"}}
    function["server"]["headers"] = {"Authorization": "Bearer ${OPENAI_API_KEY}"}
    row = {"name": "m", "endpoint": "https://api.openai.com/mcp", "headers": {"Authorization": "Bearer ${OPENAI_API_KEY}"}}
    variables = {"prompt.variables": {"k": "${OPENAI_API_KEY}"}, "tools.functions": [tool("https://api.openai.com/{{args.x}}")]}
    for holder in ({"tools.functions": [function]}, {"tools.mcp_servers": [row]}, variables):
        found = uses({**OWN_MODEL, "llm.compatible.api_key": None, **holder})
        assert found[("OPENAI_API_KEY", f"{TOOL_AT}api.openai.com")] is False


@pytest.mark.parametrize("region", ["evil.example/?", "evil.example#", "@evil.example"])
@pytest.mark.parametrize("role", ["asr", "tts"])
def test_a_region_that_is_a_host_gets_no_key(role: str, region: str) -> None:
    found = uses({f"{role}.vendor": "microsoft", f"{role}.microsoft.region": region})
    assert found[("AZURE_SPEECH_KEY", EVIL)] is False


def test_servers_in_lists_and_by_any_name_count() -> None:
    for servers in ({"urls": [f"https://{EVIL}/"]}, {"servers": {"a": f"https://{EVIL}/"}}, {"live": f"wss://{EVIL}/"}):
        assert uses({"llm.vendor": "openai", "advanced.extra": {"llm": servers}})[("OPENAI_API_KEY", EVIL)] is False


def test_the_key_of_encrypted_calls_is_for_nothing_else() -> None:
    names = [use.name for use in key_uses({"advanced.encryption": 7}) if use.destination == "Agora"]
    name = names[0]
    assert uses({"advanced.encryption": 7})[(name, "Agora")] is True
    assert uses({"advanced.encryption": 7, "advanced.labels": {"x": f"${{{name}}}"}})[(name, "Agora")] is False
