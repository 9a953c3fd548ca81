"""Version against version: what got better, what got worse, and one sentence about it."""

from __future__ import annotations

from collections.abc import Sequence
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
    said = _sentence(names, len(better), len(worse), len(decided), difference)
    undecided = len(before.keys() | after.keys()) - len(decided)
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


def _sentence(names: tuple[str, str], better: int, worse: int, decided: int, rates: statistics.RateDifference) -> str:
    old, new = names
    if not decided:
        return f"{old} and {new} have no decided test in common yet."
    tests = counted(decided, "test")
    changed = f"Of {tests} that both versions decided, {new} fixes {better} and breaks {worse}."
    if rates.certain:
        return f"{new} is {'better' if rates.difference > 0 else 'worse'} than {old}. {changed}"
    return f"No proven difference between {old} and {new}. {changed}"
