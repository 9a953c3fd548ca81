"""Rehearsals as they are stored: suites of scenarios, batches of runs, results, and the verdict of each scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NewType

from greenroom.model.agent import AgentId, VersionId
from greenroom.model.session import SessionId

SuiteId = NewType("SuiteId", str)
BatchId = NewType("BatchId", str)

#: running, also while its process is dead and it waits to be resumed · done · stopped by a user
BatchState = Literal["running", "done", "stopped"]


@dataclass(frozen=True, slots=True)
class Suite:
    """Scenarios of one agent, as the text of a scenario file. A save must name the ``revision`` it is based on."""

    id: SuiteId
    agent_id: AgentId
    name: str
    text: str
    revision: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RehearsalPlan:
    """What a batch runs. ``suite_id`` "" = a file of the command line; ``scenarios`` empty = all; ``repeat`` 0 = the file's own.

    ``overrides`` are settings for all runs, by key: how a suite is run with a line of the prompt removed. ``folder`` holds
    recorded lines; "" = there are none. ``included`` are the files that the text includes, by name. ``where`` "" and ``usd`` 0 =
    as the file says. ``browser``: callers join through a headless browser offline, too. ``spent_s``: seconds of agents in broken
    runs that a resumed batch has replaced; they count against its cap.
    """

    suite_id: SuiteId
    suite_name: str
    agent_id: AgentId
    text: str
    versions: tuple[VersionId, ...]
    scenarios: tuple[str, ...] = ()
    repeat: int = 0
    mode: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    folder: str = ""
    included: Mapping[str, str] = field(default_factory=dict)
    where: str = ""
    usd: float = 0.0
    browser: bool = False
    spent_s: float = 0.0


@dataclass(frozen=True, slots=True)
class RehearsalBatch:
    """One click on Run, or one file of the command line. ``owner`` is the process that runs it; ``planned`` counts runs."""

    id: BatchId
    plan: RehearsalPlan
    state: BatchState
    owner: str
    planned: int
    created_at: datetime
    ended_at: datetime | None = None
    done: int = 0


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of one run. ``number`` counts the repeats from 1; ``outcomes`` are the checks, as JSON."""

    batch_id: BatchId
    scenario_id: str
    version_id: VersionId
    number: int
    verdict: str
    reason: str
    outcomes: Sequence[Mapping[str, Any]]
    session_id: SessionId | None
    length_ms: int
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """The verdict of a scenario for a version: a cell of the grid. ``reason`` and ``turn_id`` are of the deciding check."""

    batch_id: BatchId
    suite_id: SuiteId
    scenario_id: str
    version_id: VersionId
    version_number: int
    digest: str
    gate: str
    verdict: str
    reason: str
    passed: int
    failed: int
    unknown: int
    error: int
    planned: int
    session_id: SessionId | None
    turn_id: int | None
    decided_at: datetime

    @property
    def runs(self) -> int:
        """Finished runs of every verdict, the broken ones too."""
        return self.passed + self.failed + self.unknown + self.error

    @property
    def lacks_runs(self) -> bool:
        """Whether it is open because runs are missing: its batch isn't through, or was stopped."""
        return self.verdict in ("unknown", "error") and self.runs < self.planned


@dataclass(frozen=True, slots=True)
class TurnLatency:
    """Of one reply: from the end of the caller's speech to the agent's, and the model's first token. None = not measured."""

    voice_ms: int | None
    first_token_ms: int | None
