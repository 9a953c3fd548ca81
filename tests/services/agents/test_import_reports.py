"""What a text leaves open or says twice has a line in the report, whatever the text's language."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.agora.snippets import marked_body
from greenroom.catalog.reading import Entry
from greenroom.services.agents.agent_files import Import, understand_all

pytestmark = pytest.mark.unit

JOIN = "https://api.agora.io/x/join"


def found(text: str, name: str) -> Import:
    return understand_all(text, name)[0]


def lines(agent: Import) -> set[tuple[str, str, str]]:
    return {(entry.path, entry.fate, entry.note) for entry in agent.entries if entry.fate != "understood"}


def program(properties: str, name: str) -> str:
    if name.endswith(".py"):
        return f"import requests\nrequests.post('{JOIN}', json={{'name': 'a', 'properties': {properties}}})\n"
    return f"fetch('{JOIN}', {{method: 'POST', body: JSON.stringify({{name: 'a', properties: {properties}}})}})\n"


@pytest.mark.parametrize(
    ("properties", "name", "path", "fate", "note"),
    [
        (
            "{llm: {...defaults, url: 'https://x'}}",
            "a.js",
            "llm",
            "left_out",
            "...defaults isn't defined in this text: add its fields.",
        ),
        (
            "{llm: {...load(1), url: 'https://x'}}",
            "a.ts",
            "llm",
            "left_out",
            "...load(1) isn't defined in this text: add its fields.",
        ),
        (
            "{'llm': {**more, 'url': 'https://x'}}",
            "a.py",
            "llm",
            "left_out",
            "**more isn't defined in this text: add its fields.",
        ),
        ("{'llm': dict(url='https://x', **f())}", "a.py", "llm", "left_out", "**f() isn't defined in this text: add its fields."),
        (
            "{llm: {url: own ? 'https://x' : 'https://y'}}",
            "a.js",
            "llm.url",
            "replaced",
            "Depends on own: the first option was used.",
        ),
        (
            "{'llm': {'url': 'https://x' if own else 'https://y'}}",
            "a.py",
            "llm.url",
            "replaced",
            "Depends on own: the first option was used.",
        ),
        (
            "{llm: {url: 'https://x'}, ...(a === 1 && {tts: {vendor: 'rime'}})}",
            "a.js",
            "",
            "replaced",
            "Depends on a === 1: the first option was used.",
        ),
        (
            "{'llm': {'url': 'https://x'} if a else {'url': 'https://y'}}",
            "a.py",
            "llm",
            "replaced",
            "Depends on a: the first option was used.",
        ),
        ("{llm: {url: 'https://y', url: 'https://x'}}", "a.js", "llm.url", "left_out", "Set twice: the last value is used."),
        ("{'llm': {'url': 'y', 'url': 'https://x'}}", "a.py", "llm.url", "left_out", "Set twice: the last value is used."),
    ],
)
def test_what_a_program_leaves_open_is_reported(properties: str, name: str, path: str, fate: str, note: str) -> None:
    agent = found(program(properties, name), name)
    assert (f"properties.{path}".rstrip("."), fate, note) in lines(agent)
    assert marked_body("a", agent.settings)["properties"]["llm"]["url"] == "https://x"


def test_an_object_of_which_nothing_is_known_is_not_sent() -> None:
    agent = found(program("{llm: {url: 'https://x'}, asr: {...chosen}}", "a.js"), "a.js")
    assert "asr" not in marked_body("a", agent.settings)["properties"]
    assert ("properties.asr", "left_out", "...chosen isn't defined in this text: add its fields.") in lines(agent)


def test_what_is_open_beside_the_properties_has_a_line_with_a_path() -> None:
    text = f"fetch('{JOIN}', {{body: JSON.stringify({{...(own && {{name: 'b'}}), properties: {{llm: {{url: 'https://x'}}}}}})}})"
    assert ("properties", "replaced", "Depends on own: the first option was used.") in lines(found(text, "a.js"))


PYTHON_IF = """
import os, sys, requests
def build(mode):
    properties = {"llm": {"url": "https://x"}}
    if mode == "fast":
        properties["idle_timeout"] = 30
    if not mode:
        raise ValueError
    if True:
        properties["geofence"] = {"area": "GLOBAL"}
    return properties
if __name__ == "__main__":
    properties = build(sys.argv[1])
    properties["asr"] = {"language": "fr-FR"}
    requests.post("JOIN", json={"name": "a", "properties": properties})
