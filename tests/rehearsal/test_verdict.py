"""The algebra of verdicts: nothing but evidence makes a pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.rehearsal.evaluation import scenario_verdict, settled
from greenroom.rehearsal.scenario import PassRule, Scenario, SimulatedCaller
from greenroom.rehearsal.verdict import ALL_PASS, FAILED, UNDECIDED, VERDICTS, RunCount, exit_code, of_run

pytestmark = pytest.mark.unit

verdicts = st.lists(st.sampled_from(VERDICTS), max_size=30)
rules = st.one_of(
    st.just(PassRule()),
    st.builds(PassRule, st.floats(0.01, 1)),
    st.builds(PassRule, st.floats(0.05, 0.95), st.sampled_from([0.8, 0.95])),
)


@given(verdicts)
def test_a_run_passes_only_if_it_has_checks_and_all_pass(checks):
    assert (of_run(checks) == "pass") == (bool(checks) and set(checks) == {"pass"})


@given(verdicts, st.sampled_from(VERDICTS))
def test_one_more_check_never_makes_a_run_greener(checks, more):
    worse = {"pass": 0, "unknown": 1, "fail": 2, "error": 3}
    if checks:
        assert worse[of_run([*checks, more])] >= worse[of_run(checks)]


@given(verdicts)
def test_the_order_of_checks_does_not_matter(checks):
    assert of_run(checks) == of_run(reversed(checks))


@given(rules, verdicts, st.integers(0, 5))
def test_runs_that_say_nothing_never_make_a_scenario_pass(rule, runs, missing):
    count = RunCount.of(runs, len(runs) + missing)
    verdict = scenario_verdict(rule, count)
    if verdict == "pass":
        assert count.passed
        assert scenario_verdict(rule, RunCount(count.passed, count.planned - count.passed, planned=count.planned)) == "pass"
    if not count.passed:
        assert verdict != "pass"


@given(rules, verdicts, st.sampled_from(VERDICTS))
def test_a_settled_scenario_stays_what_it_is(rule, runs, more):
    count = RunCount.of(runs, len(runs) + 1)
    if runs and settled(Scenario("a", "a", 1, SimulatedCaller(), (), "", passing=rule), count):
        assert scenario_verdict(rule, RunCount.of([*runs, more])) == scenario_verdict(rule, count)


@given(verdicts)
def test_a_suite_is_green_only_if_each_blocking_scenario_passes(found):
    assert (exit_code(found) == ALL_PASS) == (bool(found) and set(found) == {"pass"})
    assert (exit_code(found) == FAILED) == ("fail" in found)


def test_an_empty_suite_is_undecided():
    assert exit_code([]) == UNDECIDED


@pytest.mark.parametrize(
    ("rule", "runs", "verdict"),
    [
        (PassRule(), ["pass"] * 3, "pass"),
        (PassRule(), ["pass", "error"], "error"),
        (PassRule(), ["pass", "unknown"], "unknown"),
        (PassRule(), ["error", "fail"], "fail"),
        (PassRule(0.6), ["pass", "pass", "error"], "pass"),
        (PassRule(0.9), ["pass", "pass", "error"], "error"),
        (PassRule(0.8, 0.95), ["pass"] * 13, "unknown"),
        (PassRule(0.8, 0.95), ["pass"] * 14, "pass"),
        (PassRule(0.8, 0.95), ["pass"] * 13 + ["error"], "error"),
        (PassRule(0.8, 0.95), ["fail"] * 2 + ["pass"], "fail"),
    ],
)
def test_the_rule_decides_over_the_runs(rule, runs, verdict):
    planned = 14 if rule.sure else 0
    assert scenario_verdict(rule, RunCount.of(runs, planned)) == verdict
