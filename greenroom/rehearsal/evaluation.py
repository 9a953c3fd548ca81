"""From evidence to verdicts: all checks of a run, then all runs of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from greenroom.bounded_regex import SlowPattern
from greenroom.rehearsal import checks, latency_checks, statistics, text_match, tool_checks
from greenroom.rehearsal.checks import CheckFinding, CheckOutcome, Judge, about_time, slowed
from greenroom.rehearsal.evidence import CallEvidence
from greenroom.rehearsal.scenario import CallerLine, CheckSpec, PassRule, Scenario
from greenroom.rehearsal.verdict import RunCount, Verdict, of_run

_LOOKS = {
    "says": checks.says,
    "not_says": checks.not_says,
    "talk": checks.talk,
    "heard": checks.heard,
    "ended": checks.ended,
    "calls": tool_checks.calls,
    "state": tool_checks.state,
    "say_do": tool_checks.say_do,
}
#: Of a line that talks over the agent.
NEEDS_VOICE = "Talking over the agent needs voice mode."
NOT_OVER = "The agent had finished before the caller could talk over it."
SILENT = "The agent said and did nothing in this call."
IF_RIGHT = "If that is right, write untested: pass."
NO_JUDGE = "No judge is set."


def evaluate(
    scenario: Scenario, evidence: CallEvidence, line_replies: Sequence[int], judge: Judge | None = None
) -> list[CheckOutcome]:
    """All checks of one run. ``line_replies``: for each scripted line that was reached, the number of the reply to it."""
    outcomes: list[CheckOutcome] = []
    beside: list[CheckOutcome] = []
    for place, line in enumerate(scenario.caller.lines):
        at = line_replies[place] if place < len(line_replies) else None
        polite = _not_over(line, evidence, at)
        for check in line.expect:
            if polite:
                outcomes.append(_as_outcome(check, CheckFinding("unknown", polite)))
            else:
                outcomes.append(_outcome(check, evidence, at, judge) if at is not None else _unreached(check))
        # Behind all checks: the percentiles of all runs find theirs by their place.
        if polite and not line.expect:
            beside.append(CheckOutcome("The caller talks over the agent", "ended", "unknown", polite))
    outcomes += [_outcome(check, evidence, None, judge) for check in scenario.expect]
    outcomes += _unfinished(scenario, evidence, len(line_replies)) + beside
    if not evidence.tools and not any(text_match.words(reply.text) for reply in evidence.replies):
        return [replace(one, verdict="unknown", reason=SILENT) if one.verdict == "pass" else one for one in outcomes]
    return outcomes


def _not_over(line: CallerLine, evidence: CallEvidence, at: int | None) -> str:
    """Why a line that was to talk over the agent didn't; "" if it did, was not reached, or was to wait for its turn."""
    if line.after_ms is None or at is None:
        return ""
    if evidence.mode == "text":
        return NEEDS_VOICE
    return "" if any(reply.number == at and reply.talked_over for reply in evidence.replies) else NOT_OVER


def _unfinished(scenario: Scenario, evidence: CallEvidence, reached: int) -> list[CheckOutcome]:
    """Outcomes for what was to be said and wasn't. Lines with checks of their own have failed already."""
    limit = evidence.ended_by == "budget"
    if scenario.caller.lines:
        left = [line for line in scenario.caller.lines[reached:] if not line.expect and (limit or line.say or line.audio)]
        reason = f"{_unreached_line(left[0])}." if left else ""
        return [CheckOutcome("The caller says its lines", "ended", "fail", reason)] if left else []
    reason = "The call reached its limit before the caller had finished." if limit else evidence.caller_stuck
    return [CheckOutcome("The caller gets through", "ended", "unknown", reason)] if reason else []


def _unreached_line(line: CallerLine) -> str:
    said = line.say or line.audio
    return f"The call ended before “{said[:80]}”" if said else "The call reached its limit during a wait"


def run_verdict(outcomes: Iterable[CheckOutcome]) -> Verdict:
    """The verdict of a run; checks that count over all runs leave it to the others."""
    return of_run(outcome.verdict for outcome in outcomes if outcome.verdict is not None)


def deciding(outcomes: Sequence[CheckOutcome], verdict: Verdict) -> CheckOutcome | None:
    """The check that decided: the first with the run's verdict; of a pass the last one that quotes something."""
    matching = [outcome for outcome in outcomes if outcome.verdict == verdict]
    if verdict == "pass":
        return next((outcome for outcome in reversed(matching) if outcome.quote), matching[-1] if matching else None)
    return matching[0] if matching else None


def over_runs(scenario: Scenario, runs: Sequence[Sequence[CheckOutcome]]) -> list[CheckOutcome]:
    """The percentiles of a scenario over all its runs."""
    pooled: list[CheckOutcome] = []
    for place, check in enumerate(scenario.checks):
        if check.kind != "ms" or not latency_checks.has_percentiles(check.value):
            continue
        measured = [ms for run in runs if place < len(run) for ms in run[place].samples]
        pooled += [_as_outcome(check, finding) for finding in latency_checks.percentiles(check, measured)]
    return pooled


