"""Version against version: what got better, what got worse, and one sentence about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from greenroom.model.rehearsal import ScenarioResult
from greenroom.plurals import counted
from greenroom.rehearsal import statistics


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """Over the scenarios that both versions decided. ``p_value`` is of the exact McNemar test."""

    better: tuple[str, ...]
    worse: tuple[str, ...]
    same: int
    undecided: int
    difference: statistics.RateDifference
    p_value: float
    sentence: str


def compare_versions(old: Sequence[ScenarioResult], new: Sequence[ScenarioResult], names: tuple[str, str]) -> VersionComparison:
    """``names`` as in the sentence: "version 6", "version 7"."""
    before, after = ({cell.scenario_id: cell for cell in cells} for cells in (old, new))
    shared = sorted(before.keys() & after.keys())
    decided = [name for name in shared if {before[name].verdict, after[name].verdict} <= {"pass", "fail"}]
    better = tuple(name for name in decided if (before[name].verdict, after[name].verdict) == ("fail", "pass"))
    worse = tuple(name for name in decided if (before[name].verdict, after[name].verdict) == ("pass", "fail"))
    rates = [{name: _rate(cells[name]) for name in decided} for cells in (before, after)]
    difference = statistics.compare_rates(rates[0], rates[1])
    undecided = len(before.keys() | after.keys()) - len(decided)
    if decided:
        passing = sum(after[name].verdict == "pass" for name in decided)
        said = _verdict(names, (len(better), len(worse), passing), difference, sum(rates[1].values()) / len(decided))
        said += f" {counted(undecided, 'more test')} {'is' if undecided == 1 else 'are'} undecided." if undecided else ""
    else:
        said = _nothing_in_common(names, before.keys(), after.keys())
    same = len(decided) - len(better) - len(worse)
    return VersionComparison(
        better=better,
        worse=worse,
        same=same,
        undecided=undecided,
        difference=difference,
        p_value=statistics.mcnemar(len(better), len(worse)),
        sentence=said[:1].upper() + said[1:],
    )


def _rate(cell: ScenarioResult) -> float:
    """The share of passing runs among those that were decided."""
    decided = cell.passed + cell.failed
    return cell.passed / decided if decided else 0.0


def _verdict(names: tuple[str, str], counts: tuple[int, int, int], rates: statistics.RateDifference, passed: float) -> str:
    """``counts``: the tests that the new version fixes, that it breaks, and that pass on it. ``passed``: share of its runs."""
    (old, new), (better, worse, passing), tests = names, counts, rates.scenarios
    changed = (
        f"fixes {_of(better, tests)} and breaks {worse or 'none'}" if better else f"breaks {_of(worse, tests)} and fixes none"
    )
    runs = f"{passed:.0%} of its runs pass, compared with {passed - rates.difference:.0%}"
    if rates.certain:
        than = f"{new} is {'better' if rates.difference > 0 else 'worse'} than {old}"
        if (better - worse) * rates.difference > 0:
            return f"{than}: it {changed}."
        return f"{than}: {runs}." + (f" It {changed}." if better + worse else "")
    if better + worse:
        proof = "which doesn't prove that either version is better than the other"
        few = f"It takes at least {statistics.MIN_PAIRS} tests to tell which version is better."
        return f"{new} {changed}. {few}" if tests < statistics.MIN_PAIRS else f"{new} {changed}, {proof}."
    if rates.difference:
        return f"{old} and {new} pass and fail the same {tests} tests. With {new}, {runs}, which may be chance."
    if passing not in (0, tests):
        return f"{old} and {new} pass and fail the same {tests} tests."
    verb = "pass" if passing else "fail"
    alone = "passes" if passing else "fails"
    return f"{_of(tests, tests)} {alone if tests == 1 else verb} on both {old} and {new}."


def _of(count: int, tests: int) -> str:
    """ "3 of 8 tests", "all 8 tests", "both tests", "the test" """
    if count < tests:
        return f"{count} of {tests} tests"
    return "the test" if tests == 1 else "both tests" if tests == 2 else f"all {tests} tests"


def _nothing_in_common(names: tuple[str, str], before: Collection[str], after: Collection[str]) -> str:
    """Why there is nothing to compare, and what to do."""
    old, new = names
    if not before or not after:
        lacking = new if before else old
        none = f"{lacking} has no results yet" if before or after else f"neither {old} nor {new} has results yet"
        return f"{none}. Run the tests on {lacking if before or after else 'both'} first."
    if not set(before) & set(after):
        return f"{old} and {new} ran different tests. Run the same tests on both to compare them."
    return f"no test is decided on both {old} and {new}. Under Results, see why they are undecided."
