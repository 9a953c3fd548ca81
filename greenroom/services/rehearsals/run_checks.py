"""The checks of a run that is over, and what they are given."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from greenroom.model.session import SessionId, ToolCall
from greenroom.rehearsal import evaluation
from greenroom.rehearsal.checks import CheckOutcome, Judge, OutcomeKind, slowed
from greenroom.rehearsal.evidence import AgentReply, CallEvidence, EndedBy
from greenroom.rehearsal.scenario import Scenario
from greenroom.rehearsal.verdict import Verdict
from greenroom.services.rehearsals import run_tools


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """``outcomes`` empty: the run broke before anything could be checked."""

    verdict: Verdict
    reason: str
    outcomes: tuple[CheckOutcome, ...] = ()
    session_id: SessionId | None = None
    length_ms: int = 0
    turn_id: int | None = None

    def outcomes_json(self) -> list[dict[str, Any]]:
        """The outcomes of all checks, as a run stores them."""
        return [{**asdict(outcome), "samples": list(outcome.samples)} for outcome in self.outcomes]


def spoiled(by: OutcomeKind, title: str, reason: str) -> FinishedRun:
    """A run that says nothing, and what made it worthless."""
    return FinishedRun("error", reason, (CheckOutcome(title, by, "error", reason),))


@dataclass(slots=True)
class CallCourse:
    """How a call went."""

    heard: list[str] = field(default_factory=list)
    line_replies: list[int] = field(default_factory=list)
    ended_by: EndedBy = "caller"
    silent: bool = False
    kept: bool = True
    stuck: str = ""


def checked(scenario: Scenario, evidence: CallEvidence, course: CallCourse, judge: Judge | None) -> FinishedRun:
    """The run's verdict, from all its checks."""
    outcomes = evaluation.evaluate(scenario, evidence, course.line_replies, judge)
    if course.silent:
        reason = f"The agent didn't answer within {scenario.budget.silence:g} s."
        outcomes.append(slowed(CheckOutcome("The agent answers", "says", "fail", reason), evidence.busy))
    verdict = evaluation.run_verdict(outcomes)
    deciding = evaluation.deciding(outcomes, verdict)
    reason = f"{deciding.title}: {deciding.reason}" if deciding is not None and verdict != "pass" else ""
    if evaluation.leaves_to_others(outcomes):
        reason = "The percentiles of all runs decide."
    turn_id = deciding.turn_id if deciding is not None else None
    return FinishedRun(verdict, reason, tuple(outcomes), turn_id=turn_id)


def evidence_of(
    scenario: Scenario, replies: Sequence[AgentReply], ended_by: EndedBy, tools: Sequence[ToolCall] | None
) -> CallEvidence:
    """What is known of a call."""
    spoken = tuple(reply for reply in replies if reply.text or reply.number)
    measured = frozenset({"cut_offs"} if scenario.mode == "voice" else ())
    return CallEvidence(scenario.mode, spoken, ended_by, None if tools is None else run_tools.used(tools, spoken), None, measured)


def busy() -> float:
    """Tasks that wait for each processor, over the last minute; 0 where the system doesn't say."""
    try:
        return os.getloadavg()[0] / (os.cpu_count() or 1)
    except (AttributeError, OSError):
        return 0.0
