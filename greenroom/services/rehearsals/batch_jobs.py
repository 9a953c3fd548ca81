"""The runs that a plan asks for, in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greenroom.model.agent import Version
from greenroom.model.rehearsal import RehearsalPlan, RunResult
from greenroom.rehearsal.reading import read_again
from greenroom.rehearsal.scenario import Scenario
from greenroom.rehearsal.verdict import RunCount
from greenroom.services.rehearsals.run_place import in_mode, where_of

#: A scenario, the version that it calls, and the number of the repeat.
Job = tuple[Scenario, Version, int]


def jobs_of(plan: RehearsalPlan, versions: Sequence[Version]) -> list[Job]:
    """All runs of a plan: each scenario once, then each a second time, so that a stopped batch knows something of all."""
    scenarios = scenarios_of(plan)
    most = max((repeats(scenario, plan) for scenario in scenarios), default=0)
    return [
        (scenario, version, number)
        for number in range(1, most + 1)
        for scenario in scenarios
        for version in versions
        if number <= repeats(scenario, plan)
    ]


def scenarios_of(plan: RehearsalPlan) -> list[Scenario]:
    """The chosen scenarios of the plan's text, in the mode that it asks for."""
    content = read_again(plan.text, plan.included).content
    chosen = [] if content is None else [one for one in content.scenarios if not plan.scenarios or one.id in plan.scenarios]
    return in_mode(chosen, plan.mode, where_of(plan))


def repeats(scenario: Scenario, plan: RehearsalPlan) -> int:
    """Runs of the scenario per version; the plan's number wins unless it is 0."""
    return plan.repeat or scenario.repeat


def count_of(runs: Sequence[RunResult], planned: int) -> RunCount:
    """The runs of one cell by verdict."""
    tally: Mapping[str, int] = {verdict: sum(run.verdict == verdict for run in runs) for verdict in {run.verdict for run in runs}}
    passed, failed, unknown, error = (tally.get(verdict, 0) for verdict in ("pass", "fail", "unknown", "error"))
    return RunCount(passed, failed, unknown, error, max(planned, len(runs)))
