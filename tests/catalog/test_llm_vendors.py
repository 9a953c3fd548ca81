"""Every vendor of language models: its whole body is known, and agora-agents means the same by its fields."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest
from agora_agent.types.llm import Llm

from greenroom.catalog import rules
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.llm import LLM
from tests.catalog.goldens import assert_golden, body, catalog_paths, credentials, filled_values, known_to, unknown_to, vendor

pytestmark = pytest.mark.unit

IDS = [v.id for v in LLM]
#: Sent by us and not in the types of agora-agents 2.12, each with the reason why it is sent all the same.
OURS_ONLY: Mapping[str, str] = {
    "credential_mode": "the documentation of managed mode has it; the package still sends the older preset",
    "params.temperature": "its builders send it; its type of params names the commonest two only",
    "params.top_k": "its builder Gemini sends it",
    "params.max_output_tokens": "its builder Gemini sends it",
    "params.user": "its builder Dify sends it",
    "params.conversation_id": "its builder Dify sends it",
}
#: In those types and not in the catalog.
THEIRS_ONLY: Mapping[str, str] = {
    **{
        f"tools.{path}": "functions are edited as JSON and checked by greenroom/catalog/tool_checks.py"
        for path in ("type", "function", "execution", "server")
    },
}
STYLES = {
    "managed": None,
    "compatible": "openai",
    "openai": "openai",
    "azure": "openai",
    "anthropic": "anthropic",
    "gemini": "gemini",
    "vertex": "gemini",
    "bedrock": "bedrock",
    "dify": "dify",
    "xai": "openai",
    "groq": "openai",
    "custom": "openai",
}
MARKS = {"managed": "openai", "azure": "azure", "xai": "xai", "custom": "custom"}


def test_the_managed_model_comes_first_and_every_style_of_the_api_is_there():
    """row 77"""
    assert IDS[:2] == ["managed", "compatible"]
    assert set(IDS) == set(STYLES)


@pytest.mark.parametrize("vendor_id", IDS)
def test_the_whole_body_is_as_it_was_reviewed(vendor_id):
    """row 77"""
    assert rules.check(filled_values("llm", vendor_id), credentials()) == ()
    assert_golden(f"llm-{vendor_id}", body("llm", vendor_id))


@pytest.mark.parametrize("vendor_id", IDS)
def test_style_and_vendor_are_told_apart(vendor_id):
    """row 77"""
    block = body("llm", vendor_id)["llm"]
    assert (block.get("style"), block.get("vendor")) == (STYLES[vendor_id], MARKS.get(vendor_id))


@pytest.mark.parametrize("vendor_id", IDS)
def test_the_type_of_agora_agents_takes_the_block_and_knows_its_fields(vendor_id):
    """row 77"""
    assert set(unknown_to(Llm, body("llm", vendor_id)["llm"])) <= set(OURS_ONLY)


def test_the_catalog_has_every_field_that_agora_agents_has():
    """row 77"""
    places = {s.path.removeprefix("llm.") for group in GROUPS for s in group.settings if s.path.startswith("llm.")}
    for entry in LLM:
        places |= catalog_paths(entry)
    missing = {path for path in known_to(Llm) if path not in places and path.partition(".")[0] not in places - {"params"}}
    assert missing - set(THEIRS_ONLY) == set()


def test_nothing_is_excused_that_is_no_longer_so():
    found = {path for vendor_id in IDS for path in unknown_to(Llm, body("llm", vendor_id)["llm"])}
    assert found == set(OURS_ONLY)


def test_gemini_takes_its_key_and_its_model_in_the_address():
    """row 77"""
    values = {**filled_values("llm", "gemini"), "llm.gemini.model": "gemini 9/x"}
    url = urlsplit(rules.payload(values, {"GEMINI_API_KEY": "a key&more"})["llm"]["url"])
    assert url.path == "/v1beta/models/gemini%209%2Fx:streamGenerateContent"
    assert parse_qs(url.query) == {"alt": ["sse"], "key": ["a key&more"]}


@pytest.mark.parametrize("vendor_id", ["gemini", "vertex"])
def test_googles_models_get_the_prompt_in_googles_shape(vendor_id):
    """row 77: a message of another shape is dropped without a word"""
    block = body("llm", vendor_id)["llm"]
    assert block["system_messages"] == [{"role": "user", "parts": [{"text": "You are terse."}]}]
    assert "max_tokens" not in block["params"]
    assert block["params"]["max_output_tokens"] == 160


def test_a_header_is_added_to_those_that_the_vendor_needs():
    """row 77"""
    values = {**filled_values("llm", "anthropic"), "brain.headers": {"X-Tenant": "inn", "X-Pass": "${TENANT_PASS}"}}
    assert rules.payload(values, {"TENANT_PASS": "secret"})["llm"]["headers"] == {
        "anthropic-version": "2023-06-01",
        "X-Tenant": "inn",
        "X-Pass": "secret",
    }
    assert ("brain.headers", "TENANT_PASS", True) in set(rules.credentials_needed(values))


def test_an_azure_address_is_put_together_from_its_parts():
    """row 77"""
    own = {"llm.azure.endpoint": "https://inn.openai.azure.com/", "llm.azure.deployment": "a b"}
    values = {**filled_values("llm", "azure"), **own}
    assert rules.payload(values, {})["llm"]["url"] == (
        "https://inn.openai.azure.com/openai/deployments/a%20b/chat/completions?api-version=2024-08-01-preview"
    )


def test_a_resource_that_is_no_address_is_named():
    values = {**filled_values("llm", "azure"), "llm.azure.endpoint": "my-resource"}
    assert [p.setting for p in rules.check(values)] == ["llm.azure.endpoint"]


def test_bedrock_signs_in_with_one_kind_of_key_only():
    """row 77"""
    values = {**filled_values("llm", "bedrock"), "llm.bedrock.auth": "api_key"}
    block = rules.payload(values, credentials())["llm"]
    assert block["api_key"] == "<AWS_BEARER_TOKEN_BEDROCK>"
    assert {"access_key", "secret_key"} & set(block) == set()


def test_dify_is_not_told_what_its_workflow_decides():
    values = filled_values("llm", "dify")
    assert "brain.temperature" not in {f.key for f in rules.fields(values)}
    assert set(rules.payload(values, {})["llm"]["params"]) == {"model", "user", "conversation_id"}


@pytest.mark.parametrize("vendor_id", ["gemini", "vertex", "bedrock"])
def test_a_model_that_stands_in_the_address_cannot_be_changed_during_a_call(vendor_id):
    """row 85"""
    assert next(s for s in vendor("llm", vendor_id).settings if s.name == "model").effect == "restart"