"""
JAVASCRIPT_IF = """
async function start(options) {
  const properties = {llm: {url: "https://x"}};
  if (options.fast) { properties.idle_timeout = 30; }
  if (!options) throw new Error("none");
  if (true) { properties.geofence = {area: "GLOBAL"}; }
  const asr = language();
  properties["asr"] = asr;
  await fetch("JOIN", {method: "POST", body: JSON.stringify({name: "a", properties})});
}
function language() { const asr = {}; asr.language = "fr-FR"; return asr; }
"""


@pytest.mark.parametrize(
    ("text", "name", "condition"), [(PYTHON_IF, "a.py", "mode == 'fast'"), (JAVASCRIPT_IF, "a.js", "options.fast")]
)
def test_what_a_program_sets_on_a_condition_that_is_not_known_has_a_line_and_nothing_else_has(text, name, condition) -> None:
    agent = found(text.replace("JOIN", JOIN), name)
    assert marked_body("a", agent.settings)["properties"]["idle_timeout"] == 30
    depends = {(path, note) for path, _, note in lines(agent) if "Depends on" in note}
    assert depends == {("properties.idle_timeout", f"Depends on {condition}: the first option was used.")}


def test_a_condition_that_is_known_needs_no_line() -> None:
    agent = found(program("{llm: {url: true ? 'https://x' : 'https://y'}}", "a.js"), "a.js")
    assert not any("Depends on" in entry.note for entry in agent.entries)


def test_a_long_text_of_a_condition_is_not_shown() -> None:
    secret = "k" * 40
    agent = found(program(f"{{llm: {{url: key === '{secret}' ? 'https://x' : 'https://y'}}}}", "a.js"), "a.js")
    assert secret not in repr(agent)
    assert any("Depends on key === …" in entry.note for entry in agent.entries)


@given(st.lists(st.integers(0, 99), min_size=2, max_size=4), st.sampled_from(["json", "yaml", "js", "py", "relaxed"]))
def test_an_entry_that_is_written_again_is_reported_in_every_dress(values: list[int], dress: str) -> None:
    pairs = ", ".join(f'"idle_timeout": {value}' for value in values)
    inside = f'{{"llm": {{"url": "https://x"}}, {pairs}}}'
    yaml = "name: a\nproperties:\n  llm: {url: 'https://x'}\n" + "".join(f"  idle_timeout: {value}\n" for value in values)
    text, name = {
        "json": (f'{{"name": "a", "properties": {inside}}}', "a.json"),
        "relaxed": (f'{{name: "a", "properties": {inside},}}', "a.json"),
        "yaml": (yaml, "a.yaml"),
        "js": (program(inside, "a.js"), "a.js"),
        "py": (program(inside, "a.py"), "a.py"),
    }[dress]
    agent = found(text, name)
    assert ("properties.idle_timeout", "left_out", "Set twice: the last value is used.") in lines(agent)
    assert marked_body("a", agent.settings)["properties"]["idle_timeout"] == values[-1]


@given(
    st.dictionaries(
        st.from_regex(r"[A-Z]{3,8}_[A-Z]{3,8}", fullmatch=True), st.text("abcxyz", min_size=1), min_size=2, max_size=5
    )
)
def test_each_value_that_a_program_looks_up_keeps_its_own_fallback(stored: dict[str, str]) -> None:
    asked = ", ".join(
        f"k{number}: localStorage.getItem({json.dumps(name)}) || {json.dumps(value)}"
        for number, (name, value) in enumerate(stored.items())
    )
    text = program(f"{{llm: {{url: 'https://x', params: {{{asked}}}}}}}", "a.js")
    params = marked_body("a", found(text, "a.js").settings)["properties"]["llm"]["params"]
    assert list(params.values()) == list(stored.values())


def test_one_name_with_two_fallbacks_gives_each_its_own() -> None:
    text = program("{llm: {url: read() || 'https://x', greeting_message: read() || 'Hi'}}", "a.js")
    llm = marked_body("a", found(text, "a.js").settings)["properties"]["llm"]
    assert (llm["url"], llm["greeting_message"]) == ("https://x", "Hi")


@pytest.mark.parametrize(
    ("beside", "note"),
    [
        ("preset: body.preset", "${BODY_PRESET} is a variable in the program: set the vendors here."),
        ("preset: 'none_of_them'", "Not an Agora preset."),
        ("pipeline_id: 7", "Not a pipeline ID."),
        ("other: 7", "Not a field of an Agora join body."),
    ],
)
def test_a_field_beside_the_properties_says_why_it_is_left_out(beside: str, note: str) -> None:
    text = f"fetch('{JOIN}', {{body: JSON.stringify({{{beside}, properties: {{llm: {{url: 'https://x'}}}}}})}})"
    entries: tuple[Entry, ...] = found(text, "a.js").entries
    assert note in {entry.note for entry in entries if entry.fate == "left_out"}


@pytest.mark.parametrize(("word", "value"), [("yes", True), ("off", False), ("'true'", True), ("true", True)])
def test_a_switch_in_words_is_a_switch_and_says_so(word: str, value: bool) -> None:
    agent = found(f"properties:\n  llm: {{url: 'https://x'}}\n  advanced_features: {{enable_rtm: {word}}}\n", "a.yaml")
    assert marked_body("a", agent.settings)["properties"]["advanced_features"]["enable_rtm"] is value
    assert any("became" in entry.note for entry in agent.entries) is (word != "true")


def test_a_parameter_that_is_none_inside_a_list_has_a_line() -> None:
    text = "def start(instructions=None):\n    return {'properties': {'llm': {'url': 'https://x', 'system_messages': "
    text += "[{'role': 'system', 'content': instructions}]}}}\nstart()\n"
    path = "properties.llm.system_messages[0].content"
    assert (path, "replaced", "INSTRUCTIONS isn't set in the program.") in lines(found(text, "a.py"))
