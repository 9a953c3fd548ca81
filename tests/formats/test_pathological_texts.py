"""Texts made to be slow: no import takes two seconds of computing, whatever is pasted."""

from __future__ import annotations

import contextlib
import json
import time

import pytest

from greenroom.errors import GreenroomError
from greenroom.formats.elisions import marked_elisions
from greenroom.formats.reader import read_text
from greenroom.services.agents import agent_files

pytestmark = pytest.mark.unit

LENGTH = 140_000
MOST_S = 2.0


def filled(unit: str, before: str = "", after: str = "", length: int = LENGTH) -> str:
    return before + unit * (length // len(unit)) + after


def agent(**llm: object) -> str:
    return json.dumps({"name": "x", "properties": {"channel": "c", "llm": {"url": "https://u.example", **llm}}})


#: What was slow, took gigabytes or raised a bare error → the text and the name of its file.
TEXTS = {
    "quotes in a program": (filled('"'), "a.ts"),
    "apostrophes in JSON": (filled("'"), "a.json"),
    "comments in JSON": (filled("# a\n"), "a.json"),
    "escaped quotes": (filled('\\"'), "a.json"),
    "escaped quotes in jq": (filled('\\"', 'jq -n \'{"a":', "}' | curl -d @- x"), ""),
    "variables": (filled("${A}"), "a.json"),
    "type arguments": (filled("Map<String, "), "a.ts"),
    "an unclosed quote and lines": (filled("a\n", '"'), ""),
    "a method in Ruby": (filled("a", "end\ndef ", ":\nend\n"), ""),
    "tags of code": (filled("<CodeBlock>{`\\`"), ""),
    "gaps in PowerShell": (filled("$(", '$a = "', '"'), ""),
    "blanks in a header's value": (agent(headers=filled(" ", "X-A: a", "b")), ""),
    "blanks behind a scheme": (agent(headers={"Authorization": filled(" ", "Bearer")}), ""),
    "blanks in a variable of an .http file": (filled(" ", "@a = b", "c\nPOST https://x/join\n\n{}"), ""),
    "blocks of Bruno": (filled("body:json {\n", length=900_000), ""),
    "numbers in an .env file": ("\n".join(f" {number}" for number in range(LENGTH // 2)) + '"x: {', "a.env"),
    "a word of a shell": (filled("~", "curl ", length=900_000), ""),
    "many agents in JSON lines": (filled('{"properties":{"llm":{"url":"u"}}}\n'), ""),
    "many agents in YAML": (filled("---\nproperties:\n  llm: {url: u}\n"), ""),
    "many values in YAML": (filled("- a:\n"), "a.yaml"),
    "many values in JSON": (agent(x=[1] * 200_000), ""),
    "keys of one name": (agent(x=[{"api_key": f"v{number}"} for number in range(8_000)]), ""),
    "a name given many times": ('{"properties": {"llm": {"url": "u", ' + '"a": 1, ' * 40_000 + '"b": 1}}}', ""),
    "copies of a large object": (
        f"const a = {{{','.join(f'k{number}: 1' for number in range(3_000))}}};" + "b = {...a};" * 12_000,
        "a.ts",
    ),
    "fallbacks of one variable": (
        'b = {"properties": {"llm": {"url": "u", "params": {'
        + ", ".join(f'"k{number}": os.getenv("A", "{number}")' for number in range(5_000))
        + "}}}}",
        "a.py",
    ),
    "aliases of a list": (
        f"x: &x [{','.join('1' * 500)}]\nproperties:\n  llm:\n    url: u\n    params:\n"
        + "".join(f"      k{number}: *x\n" for number in range(499)),
        "",
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_takes_long(name: str) -> None:
    text, file_name = TEXTS[name]
    begun = time.thread_time()
    with contextlib.suppress(GreenroomError):
        agent_files.understand_all(text, file_name)
    assert time.thread_time() - begun < MOST_S


def test_more_agents_than_anyone_chooses_from_are_refused_with_their_number() -> None:
    with pytest.raises(GreenroomError, match="This contains 101 agents; at most 100"):
        read_text('{"properties":{"llm":{"url":"u"}}}\n' * 101)
    assert len(read_text('{"properties":{"llm":{"url":"u"}}}\n' * 100)) == 100


def test_dots_are_found_behind_an_apostrophe_and_not_in_strings() -> None:
    """A quote that isn't closed on its line is no string."""
    assert marked_elisions("don't\n{a: {...}, b: '{...}', c: \"\\\"{...}\"}") == (
        'don\'t\n{a:  "${LEFT_OPEN}", b: \'{...}\', c: "\\"{...}"}'
    )
    assert marked_elisions("it's {...}, `a {...}` and ` {...}") == ('it\'s  "${LEFT_OPEN}", `a {...}` and `  "${LEFT_OPEN}"')


def test_a_word_of_a_shell_is_joined_of_its_pieces() -> None:
    text = r"""curl -d '{"properties":{"llm":{"url":'"\"https://u/~a#b\""'}}}' https://x/join"""
    (found,) = read_text(text)
    assert found.value["properties"]["llm"]["url"] == "https://u/~a#b"
