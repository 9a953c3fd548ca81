"""A call that ended before its part was over, and a check that had nothing to look at, turn nothing green."""

from __future__ import annotations

from dataclasses import replace

import pytest

from greenroom.rehearsal.evaluation import evaluate, leaves_to_others, run_verdict, settled
from greenroom.rehearsal.evidence import CallEvidence, ToolUse
from greenroom.rehearsal.players import CuePlayer, player
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.scenario import Scenario
from greenroom.rehearsal.verdict import RunCount
from tests.rehearsal.calls import a_call, a_scenario, outcome

pytestmark = pytest.mark.unit

LINES = "lines: [{say: When is breakfast?}, {say: Is there a sauna?}, {wait: 900}]"
CUES = "open: Hello, cues: [{hear: zebra, say: Bye}], end_on: /goodbye/"


def scenario_of(caller: str, check: str = "not_says: sauna") -> Scenario:
    content = read(f"rehearse: 1\nname: T\nscenarios:\n- {{id: one, caller: {{{caller}}}, expect: [{{{check}}}]}}\n").content
    assert content is not None
    return content.scenarios[0]


def verdict(scenario: Scenario, evidence: CallEvidence, reached: int) -> str:
    return run_verdict(evaluate(scenario, evidence, list(range(1, reached + 1))))


@pytest.mark.parametrize(
    ("reached", "ended_by", "expected"),
    [
        (3, "caller", "pass"),
        (1, "agent", "fail"),  # the question about the sauna was never asked
        (1, "budget", "fail"),
        (2, "budget", "fail"),  # the limit came during the wait
        (2, "agent", "pass"),  # the agent hung up while the caller waited
    ],
)
def test_lines_that_were_not_said_fail(reached, ended_by, expected):
    assert verdict(scenario_of(LINES), a_call(ended_by=ended_by), reached) == expected


def test_a_call_with_cues_that_reached_its_limit_is_unknown():
    assert verdict(scenario_of(CUES), a_call(ended_by="budget"), 0) == "unknown"
    assert verdict(scenario_of(CUES, "says: sauna"), a_call(ended_by="budget"), 0) == "fail"


@pytest.mark.parametrize(
    ("caller", "replies", "why"),
    [
        (CUES, ["Hello.", "What?"], "had not heard /goodbye/"),
        (CUES, ["Hello.", "Well, goodbye."], ""),
        ("cues: [{hear: zebra, say: Bye}]", ["Hello."], "heard none of its cues"),
        ("cues: [{hear: hello, say: Bye}]", ["Hello.", "What?"], ""),
    ],
)
def test_a_caller_who_got_stuck_leaves_the_run_undecided(caller, replies, why):
    scenario = scenario_of(caller)
    played = player(scenario.caller)
    assert isinstance(played, CuePlayer)
    steps = [played.next(replies[:number]) for number in range(1, len(replies) + 1)]
    assert steps[-1].do == "hang_up"
    assert why in played.stuck
    assert bool(played.stuck) == bool(why)
    assert verdict(scenario, a_call(caller_stuck=played.stuck), 0) == ("unknown" if why else "pass")


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("calls: {tool: bokRoom, times: 0}", "unknown"),
        ("calls: {tool: bookRoom, times: 0}", "pass"),
        ("calls: {tool: findRooms, before: bokRoom}, untested: pass", "unknown"),
        ("calls: {tool: findRooms, before: bookRoom}, untested: pass", "pass"),
        ("say_do: {claim: booked, tool: bokRoom}, untested: pass", "unknown"),
        ("say_do: {claim: booked, tool: bookRoom}, untested: pass", "pass"),
        ("calls: {tool: bokRoom}", "fail"),
    ],
)
def test_that_a_tool_was_not_called_says_nothing_if_the_agent_has_no_such_tool(check, expected):
    called = a_call(tools=[ToolUse("findRooms", {}, 1)], agent_tools=frozenset({"findRooms", "bookRoom"}))
    found = outcome("{" + check + "}", called)
    assert found.verdict == expected, found
    assert ("Did you mean “bookRoom”?" in found.reason) == (expected != "pass"), "a misspelling is no fault of the agent"
    assert outcome("{" + check + "}", replace(called, agent_tools=None)).verdict == ("fail" if expected == "fail" else "pass")


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("calls: {tool: bookRoom, times: 0, args: {gests: 2}}", "unknown"),
        ("calls: {tool: bookRoom, times: 0, args: {guests: 2}}", "fail"),
        ("calls: {tool: bookRoom, times: 0, args: {guests: 3}}", "pass"),
        ("calls: {tool: findRooms, times: 0, args: {anything: 3}}", "pass"),  # its definition lists no arguments
    ],
)
def test_that_a_tool_was_not_called_with_an_argument_says_nothing_if_it_takes_no_such(check, expected):
    called = a_call(tools=[ToolUse("bookRoom", {"guests": 2}, 1)], tool_arguments={"bookRoom": frozenset({"guests"})})
    found = outcome("{" + check + "}", called)
    assert (found.verdict, "Did you mean “guests”?" in found.reason) == (expected, expected == "unknown")


def test_percentiles_wait_for_all_runs_even_when_the_rate_is_reached():
    pooled = a_scenario("{ms: {first_token: {p50: 900}}}")
    assert leaves_to_others(evaluate(pooled, a_call(), [1]))
    assert not settled(pooled, RunCount(passed=5, planned=6))
    assert settled(pooled, RunCount(passed=6, planned=6))
    assert not settled(a_scenario("{says: seven}"), RunCount(passed=5, planned=6))


def test_a_call_that_the_tool_could_not_take_did_not_reach_it():
    called = a_call(tools=[ToolUse("bookRoom", {"guests": "many"}, 1, ok=False, sent=False)])
    found = outcome("{calls: {tool: bookRoom}}", called)
    assert (found.verdict, "didn't reach it" in found.reason) == ("fail", True), found
    assert outcome("{calls: {tool: bookRoom, times: 0}}", called).verdict == "fail"
    assert outcome("{calls: []}", called).verdict == "fail"
