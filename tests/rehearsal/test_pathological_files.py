"""Scenario files made to be slow, and patterns made to fill the memory: none takes two seconds of computing."""

from __future__ import annotations

import contextlib
import time

import pytest

from greenroom.bounded_regex import InvalidPattern, SlowPattern, fault_of
from greenroom.catalog.tool_checks import function_faults
from greenroom.rehearsal import judging, persona
from greenroom.rehearsal.caller_audit import invented_in
from greenroom.rehearsal.evidence import CallEvidence
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.text_match import find
from greenroom.tools.definitions import FunctionEndpoint
from greenroom.tools.templates import TemplateValues, request_for

pytestmark = pytest.mark.unit

MOST_S = 2.0
BEGINNING = """rehearse: 1
name: Front desk
scenarios:
- id: breakfast
  caller:
    lines:
    - say: When is breakfast?
      expect:
"""


def file_with(*patterns: str) -> str:
    return BEGINNING + "".join(f"      - says: '{pattern}'\n" for pattern in patterns)


FILES = {
    "long patterns": file_with(*(f"/{number}{'(a|b|c|d)' * 100}/" for number in range(900))),
    "slow patterns": file_with(*(f"/(.*)*(.*)*(.*)*(.*)*{number}x|(a|a)*c/" for number in range(400))),
    "counts": file_with(*(f"/{number}{'a{65536}' * 100}/" for number in range(100))),
    "brackets": file_with("[" * 140_000),
}


@pytest.mark.parametrize("name", FILES)
def test_no_file_takes_long(name: str) -> None:
    begun = time.thread_time()
    read(FILES[name])
    assert time.thread_time() - begun < MOST_S


def test_a_file_whose_patterns_take_too_long_says_so() -> None:
    messages = [fault.message for fault in read(FILES["long patterns"]).faults]
    assert sum("take too long to check" in message for message in messages) == 1


@pytest.mark.parametrize("pattern", ["a{65536}", "(a{600}){600}" * 5, "ß" * 1_001, "a{0,99999999999999999999}"])
def test_patterns_that_would_fill_the_memory_are_no_patterns(pattern: str) -> None:
    assert fault_of(pattern)


@pytest.mark.parametrize("pattern", [r"\d{3}-\d{4}", "a{1,500}", r"{x}", "(?:ab){20,}"])
def test_ordinary_counts_are_taken(pattern: str) -> None:
    assert fault_of(pattern) == ""


def in_time(work: object) -> None:
    begun = time.thread_time()
    with contextlib.suppress(InvalidPattern, SlowPattern):
        assert callable(work)
        work()
    assert time.thread_time() - begun < MOST_S


def test_long_letters_and_words_are_looked_through_soon() -> None:
    in_time(lambda: find(f"/{'ß' * 900}/", "a" * 20_000))
    in_time(lambda: invented_in("a" * 140_000, ["b"]))
    in_time(lambda: persona.read_answer("{" * 140_000))
    in_time(lambda: judging.ruling("{" * 140_000, CallEvidence("text", (), "agent")))


def test_a_placeholder_that_is_never_closed_is_found_soon() -> None:
    url = "https://a.example/{{" + " " * 140_000
    tool = {"type": "function", "function": {"name": "n", "description": "d", "parameters": {}}, "server": {"url": url}}
    in_time(lambda: list(function_faults([tool])))
    values = TemplateValues({"a b": "x", "c": 1}, {}, "id")
    made = request_for(FunctionEndpoint("GET", "https://a.example/{{ args.a b  }}/{{args.c}}/{{ }}"), values)
    assert made.url == "https://a.example/x/1/"
