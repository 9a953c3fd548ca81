"""Scenario files are read whole, and their faults found with line and nearest name."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from greenroom.rehearsal.reading import read
from greenroom.rehearsal.scenario import CHECKS

pytestmark = pytest.mark.unit

EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.yaml"))
SMALL = """rehearse: 1
name: Front desk
scenarios:
- id: breakfast
  caller:
    lines:
    - say: When is breakfast?
      expect: [{says: seven}]
"""


def faults(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.message) for fault in read(text).faults]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_examples_of_the_format_are_read(file):
    found = read(file.read_text())
    assert [fault for fault in found.faults if fault.blocking] == []
    assert found.content is not None
    assert all(scenario.checks for scenario in found.content.scenarios)


def test_every_key_of_the_second_example_arrives():
    content = read(EXAMPLES[-1].read_text()).content
    assert content is not None
    (scenario,) = content.scenarios
    assert scenario.clock == "2026-06-08T09:00:00+02:00"  # a text, not a date of YAML's
    assert (scenario.repeat, scenario.passing.rate, scenario.passing.sure) == (14, 0.8, 0.95)
    assert [turn.speaker for turn in scenario.start] == ["agent", "caller"]
    assert scenario.mocks["findRooms"][0]["when"] == {"arrive": "2026-07-14"}
    assert scenario.caller.cues[1].hear == ("leave", "until", "nights")
    assert scenario.origin is not None
    assert (scenario.origin.session, scenario.origin.turn, scenario.origin.version) == ("8f3c", 3, 6)
    assert [check.kind for check in scenario.expect] == ["talk", "says", "calls", "judge"]
    assert scenario.expect[3].good


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (("says: seven", "sais: seven"), 8, "“sais”. Did you mean “says”?"),
        (("name: Front desk\n", ""), 1, "“name” is missing."),
        (("rehearse: 1", "rehearse: 2"), 1, "format 1"),
        (("say: When", "tell: When"), 7, "“tell”"),
        (("[{says: seven}]", "[{says: seven, talk: {words: 3}}]"), 8, "can have one check"),
        (("[{says: seven}]", "[{name: empty}]"), 8, "check is empty"),
        (("[{says: seven}]", "[{says: '/(/'}]"), 8, "regular expression"),
        (("[{says: seven}]", "[{talk: {}}]"), 8, "talk needs one of"),
        (("[{says: seven}]", "[]"), 4, "can never pass"),
        (("- id: breakfast", "- id: breakfast\n  gate: blok"), 5, "Did you mean “block”?"),
        (("- id: breakfast", "- id: breakfast\n  pass: {rate: 0.9, sure: 0.95}"), 4, "needs 29 without a failure"),
        (("says: seven", "says: seven, turn: sometimes"), 8, "turn must be"),
        (("says: seven", "calls: {tool: a, times: ²}"), 8, "times must be a number, 1.. or 1..3, not “²”"),
        (("      expect", "    - wait: ²\n      expect"), 8, "wait must be greeting or up to 999999 milliseconds, not “²”"),
        (("say: When is breakfast?", "say: [a"), 8, "valid YAML"),
        (("  caller:", "\tcaller:"), 5, "Indent with spaces."),
        (("name: Front desk", "name: &a Front\nagent: *a"), 3, "Anchors"),
        (("name: Front desk", "name: Front desk\nvariables: {a: x, a: y}"), 3, "“a” is given twice"),
        (("name: Front desk", "name: Front desk\nworld: {<<: {a: 1}}"), 3, "“<<” isn't supported"),
        (("name: Front desk", "name: Front desk\nworld: {[a]: 1}"), 3, "“?” isn't supported"),
        (("[{says: seven}]", "[{state: {a: {b: 1, b: 2}}}]"), 8, "“b” is given twice"),
        (("name: Front desk", "name: !!python/object:os.system x"), 2, "isn't supported"),
        (("- id: breakfast", "---\n- id: breakfast"), 4, "A second document begins here"),
        (("name: Front desk", "name: Front desk\nvariables: {guest: [a]}"), 3, "variables: guest must be text"),
        (("name: Front desk", "name: Front desk\nclock: tomorrow"), 3, "“tomorrow” in clock"),
        (("name: Front desk", "name: Front desk\ntools: {findRooms: []}"), 3, "findRooms has no rule"),
        (("    lines:\n", "    lines:\n    - {say: '...'}\n"), 7, "say contains no word"),
        (("    lines:\n", "    lines:\n    - say: I am {{the guest}}.\n"), 4, "“{{the guest}}” isn't a variable"),
        (("lines:", "first: caller\n    lines:\n    - wait: greeting"), 4, "no greeting to wait for"),
        (("- id: breakfast", "- id: breakfast\n  limits: {turns: 1}\n  start: [{agent: ''}]"), 6, "agent contains no word"),
    ],
)
def test_a_fault_has_its_line_and_a_hint(change, line, message):
    text = SMALL.replace(*change)
    assert text != SMALL
    assert any(message in said and at == line for at, said in faults(text)), faults(text)
    assert read(text).content is None


@pytest.mark.parametrize(
    ("check", "message"),
    [
        ("says: /.*/", "found in every reply"),
        ("says: '/|x/'", "found in every reply"),
        ("says: [seven, /./]", "found in every reply"),
        ("not_says: sauna, turn: any", "one good reply would pass"),
        ("talk: {words: 9}, turn: any", "one good reply would pass"),
        ("calls: {tool: a, times: 0..}", "allows any number of calls"),
        ("calls: {tool: a, times: 3..1}", "Write the lower number first"),
        ("calls: {tool: a, args: {b: {any: []}}}", "any needs a list of values for b"),
        ("calls: {tool: a, args: {b: {like: x, mim: 9}}}", "Did you mean “min”?"),
        ("calls: {tool: a, args: {b: {like: x, min: 9}}}", "min must be a number from 50 to 100"),
        ("calls: {tool: a, args: {b: {like: /x/}}}", "like compares texts as written"),
        ("calls: {tool: a, args: {b: {}}}", "any object would do"),
        ("calls: {tool: a, args: {b: /x/i}}", "Write /x/; case doesn't matter"),
        ("state: {'..': 1}", "isn't a name or a path in state"),
        ("says: '/[a-z]/'", "found in every reply"),
        ("not_says: '/free^/'", "“/free^/” in not_says can never match"),
        ("says: [pool, '/$yes/']", "can never match"),
        (r"not_says: '/\b\B/'", "can never match"),
        ("calls: {tool: a, args: {b: /a^/}}", "can never match"),
        ("not_says: /sauna/i", "Write /sauna/; case doesn't matter"),
        ("not_says: sauna|pool", "looks like a regular expression"),
        ("not_says: sau.*na", "looks like a regular expression"),
        ("not_says: sau*", "looks like a regular expression"),
        ("not_says: po+l", "looks like a regular expression"),
        ('not_says: "/\\bsauna\\b/"', "U+0008, which YAML makes of"),
        ("calls: {tool: a, args: {b: {c: '/(/'}}}", "regular expression"),
        ("calls: {tool: a, args: {b: {judge: polite}}}", "A judge rules on what the agent says"),
        ("state: {b: '/(/'}", "regular expression"),
    ],
)
def test_a_check_that_could_not_fail_is_refused(check, message):
    said = [message for _, message in faults(SMALL.replace("says: seven", check))]
    assert any(message in one for one in said), said


@pytest.mark.parametrize(
    ("caller", "message"),
    [
        ("{lines: []}", "lines is empty"),
        ("{cues: [{hear: [], say: Hello}]}", "hear is empty"),
        ("{cues: [{hear: '?', say: Hello}]}", "no word to look for"),
        ("{open: Hello, cues: [], end_on: /.*/}", "found in every reply"),
        ("{open: Hello, cues: [], end_on: /bye$ now/}", "can never match"),
        ("{lines: [{say: One}, {say: Two}]}", "limits only allows 1"),
    ],
)
def test_a_caller_who_could_not_play_its_part_is_refused(caller, message):
    text = f"rehearse: 1\nname: T\nlimits: {{turns: 1}}\nscenarios:\n- {{id: a, caller: {caller}, expect: [{{says: x}}]}}\n"
    assert any(message in said for _, said in faults(text)), faults(text)


def test_a_fault_that_all_scenarios_inherit_is_reported_once():
    text = SMALL.replace("scenarios:", "repeat: 0\nscenarios:") + SMALL.split("scenarios:\n")[1].replace("breakfast\n", "two\n")
    assert [message for line, message in faults(text) if line == 3] == ["repeat must be a number from 1 to 1000, not “0”."]


def test_a_misspelled_tool_is_found_by_the_names_of_the_mocks():
    text = SMALL.replace("scenarios:", "tools: {findRooms: [{give: {}}]}\nscenarios:").replace(
        "says: seven", "calls: {tool: findRoom}"
    )
    assert any("Did you mean “findRooms”?" in said for _, said in faults(text))


def test_a_relative_date_is_a_hint_and_no_fault():
    text = SMALL.replace("When is breakfast?", "Is there breakfast tomorrow?")
    assert read(text).content is not None
    assert any("is a different day" in said for _, said in faults(text))
    assert faults(text.replace("scenarios:", "clock: 2026-06-08T09:00:00Z\nscenarios:")) == []


def test_a_title_does_not_change_the_digest_and_a_check_does():
    def digest(text: str) -> str:
        content = read(text).content
        assert content is not None
        return content.scenarios[0].digest

    assert digest(SMALL) == digest(SMALL.replace("- id: breakfast", "- id: breakfast\n  title: Hours"))
    assert digest(SMALL) != digest(SMALL.replace("seven", "eight"))
    assert digest(SMALL) != digest(SMALL.replace("scenarios:", "repeat: 3\nscenarios:"))


def test_a_scenario_is_found_in_the_text():
    begin, end = read(SMALL).spans["breakfast"]
    assert SMALL[begin:end].startswith("id: breakfast")


def test_an_included_file_is_read_by_the_one_who_offers_it():
    text = SMALL.replace("[{says: seven}]", "!include checks.yaml")
    assert read(text, {"checks.yaml": "[{says: seven}]"}.__getitem__).content is not None
    assert read(text).content is None


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        (("says: seven", "sais: seven"), ["A check has no “sais”. Did you mean “says”?"]),
        (
            ("says: seven", "phrase: seven"),
            [f"A check has no “phrase”. Known: {', '.join(CHECKS)}, name, turn, good, bad, untested."],
        ),
        (("{says: seven}", "seven"), ["A check must be a mapping of names to values."]),
        (("      expect:", "      expct:"), ["A line has no “expct”. Did you mean “expect”?"]),
        (("caller:", "caler:"), ["A scenario has no “caler”. Did you mean “caller”?"]),
        (("scenarios:", "scenario:"), ["A scenario file has no “scenario”. Did you mean “scenarios”?"]),
        (("name: Front", "nam: Front"), ["A scenario file has no “nam”. Did you mean “name”?"]),
        (
            ("expect: [{says: seven}]", "expct: [{says: seven, turn: some}]"),
            [
                "A line has no “expct”. Did you mean “expect”?",
                "turn must be last, every, any or a number (0 is the greeting), not “some”.",
            ],
        ),
    ],
)
def test_a_misspelled_name_is_one_fault_and_what_stands_under_it_is_read(change, messages):
    text = SMALL.replace(*change)
    assert text != SMALL
    assert [fault.message for fault in read(text).faults] == messages


def test_a_fault_of_an_included_file_names_that_file_and_its_line():
    text = SMALL.replace("[{says: seven}]", "!include checks.yaml")
    files = {"checks.yaml": "- says: seven\n- sais: eight\n", "loop.yaml": "[!include loop.yaml, !include loop.yaml]"}
    (fault,) = read(text, files.__getitem__).faults
    assert (fault.line, fault.message) == (8, "checks.yaml:2: A check has no “sais”. Did you mean “says”?")
    (loop,) = read(text.replace("checks.yaml", "loop.yaml"), files.__getitem__).faults
    assert (loop.line, loop.message) == (8, "loop.yaml includes itself.")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_line(text):
    found = read(text)
    assert found.content is not None or all(fault.line >= 1 and fault.message for fault in found.faults)


@given(st.integers(0, len(SMALL) - 1), st.characters())
@example(3, "\ud800")
def test_a_broken_character_never_raises(place, character):
    found = read(SMALL[:place] + character + SMALL[place + 1 :])
    assert found.content is not None or found.faults


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 500_000, "nested too deeply"),
        ("{a: " * 200_000, "nested too deeply"),
        ("\n".join(" " * level + "a:" for level in range(900)), "nested too deeply"),
        ("a: &a [x]\nb: [*a, *a]", "aliases"),
    ],
)
def test_a_file_made_to_take_forever_is_refused_at_once(text: str, said: str) -> None:
    before = time.process_time()
    found = read(text)
    assert found.content is None
    assert said in found.faults[0].message
    assert time.process_time() - before < 10


def test_a_file_of_faults_lists_as_many_as_anyone_reads() -> None:
    found = read("\n".join(f"k{number}: 1" for number in range(30_000)))
    assert len(found.faults) <= 110
