"""An agent leaves as a document and comes back as it was; others' bodies and commands are understood; no key travels."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from greenroom.agora import snippets
from greenroom.catalog import rules
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.secrecy import is_secret
from greenroom.catalog.spec import Role
from greenroom.catalog.templates import TEMPLATES
from greenroom.services.agents.agent_files import UnreadableAgentFile, to_json, to_yaml, understand
from tests.catalog.goldens import credentials, filled_values

pytestmark = pytest.mark.unit

AVA = TEMPLATES[0]
VENDORS: list[tuple[Role, str]] = [(role, v.id) for role, vendors in rules.VENDORS.items() for v in vendors]
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=60)


KEYS = [
    *(f"{role}.vendor" for role in rules.VENDORS),
    *(f"{role}.{v.id}.{s.name}" for role, vendors in rules.VENDORS.items() for v in vendors for s in v.settings),
    *(f"{group.id}.{s.name}" for group in GROUPS for s in group.settings),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
ANY_DRAFT = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8)
WRITERS = [to_json, to_yaml, snippets.curl, snippets.python, snippets.agora_agents, snippets.javascript]


@given(ANY_DRAFT, st.sampled_from(VENDORS))
def test_any_draft_is_exported_and_documents_are_read_again(values, vendor):
    draft = {**values, rules.vendor_key(vendor[0]): vendor[1]}
    for write in WRITERS:
        text = write("Ava", draft)
        assert text
    for write in (to_json, to_yaml):
        rules.payload(understand(write("Ava", draft)).settings, {})


@pytest.mark.parametrize("write", [to_json, to_yaml])
def test_what_is_exported_comes_back_to_the_same_payload(write):
    for role, vendor in VENDORS:
        values = {**AVA.values, **filled_values(role, vendor)}
        read = understand(write("Ava", values))
        assert read.name == "Ava"
        assert rules.payload(read.settings, {}) == rules.payload(values, {}), (role, vendor)


#: A label that is called like a key is exported as one: by its name only.
LABEL = TEXT.filter(lambda text: text.strip() and not is_secret(text))


@given(prompt=TEXT, greeting=TEXT, labels=st.dictionaries(LABEL, TEXT, max_size=3), name=TEXT)
@example(prompt="1e5", greeting="0o17", labels={"0x1F": ".5"}, name="0E0")
def test_any_text_survives_both_formats(prompt, greeting, labels, name):
    values = {"prompt.system": prompt, "prompt.greeting": greeting, "advanced.labels": labels}
    for write in (to_json, to_yaml):
        read = understand(write(name, values))
        assert (read.name, read.settings) == (name, values)


@pytest.mark.parametrize("write", [to_json, to_yaml])
def test_no_key_is_in_an_export(write):
    """row 94"""
    values = {
        **AVA.values,
        "tts.vendor": "elevenlabs",
        "tts.elevenlabs.api_key": "sk-planted",
        "tools.mcp_servers": [
            {"name": "a", "endpoint": "https://x.example?api_key=sk-planted", "headers": {"Authorization": "Bearer sk-planted"}}
        ],
    }
    text = write("Ava", values)
    assert "sk-planted" not in text
    assert "elevenlabs" in text


def test_a_bare_join_body_is_understood_and_its_keys_are_told_not_taken():
    """row 84"""
    body = {
        "name": "their-agent",
        "properties": {"channel": "c", "token": "007x", **rules.payload(filled_values("tts", "elevenlabs"), credentials())},
    }
    read = understand(json.dumps(body))
    assert read.name == "their-agent"
    assert read.settings["tts.vendor"] == "elevenlabs"
    assert {e.fate for e in read.entries} >= {"understood", "left_out", "replaced"}
    assert "<ELEVENLABS_API_KEY>" not in repr(read)


@pytest.mark.parametrize("write", [snippets.curl, None])
def test_a_curl_command_is_understood(write):
    """row 86"""
    if write is not None:
        command = write("Ava", AVA.values)
    else:
        body = json.dumps({"name": "x", "properties": rules.payload(AVA.values, {})})
        command = f"$ curl -X POST https://api.example/join \\\n  -H 'accept: */*' \\\n  --data-raw {shlex.quote(body)}"
    found = snippets.marked_body("Ava", understand(command).settings)["properties"]
    sent = snippets.marked_body("Ava", AVA.values)["properties"]
    if write is None:
        del sent["llm"]["greeting_configs"]  # the launch's own, which that body does not have
    assert found == sent


def test_a_fenced_block_is_understood():
    assert understand(f"```json\n{to_json('Ava', AVA.values)}```").name == "Ava"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no text yet"),
        ('{"a": 1,\n "b": }', "line 2, column 7"),
        ("a: 1\n b: 2", "line 2"),
        ("a: &x [*x, 1]\nproperties: *x\n", "aliases"),
        ("[" * 100_000, "nested too deeply"),
        ("[1, 2]", "no Agora join body"),
        ('{"hello": "world"}', "no Agora join body"),
        ('{"greenroom": 99, "settings": {}}', "isn't in format"),
        ("curl -X POST https://x.example", "has no body"),
        ("curl -d @body.json https://x.example", "in the file body.json"),
        ("curl -d '{", "isn't valid JSON"),
        ("x" * 1_000_001, "1,000,001"),
        ("!!python/object/apply:os.system ['true']", "YAML"),
    ],
)
def test_what_cannot_be_read_says_why(text, said):
    with pytest.raises(UnreadableAgentFile, match=said):
        understand(text)


@given(st.text(max_size=300))
def test_any_text_is_understood_or_refused_in_words(text):
    try:
        read: Any = understand(text)
    except UnreadableAgentFile:
        return
    rules.payload(read.settings, {})
