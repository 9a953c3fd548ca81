"""Each key of the format says something that is read, or is refused at its line. Nothing is silently ignored."""

from __future__ import annotations

import ast
import dataclasses
from collections import defaultdict
from dataclasses import fields, replace
from pathlib import Path

import pytest

from greenroom.rehearsal import caller_reading, check_reading, mock_reading, reading, scenario, value_reading
from greenroom.rehearsal.reading import ReadFile, read
from greenroom.rehearsal.scenario import Scenario, ScenarioFile

pytestmark = pytest.mark.unit

FILE = """rehearse: 1
name: T
%s
scenarios:
- id: one
  caller: {lines: [{say: Hello}]}
  expect: [{says: hello}]
"""
SCENARIO = "rehearse: 1\nname: T\nscenarios:\n- %s\n"
ONE = "id: one, caller: {lines: [{say: Hello}]}, expect: [{says: hello}]"
LINES, CUES, PLAYED = "lines: [{say: Hello}]", "cues: [{hear: a, say: b}]", "persona: Maria"


def in_scenario(part: str) -> str:
    return SCENARIO % ("{" + ONE + ", " + part + "}")


def in_caller(part: str) -> str:
    return SCENARIO % ("{id: one, expect: [{says: hello}], caller: {" + part + "}}")


def in_check(part: str) -> str:
    return SCENARIO % ("{id: one, caller: {lines: [{say: Hello}]}, expect: [{" + part + "}]}")


