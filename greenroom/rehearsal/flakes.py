"""Whose fault it is when a scenario's runs differ: the agent's, the caller's, the judge's or the machine's. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from greenroom.rehearsal.checks import OVERLOADED, CheckOutcome, OutcomeKind
from greenroom.rehearsal.verdict import Verdict

Culprit = Literal["agent", "caller", "judge", "machine"]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run: its verdict, its checks, and what the agent said (None = its conversation was deleted)."""

    verdict: Verdict
    outcomes: tuple[CheckOutcome, ...]
    replies: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Flake:
    """Who made the runs differ, and why that is thought."""

    culprit: Culprit
    reason: str


def flake_of(runs: Sequence[RunFacts], read: Sequence[RunFacts] = ()) -> Flake | None:
    """None if all runs have the same verdict, or too little is known to say. ``read``: those whose words are known."""
    runs = [run for run in runs if not _has(run, "cap")]  # what the cap kept from running says nothing
    if len({run.verdict for run in runs}) < 2:
        return None
    spoiled = [run for run in runs if _has(run, "caller")]
    if spoiled:
        return Flake("caller", f"The caller broke character in {len(spoiled)} of {len(runs)} runs.")
    failed = [run for run in runs if _has(run, "agent")]
    if failed:
        return Flake("agent", f"The agent itself failed in {len(failed)} of {len(runs)} runs.")
    if unmocked := [run for run in runs if _has(run, "mock")]:
        return Flake("agent", f"In {len(unmocked)} of {len(runs)} runs it called a tool in a way that no mock answers.")
    broken = [run for run in runs if run.verdict == "error"]
    if broken:
        return Flake("machine", f"{len(broken)} of {len(runs)} runs ended before they could be checked.")
    against = [outcome for run in runs for outcome in run.outcomes if outcome.verdict not in ("pass", None)]
    if any(outcome.split for outcome in against):
        return Flake("judge", "The judge's votes on the same call differed.")
    if against and all(outcome.kind == "ms" or outcome.busy for outcome in against):
        busy = max(outcome.busy for outcome in against)
        if busy >= OVERLOADED:
            return Flake("machine", f"Only its speed differs, and this computer was overloaded ({busy:.1f} tasks per processor).")
        return Flake("agent", "Only its speed differs, and this computer wasn't overloaded.")
    spoken = read or runs
    transcripts = {run.replies for run in spoken if run.replies is not None}
    if len(transcripts) == 1 and all(run.replies is not None for run in spoken):
        if against and all(outcome.kind == "judge" for outcome in against):
            return Flake("judge", "The agent said the same in every run, but the judge's verdicts differed.")
        return Flake("machine", "The agent said the same in every run.")
    return Flake("agent", "The agent answered differently from run to run.") if transcripts else None


def _has(run: RunFacts, kind: OutcomeKind) -> bool:
    return any(outcome.kind == kind for outcome in run.outcomes)
