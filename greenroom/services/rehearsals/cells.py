"""The verdict of a scenario for a version, from its runs: what a cell of the grid shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from greenroom.model.agent import Version
from greenroom.model.rehearsal import RehearsalPlan, RunResult, ScenarioResult, SuiteId
from greenroom.rehearsal.checks import CheckOutcome
from greenroom.rehearsal.evaluation import leaves_to_others, over_runs, scenario_verdict
from greenroom.rehearsal.scenario import Scenario
from greenroom.rehearsal.verdict import RunCount, Verdict, known


def cell_of(scenario: Scenario, version: Version, plan: RehearsalPlan, runs: Sequence[RunResult], planned: int) -> ScenarioResult:
    """The newest run with the deciding verdict is the one to open."""
    outcomes = [[outcome_of(one) for one in run.outcomes] for run in runs]
    pairs = zip(runs, outcomes, strict=True)
    verdicts: list[Verdict] = ["pass" if leaves_to_others(found) else known(run.verdict) for run, found in pairs]
    count = RunCount.of(verdicts, planned)
    pooled = over_runs(scenario, outcomes)
    verdict = scenario_verdict(scenario.passing, count, pooled)
    shown = next((run for run in reversed(runs) if run.verdict == verdict), runs[-1])
    late = next((outcome for outcome in pooled if outcome.verdict == verdict != "pass"), None)
    return ScenarioResult(
        batch_id=shown.batch_id,
        suite_id=plan.suite_id if not plan.overrides else SuiteId(""),
        scenario_id=scenario.id,
        version_id=version.id,
        version_number=version.number,
        digest=scenario.digest,
        gate=scenario.gate,
        verdict=verdict,
        reason=_reason(shown, verdict, late, count),
        passed=count.passed,
        failed=count.failed,
        unknown=count.unknown,
        error=count.error,
        planned=count.planned,
        session_id=shown.session_id,
        turn_id=_turn(shown, verdict),
        decided_at=max(run.ended_at for run in runs),
    )


def outcome_of(stored: Mapping[str, Any]) -> CheckOutcome:
    """A stored outcome."""
    return CheckOutcome(**{**stored, "samples": tuple(stored.get("samples", ()))})


def _reason(shown: RunResult, verdict: Verdict, late: CheckOutcome | None, count: RunCount) -> str:
    if late is not None:
        return f"{late.title}: {late.reason}"
    if verdict == "unknown" and count.done < count.planned and not count.unknown:
        return f"{count.done} of {count.planned} runs so far."
    return shown.reason


def _turn(shown: RunResult, verdict: Verdict) -> int | None:
    """The turn of the deciding check; of a pass the last one that quotes something."""
    decided = [one for one in shown.outcomes if one.get("verdict") == verdict]
    if verdict == "pass":
        decided = [one for one in reversed(decided) if one.get("quote")] or decided
    return decided[0].get("turn_id") if decided else None