#: By the name of each mapping: where it stands, and for each of its keys the entries without it and with it.
CASES = {
    "A scenario file": (
        lambda part: part if part.startswith("rehearse") else FILE % part,
        {
            "rehearse": ((FILE % "").replace("rehearse: 1", "rehearse: 2"), None),
            "name": (FILE % "", (FILE % "").replace("name: T", "name: U")),
            "agent": ("", "agent: hotel"),
            "where": ("where: twin", "where: agora"),
            "scenarios": (FILE % "", FILE.replace("id: one", "id: two") % ""),
        },
    ),
    "A scenario": (
        lambda part: SCENARIO % ("{" + part + "}") if part.startswith("id") else in_scenario(part),
        {
            "id": (ONE, ONE.replace("one", "two")),
            "title": ("title: A", "title: B"),
            "from": ("from: {session: a}", "from: {session: b}"),
            "start": ("start: []", "start: [{agent: Hello}]"),
            "caller": (ONE, ONE.replace("Hello", "Hi")),
            "expect": (ONE, ONE.replace("says: hello", "says: hi")),
            "mode": ("mode: text", "mode: voice"),
            "clock": ("clock: a", "clock: b"),
            "variables": ("variables: {a: b}", "variables: {a: c}"),
            "repeat": ("repeat: 1", "repeat: 2"),
            "pass": ("pass: all", "pass: 0.5"),
            "limits": ("limits: {turns: 1}", "limits: {turns: 2}"),
            "judge": ("judge: {votes: 1}", "judge: {votes: 5}"),
            "world": ("world: {a: 1}", "world: {a: 2}"),
            "tools": ("tools: {}", "tools: {a: [{give: 1}]}"),
            "otherwise": ("otherwise: stop", "otherwise: live"),
            "tags": ("tags: [a]", "tags: [b]"),
            "gate": ("gate: block", "gate: watch"),
        },
    ),
    "pass": (
        lambda part: in_scenario(f"repeat: 99, pass: {{{part}}}"),
        {"rate": ("rate: 0.8", "rate: 0.7"), "sure": ("rate: 0.8", "rate: 0.8, sure: 0.9")},
    ),
    "limits": (
        lambda part: in_scenario(f"limits: {{{part}}}"),
        {
            "turns": ("turns: 3", "turns: 4"),
            "seconds": ("seconds: 30", "seconds: 40"),
            "silence": ("silence: 3", "silence: 4"),
            "usd": ("usd: 2", None),
        },
    ),
    "judge": (
        lambda part: in_scenario(f"judge: {{{part}}}"),
        {"model": ("votes: 1", "votes: 1, model: m-2"), "votes": ("votes: 1", "votes: 5")},
    ),
    "start": (
        lambda part: in_scenario(f"start: [{{{part}}}]"),
        {"caller": ("caller: a", "caller: b"), "agent": ("agent: a", "agent: b")},
    ),
    "from": (
        lambda part: in_scenario(f"from: {{{part}}}"),
        {
            "session": ("session: a", "session: b"),
            "turn": ("turn: 1", "turn: 2"),
            "version": ("version: 1", "version: 2"),
            "failed": ("failed: true", "failed: false"),
        },
    ),
    "A rule of a": (
        lambda part: in_scenario(f"tools: {{a: [{{{part}}}]}}"),
        {
            "when": ("give: 1", "give: 1, when: {b: 1}"),
            "give": ("give: 1", "give: 2"),
            "error": ("error: a", "error: b"),
            "hang": ("give: 1", "hang: true"),
            "delay_ms": ("give: 1", "give: 1, delay_ms: 5"),
            "set": ("give: 1", "give: 1, set: {b: 1}"),
            "times": ("give: 1", "give: 1, times: 2"),
        },
    ),
    "caller": (
        in_caller,
        {
            "first": (LINES, f"{LINES}, first: caller"),
            "lines": (LINES, "lines: [{say: Hi}]"),
            "cues": (CUES, "cues: [{hear: a, say: c}]"),
            "open": (CUES, f"{CUES}, open: a"),
            "otherwise": (CUES, f"{CUES}, otherwise: a"),
            "end_on": (CUES, f"{CUES}, end_on: a"),
            "voice": (LINES, f"{LINES}, voice: {{speed: 2}}"),
            "persona": (PLAYED, "persona: Greg"),
            "goal": (PLAYED, f"{PLAYED}, goal: a"),
            "facts": (PLAYED, f"{PLAYED}, facts: {{a: b}}"),
            "do": (PLAYED, f"{PLAYED}, do: [a]"),
            "react": (PLAYED, f"{PLAYED}, react: [a]"),
            "withhold": (PLAYED, f"{PLAYED}, withhold: [a]"),
            "patience": (PLAYED, f"{PLAYED}, patience: 2"),
            "model": (PLAYED, f"{PLAYED}, model: a"),
        },
    ),
    "A line": (
        lambda part: in_caller(f"lines: [{{{part}}}]"),
        {
            "say": ("say: a", "say: b"),
            "audio": ("say: a", "say: a, audio: b.wav"),
            "wait": ("wait: 1", "wait: 2"),
            "after": ("say: a", "say: a, after: {event: agent_speaking, ms: 1}"),
            "expect": ("say: a", "say: a, expect: [{says: b}]"),
        },
    ),
    "after": (
        lambda part: in_caller(f"lines: [{{say: a, after: {{{part}}}}}]"),
        {"event": ("event: agent_listening", None), "ms": ("ms: 1", "ms: 2")},
    ),
    "A cue": (
        lambda part: in_caller(f"cues: [{{{part}}}]"),
        {"hear": ("hear: a, say: b", "hear: c, say: b"), "say": ("hear: a, say: b", "hear: a, say: c")},
    ),
    "voice": (
        lambda part: in_caller(f"{LINES}, voice: {{{part}}}"),
        {
            "name": ("name: dale", "name: wren"),
            "speed": ("speed: 1", "speed: 2"),
            "noise": ("noise: pink", "noise: white"),
            "snr_db": ("snr_db: 10", "snr_db: 20"),
            "loss": ("loss: 0.1", "loss: 0.2"),
        },
    ),
    "A check": (
        in_check,
        {
            "says": ("says: a", "says: b"),
            "not_says": ("not_says: a", "not_says: b"),
            "calls": ("calls: []", "calls: {tool: a}"),
            "state": ("state: {a: 1}", "state: {a: 2}"),
            "ms": ("ms: {tool: {max: 1}}", "ms: {tool: {max: 2}}"),
            "heard": ("heard: {wer: 0.1}", "heard: {wer: 0.2}"),
            "talk": ("talk: {words: 1}", "talk: {words: 2}"),
            "say_do": ("say_do: {claim: a, tool: b}", "say_do: {claim: c, tool: b}"),
            "ended": ("ended: agent", "ended: caller"),
            "judge": ("judge: a", "judge: b"),
            "name": ("says: a", "says: a, name: b"),
            "turn": ("says: a", "says: a, turn: last"),
            "good": ("judge: a", "judge: a, good: [b]"),
            "bad": ("judge: a", "judge: a, bad: [b]"),
            "untested": ("calls: {tool: a}", "calls: {tool: a}, untested: pass"),
        },
    ),
    "calls": (
        lambda part: in_check(f"calls: {{{part}}}"),
        {
            "tool": ("tool: a", "tool: b"),
            "args": ("tool: a", "tool: a, args: {b: 1}"),
            "times": ("tool: a", "tool: a, times: 2"),
            "before": ("tool: a", "tool: a, before: b"),
            "after_ok": ("tool: a", "tool: a, after_ok: b"),
        },
    ),
    "say_do": (
        lambda part: in_check(f"say_do: {{{part}}}"),
        {"claim": ("claim: a, tool: b", "claim: c, tool: b"), "tool": ("claim: a, tool: b", "claim: a, tool: c")},
    ),
    "heard": (
        lambda part: in_check(f"heard: {{{part}}}"),
        {"wer": ("wer: 0.1", "wer: 0.2"), "words": ("words: [hello]", "words: [hello, hello]")},
    ),
    "talk": (
        lambda part: in_check(f"talk: {{{part}}}"),
        {name: (f"{name}: 1", f"{name}: 2") for name in ("words", "questions", "cut_offs", "dead_air_ms")},
    ),
    "ms": (
        lambda part: in_check(f"ms: {{{part}}}").replace("[{say: Hello}]", "[{say: Hello}, {say: Hi, after: {ms: 5}}]"),
        {name: (f"{name}: {{max: 1}}", f"{name}: {{max: 2}}") for name in ("voice_to_voice", "first_token", "tool", "yield")},
    ),
    "tool": (
        lambda part: in_check(f"ms: {{tool: {{{part}}}}}"),
        {name: (f"{name}: 1", f"{name}: 2") for name in ("p50", "p95", "max")},
    ),
}
KEYS = [(what, key) for what, (_, keys) in CASES.items() for key in keys]


