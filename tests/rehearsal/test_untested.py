"""A check that the call gave no occasion to break proves nothing: it is unknown, unless the file says what it is then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenroom.rehearsal.evaluation import evaluate, run_verdict
from greenroom.rehearsal.evidence import AgentReply, CallEvidence, JudgeRuling, ToolUse
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.scenario import CHECKS, Scenario
from tests.rehearsal.calls import BREAKFAST, GREETING, a_call, a_scenario, outcome

pytestmark = pytest.mark.unit

FIND, BOOK = ToolUse("findRooms", {}, 1), ToolUse("bookRoom", {}, 1)
SAY_DO = "say_do: {claim: booked, tool: bookRoom}"


@pytest.mark.parametrize(
    ("check", "tools", "why"),
    [
        (SAY_DO, [], "never claimed it"),
        (SAY_DO, [BOOK], "never claimed it"),
        ("calls: {tool: bookRoom, times: 0.., after_ok: findRooms}", [FIND], "bookRoom was not called."),
        ("calls: {tool: bookRoom, times: 0..2, before: findRooms}", [], "bookRoom was not called."),
        ("calls: {tool: findRooms, before: bookRoom}", [FIND], "bookRoom was not called."),
        ("state: {free: 2}", [], "no tool was called"),
    ],
)
def test_without_an_occasion_it_is_what_the_file_says(check, tools, why):
    evidence = a_call(tools=tools, state={"free": 2})
    found = {given: outcome(f"{{{check}{given}}}", evidence) for given in ("", ", untested: pass", ", untested: fail")}
    assert [one.verdict for one in found.values()] == ["unknown", "pass", "fail"]
    assert all(why in one.reason for one in found.values())
    assert ["write untested: pass" in one.reason for one in found.values()] == [True, False, False]


@pytest.mark.parametrize(
    ("check", "tools"),
    [
        ("calls: []", []),
        ("calls: {tool: bookRoom, times: 0}", [FIND]),
        ("calls: {tool: bookRoom, times: 0..2}", [FIND]),
        ("calls: {tool: findRooms, before: bookRoom}", [FIND, BOOK]),
        ("state: {free: 2}", [ToolUse("bookRoom", {}, 1, ok=False)]),
    ],
)
def test_what_is_itself_about_not_doing_it_passes(check, tools):
    evidence = a_call(tools=tools, state={"free": 2}, agent_tools=frozenset({"findRooms", "bookRoom"}))
    assert outcome("{" + check + "}", evidence).verdict == "pass"


def test_an_agent_without_tools_proves_nothing_by_calling_none():
    found = outcome("{calls: []}", a_call(tools=[], agent_tools=frozenset()))
    assert (found.verdict, found.reason) == ("unknown", "The agent has no tools.")


EACH = {
    "says": "says: seven",
    "not_says": "not_says: sauna",
    "calls": "calls: []",
    "state": "state: {free: 2}, untested: pass",
    "ms": "ms: {first_token: {max: 900}}",
    "heard": "heard: {wer: 0.9}",
    "talk": "talk: {words: 45, questions: 1, dead_air_ms: 9000}",
    "say_do": f"{SAY_DO}, untested: pass",
    "ended": "ended: caller",
    "judge": "judge: is polite",
}


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.parametrize("replies", [(), ("",), ("", "..."), ("", "", "")], ids=["none", "no greeting", "a dot", "silent"])
def test_no_check_passes_on_a_call_in_which_the_agent_did_nothing(kind, replies):
    said = tuple(
        AgentReply(n, text, n, "When is breakfast?" if n else "", heard="when is breakfast") for n, text in enumerate(replies)
    )
    evidence = CallEvidence("voice", said, "caller", (), {"free": 2}, frozenset({"cut_offs"}))
    found = evaluate(a_scenario(f"{{{EACH[kind]}}}"), evidence, [1], lambda check, call: JudgeRuling(True, "Polite."))
    assert "pass" not in [one.verdict for one in found]


def test_a_silent_reply_keeps_no_limit_and_breaks_none():
    last = AgentReply(2, "", 2, "Bye")
    evidence = replace(a_call(ended_by="agent"), replies=(*a_call().replies, last))
    assert outcome("{talk: {words: 45}}", evidence).verdict == "pass"
    assert outcome("{talk: {words: 45}, turn: last}", evidence).verdict == "unknown"
    assert outcome("{not_says: sauna, turn: last}", evidence).verdict == "unknown"


def test_words_that_the_caller_did_not_say_are_not_heard():
    replies = (AgentReply(0, GREETING), AgentReply(1, BREAKFAST, 1, "...", heard=""))
    found = outcome("{heard: {wer: 0}}", CallEvidence("voice", replies, "caller"))
    assert (found.verdict, found.reason) == ("unknown", "The caller said nothing to hear.")


def test_a_caller_who_says_nothing_is_not_cut_off():
    alone = CallEvidence("voice", (AgentReply(0, GREETING),), "caller", measured=frozenset({"cut_offs"}))
    asked = replace(alone, replies=a_call().replies)
    assert [outcome("{talk: {cut_offs: 0}}", one).verdict for one in (alone, asked)] == ["unknown", "pass"]


def talking_over(expect: str) -> Scenario:
    lines = f"lines: [{{say: Breakfast?}}, {{say: Dogs?, after: {{event: agent_speaking, ms: 900}}{expect}}}]"
    content = read(f"rehearse: 1\nname: T\nscenarios:\n- {{id: one, caller: {{{lines}}}, expect: [{{says: dogs}}]}}\n").content
    assert content is not None
    return content.scenarios[0]


@pytest.mark.parametrize(
    "expect", ["", ", expect: [{says: dogs}, {ms: {yield: {p50: 400}}}]"], ids=["without checks", "with checks"]
)
def test_a_line_that_did_not_talk_over_the_agent_leaves_the_run_undecided(expect):
    scenario = talking_over(expect)
    spoken = a_call(BREAKFAST, "Dogs are welcome.", mode="voice")
    over = replace(spoken, replies=(*spoken.replies[:2], replace(spoken.replies[2], talked_over=True)))
    assert run_verdict(evaluate(scenario, over, [1, 2])) == "pass"
    for evidence, why in ((spoken, "had finished before"), (replace(over, mode="text"), "needs voice mode")):
        found = evaluate(scenario, evidence, [1, 2])
        assert run_verdict(found) == "unknown"
        assert why in str(found)
        assert [one.line for one in found[: len(scenario.checks)]] == [check.line for check in scenario.checks]
