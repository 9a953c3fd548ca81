"""Statistics: known values, and agreement with simulation."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from greenroom.rehearsal import statistics

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(("passed", "runs", "low", "high"), [(3, 3, 0.44, 1.0), (9, 10, 0.60, 0.98), (0, 0, 0.0, 1.0)])
def test_wilson_as_published(passed, runs, low, high):
    found = statistics.wilson(passed, runs)
    assert (round(found[0], 2), round(found[1], 2)) == (low, high)


@pytest.mark.parametrize(("rate", "runs"), [(0.80, 14), (0.90, 29), (0.95, 59)])
def test_runs_without_a_failure_that_prove_a_rate(rate, runs):
    assert statistics.runs_needed(rate) == runs
    assert statistics.lower_bound(runs, runs) >= rate > statistics.lower_bound(runs - 1, runs - 1)


def test_the_sequential_test_stops_after_thirteen_passes_or_two_early_failures():
    assert [statistics.sequential(n, 0) for n in (12, 13)] == ["continue", "good"]
    assert [statistics.sequential(0, n) for n in (1, 2)] == ["continue", "bad"]


@given(st.integers(0, 60), st.integers(0, 20))
def test_the_sequential_test_agrees_with_likelihoods_computed_by_scipy(passed, failed):
    good, bad = (binom.logpmf(passed, passed + failed, rate) for rate in (0.95, 0.75))
    evidence = math.exp(good - bad)
    assert statistics.sequential(passed, failed) == ("good" if evidence >= 19 else "bad" if evidence <= 1 / 19 else "continue")


@pytest.mark.parametrize(("rate", "wrong"), [(0.95, "bad"), (0.75, "good")])
def test_the_sequential_test_errs_as_rarely_as_it_says(rate, wrong):
    """The exact chance of each outcome, over all orders of passes and fails: Wald's bound is 0.05 / 0.95."""
    ended, going = {"good": 0.0, "bad": 0.0}, {(0, 0): 1.0}
    for _ in range(300):
        following: dict[tuple[int, int], float] = defaultdict(float)
        for (passed, failed), chance in going.items():
            for at, share in (((passed + 1, failed), rate), ((passed, failed + 1), 1 - rate)):
                if (outcome := statistics.sequential(*at)) == "continue":
                    following[at] += chance * share
                else:
                    ended[outcome] += chance * share
        going = following
    assert sum(ended.values()) == pytest.approx(1, abs=1e-6)
    assert ended[wrong] <= 0.05 / 0.95


def test_no_percentile_from_few_samples():
    assert statistics.percentile([1.0] * 19, 0.95) is None
    assert statistics.percentile([1.0] * 20, 0.95) == 1.0
    assert statistics.percentile([1.0] * 4, 0.5) is None
    assert statistics.percentile([1.0, 2.0, 3.0, 4.0, 5.0], 0.5) == 3.0


def test_mcnemar_is_exact():
    assert statistics.mcnemar(0, 0) == 1.0
    assert statistics.mcnemar(6, 0) == pytest.approx(2 * 0.5**6)
    assert statistics.mcnemar(5, 5) == pytest.approx(1.0)


rates = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 1), max_size=8)


@given(rates, rates)
def test_a_comparison_of_versions_is_antisymmetric_in_sign_and_holds_its_mean(old, new):
    found = statistics.compare_rates(old, new)
    assert found.difference == pytest.approx(-statistics.compare_rates(new, old).difference)
    if found.scenarios:
        assert found.low - 1e-9 <= found.difference <= found.high + 1e-9
    assert not (found.certain and found.scenarios < 6)


def test_the_same_scenarios_show_no_difference_and_all_better_ones_do():
    worse, better = dict.fromkeys("abcdefgh", 0.2), dict.fromkeys("abcdefgh", 0.9)
    assert not statistics.compare_rates(worse, worse).certain
    found = statistics.compare_rates(worse, better)
    assert found.certain
    assert found.low > 0
    assert not statistics.compare_rates({}, better).certain


@given(st.integers(0, 30), st.integers(0, 30))
def test_the_bound_lies_below_the_rate_and_rises_with_passes(passed, failed):
    runs = passed + failed
    bound = statistics.lower_bound(passed, runs)
    assert bound <= (passed / runs if runs else 0) + 1e-9
    assert statistics.lower_bound(passed + 1, runs + 1) >= bound