def said(found: ReadFile) -> ScenarioFile:
    """What was read, without what any change of the text changes."""
    assert found.content is not None, found.faults
    bare = tuple(replace(one, digest="", line=0, own=frozenset()) for one in found.content.scenarios)
    return replace(found.content, scenarios=bare)


@pytest.mark.parametrize(("what", "key"), KEYS, ids=[f"{what}: {key}" for what, key in KEYS])
def test_a_key_is_read_or_refused(what, key):
    place, keys = CASES[what]
    first, second = keys[key]
    if second is None:
        text = place(first)
        line = next(number for number, row in enumerate(text.splitlines(), 1) if key in row)
        assert [fault.line for fault in read(text).faults if fault.blocking] == [line]
    else:
        assert said(read(place(first))) != said(read(place(second)))


def test_every_key_that_the_reader_knows_is_among_them(monkeypatch):
    known: dict[str, set[str]] = defaultdict(set)
    real = reading.entries_of

    def noted(value, allowed, what, faults):
        known[what] |= set(allowed)
        return real(value, allowed, what, faults)

    for module in (reading, caller_reading, check_reading, mock_reading, value_reading):
        monkeypatch.setattr(module, "entries_of", noted)
    for place, keys in CASES.values():
        for parts in keys.values():
            for part in filter(None, parts):
                reading._read(place(part), None)
    at_the_top = set(reading._SHARED)  # read as keys of each scenario
    assert {
        what: keys - (at_the_top if what == "A scenario file" else set()) for what, keys in known.items() if what in CASES
    } == {what: set(keys) for what, (_, keys) in CASES.items()}
    others = {what for what in known if what not in CASES}
    assert others <= {"voice_to_voice", "first_token", "yield"}  # as "tool"