def scenario_verdict(rule: PassRule, count: RunCount, pooled: Iterable[CheckOutcome] = ()) -> Verdict:
    """Whether a scenario passes. Runs that say nothing count against it, so that they can never turn it green.

    If they alone stand between the scenario and its pass, or there are too few runs for its rule, it is ``error`` or
    ``unknown``; else it failed.
    """
    open_runs = max(count.planned - count.decided, 0)
    verdict: Verdict
    if not count.done:
        verdict = "unknown"
    elif _reaches(rule, count.passed, count.decided + open_runs):
        verdict = "pass"
    elif count.failed and not _reaches(rule, count.passed + open_runs, count.decided + open_runs) or _surely_bad(rule, count):
        verdict = "fail"
    else:
        verdict = "error" if count.error else "unknown"
    return _with_pooled(verdict, [outcome.verdict for outcome in pooled if outcome.verdict is not None])


def settled(scenario: Scenario, count: RunCount) -> bool:
    """Whether the runs still to come cannot change the verdict. Percentiles need the samples of all runs."""
    verdict = scenario_verdict(scenario.passing, count)
    return count.done >= count.planned or verdict == "fail" or (verdict == "pass" and not pools(scenario))


def pools(scenario: Scenario) -> bool:
    """Whether a check counts over all runs."""
    return any(check.kind == "ms" and latency_checks.has_percentiles(check.value) for check in scenario.checks)


def leaves_to_others(outcomes: Sequence[CheckOutcome]) -> bool:
    """Whether a run has nothing but samples for the percentiles of all runs."""
    return bool(outcomes) and all(outcome.verdict is None for outcome in outcomes)


def _reaches(rule: PassRule, passed: int, runs: int) -> bool:
    if not runs:
        return False
    if rule.sure is None:
        return passed / runs >= rule.rate - 1e-12
    return statistics.lower_bound(passed, runs, rule.sure) >= rule.rate - 1e-12


def _surely_bad(rule: PassRule, count: RunCount) -> bool:
    """The sequential test has seen enough failures; it applies to rules that ask for more than its bad rate."""
    asks_more = rule.sure is not None and rule.rate >= statistics.BAD_RATE
    return asks_more and statistics.sequential(count.passed, count.failed) == "bad"


def _with_pooled(verdict: Verdict, pooled: Sequence[Verdict]) -> Verdict:
    if verdict == "fail" or "fail" in pooled:
        return "fail"
    return of_run([verdict, *pooled])


def _outcome(check: CheckSpec, evidence: CallEvidence, at: int | None, judge: Judge | None) -> CheckOutcome:
    if check.kind == "ms":
        highest = latency_checks.maximum(check, evidence, at)
        measured = latency_checks.samples(check, evidence, at)
        if highest is None:
            waiting = CheckFinding("unknown", f"{len(measured)} samples for the percentiles of all runs.")
            return replace(_as_outcome(check, waiting), verdict=None, samples=measured, busy=evidence.busy)
        return slowed(replace(_as_outcome(check, highest), samples=measured), evidence.busy)
    if check.kind == "judge":
        return _as_outcome(check, _judged(check, evidence, judge))
    try:
        finding = _LOOKS[check.kind](check, evidence, at)
        outcome = _as_outcome(check, _untested(check, finding) if finding.untested else finding)
        return slowed(outcome, evidence.busy) if about_time(check) else outcome
    except SlowPattern as error:
        return _as_outcome(check, CheckFinding("unknown", f"{error} {error.advice}"))


def _untested(check: CheckSpec, finding: CheckFinding) -> CheckFinding:
    """As the file says; else it decides nothing, and the reason names the key."""
    hint = f" {IF_RIGHT}" if check.untested == "unknown" else ""
    return replace(finding, verdict=check.untested, reason=f"{finding.reason}{hint}")


def _judged(check: CheckSpec, evidence: CallEvidence, judge: Judge | None) -> CheckFinding:
    ruling = judge(check, evidence) if judge is not None else NO_JUDGE
    if isinstance(ruling, str):
        return CheckFinding("unknown", ruling)
    reply = next((one for one in evidence.replies if one.number == ruling.reply), None)
    if ruling.split:
        return CheckFinding("unknown", f"The judge's votes differ. {ruling.reason}", reply, ruling.quote, split=True)
    return CheckFinding("pass" if ruling.passed else "fail", ruling.reason, reply, ruling.quote)


def _unreached(check: CheckSpec) -> CheckOutcome:
    """A line left unsaid because the call ended first: the agent did not get that far."""
    return CheckOutcome(check.title, check.kind, "fail", "The call ended before this line.", line=check.line)


def _as_outcome(check: CheckSpec, finding: CheckFinding) -> CheckOutcome:
    reply = finding.reply
    return CheckOutcome(
        title=check.title,
        kind=check.kind,
        verdict=finding.verdict,
        reason=finding.reason,
        turn_id=reply.turn_id if reply is not None else None,
        quote=finding.quote[:500],
        line=check.line,
        split=finding.split,
    )