def test_what_is_read_is_also_used():
    """Each field of a scenario is looked at by something else than the reader and the form."""
    root = Path(scenario.__file__).parents[1]
    own = {
        "scenario.py",
        "reading.py",
        "caller_reading.py",
        "check_reading.py",
        "mock_reading.py",
        "value_reading.py",
        "writing.py",
    }
    used = {
        node.attr
        for file in root.rglob("*.py")
        if not (file.parent.name == "rehearsal" and file.name in own)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf8")))
        if isinstance(node, ast.Attribute)
    }
    of_the_form = {"own"}  # which keys the form would lose
    classes = [one for one in vars(scenario).values() if dataclasses.is_dataclass(one)]
    assert Scenario in classes
    unused = {field.name for one in classes for field in fields(one)} - used - of_the_form
    assert unused == set()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (in_caller(f"{LINES}, open: a"), "“open” is for a caller with cues; this one has lines."),
        (in_caller(f"{LINES}, end_on: a"), "“end_on” is for a caller with cues or persona"),
        (in_caller(f"{CUES}, goal: a"), "“goal” is for a caller with persona"),
        (in_caller("lines: [{say: a, wait: 10}]"), "A line either says something or waits."),
        (in_caller("lines: [{wait: 10, after: {ms: 10}}]"), "after needs say or audio"),
        (in_check("says: a, untested: pass"), "“untested” is for calls, state, say_do; says checks what was said."),
        (in_check("says: a, good: [b]"), "“good” is an example for a judge; says has no judge."),
        (in_check("ended: agent, turn: last"), "ended checks the whole call, so it can't have turn."),
        (in_scenario("judge: {votes: 2}"), "votes must be an odd number"),
        (in_scenario("agent: hotel"), "A scenario has no “agent”."),
        (in_scenario("limits: {usd: 2}"), "usd limits a whole run. Write it in limits at the top of the file."),
        (FILE % "where: agora\nmode: text", "Tests on Agora run by voice: write mode: voice."),
        # Limits that nothing exceeds.
        (in_check("heard: {wer: 10}"), "wer must be a share from 0 to less than 1 (0.1 is 10%), not “10”"),
        (in_check("heard: {wer: 1}"), "wer must be a share"),
        (in_check("talk: {words: 100000}"), "words: 100000 would check nothing"),
        (in_check("talk: {dead_air_ms: 99999999}"), "dead_air_ms: 99999999 would check nothing"),
        (in_check("ms: {first_token: {max: 99999999}}"), "max: 99999999 would check nothing"),
        # What the call never comes to.
        (in_check("not_says: sauna, turn: 7"), "There is no reply 7: the caller has 1 line."),
        (in_scenario("start: [{agent: Hello}]").replace("hello}]", "hello, turn: 0}]"), "there is no greeting (turn 0) to check"),
        (in_check("heard: {words: [hlelo]}"), "The caller doesn't say “hlelo”"),
        (in_check("ms: {yield: {max: 400}}"), "yield needs a line with after"),
        (in_caller("lines: [{say: Hello}, {wait: greeting}]"), "Only the first line can wait for the greeting."),
        # Texts without a word, and words that no agent writes.
        (in_check("judge: ' '"), "judge must be text."),
        (in_check("judge: '…'"), "judge contains no word."),
        (in_check("calls: {tool: ' ', times: 0}"), "tool must be text."),
        (in_check("not_says: s\u0430una"), "has “\u0430” of another alphabet (U+0430) in a word of Latin letters"),
        (in_check("not_says: /b\u03bfoked/"), "of another alphabet (U+03BF)"),
        (in_scenario("").replace("id: one", "id: ''"), "id is empty."),
        (in_scenario("clock: 2026-02-30T09:00"), "“2026-02-30T09:00” in clock isn't a date."),
        # Mocks that do something else than they seem to.
        (in_scenario("tools: {a: {error: ''}}"), "error contains no word."),
        (in_scenario("tools: {a: {error: }}"), "error must be text."),
        (in_scenario("tools: {a: {hang: false}}"), "hang must be true, not False."),
        (
            in_scenario("tools: {a: {when: {day: /mon.*/}, give: 1}}"),
            "when compares day as written, so /mon.*/ matches",
        ),
        (in_scenario("tools: {a: {when: {day: {any: [1, 2]}}, give: 1}}"), "when compares day as written. Write one rule"),
        (in_scenario("tools: {a: [{give: 1}, {when: {day: 2}, give: 3}]}"), "answers every call, so this one is never used."),
        (
            in_scenario("tools: {a: {give: '{{arg.day}}'}}"),
            "“{{arg.day}}” in give isn't args or world. It would stay in the text.",
        ),
        (in_scenario("tools: {a: {give: 1, set: {'+': 2}}}"), "“+” in set isn't a path."),
        (
            in_scenario("world: {bookings: []}").replace("{says: hello}", "{state: {bokings.length: 1}}"),
            "Did you mean “bookings”?",
        ),
        (in_scenario("world: {free: 2}").replace("{says: hello}", "{state: {free: /.*/}}"), "free is in world from the start"),
        (in_caller("persona: Maria, facts: {card number: 1}, withhold: [card nmber]"), "Did you mean “card number”?"),
    ],
)
def test_a_key_that_would_say_nothing_is_refused(text, message):
    assert any(fault.blocking and message in fault.message for fault in read(text).faults), read(text).faults


def test_a_text_that_looks_like_a_number_stays_as_written():
    scenario = said(read(in_scenario("tags: [1.10], variables: {price: 12.00}").replace("hello}]", "7.50}]"))).scenarios[0]
    assert (scenario.expect[0].value, scenario.tags, scenario.variables) == (("7.50",), ("1.10",), {"price": "12.00"})
