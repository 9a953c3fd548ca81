"""What the Rehearse page and the command line do: suites and runs, and what they would take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from greenroom.clock import Clock
from greenroom.errors import GreenroomError, NotFound
from greenroom.model.agent import AgentId, Settings, Version
from greenroom.model.call import CallCost
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RehearsalPlan, RunResult, SuiteId
from greenroom.rehearsal.reading import read_again
from greenroom.rehearsal.scenario import FileFault, Mode, Scenario, Where
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.costs import call_cost
from greenroom.services.rehearsals import agent_fit, run_tools, run_variables
from greenroom.services.rehearsals.batch_jobs import jobs_of, scenarios_of
from greenroom.services.rehearsals.batch_runner import BatchProgress, BatchRunner
from greenroom.services.rehearsals.caller_models import CallerModels
from greenroom.services.rehearsals.judge_labels import JudgeLabels
from greenroom.services.rehearsals.judge_service import JudgeService
from greenroom.services.rehearsals.offline_beside import OfflineBeside
from greenroom.services.rehearsals.prepared_lines import prepared_lines
from greenroom.services.rehearsals.results import RehearsalResults
from greenroom.services.rehearsals.run_estimate import RunEstimate, estimate, measured
from greenroom.services.rehearsals.run_place import RunPlaces, in_mode, where_of
from greenroom.services.rehearsals.starters import StarterSuite, starters
from greenroom.services.rehearsals.strength import SuiteStrengthService
from greenroom.services.rehearsals.suite_service import SuiteService
from greenroom.store.rehearsals import RehearsalStore
from greenroom.store.sessions import SessionStore


class UnreadableSuite(GreenroomError):
    """The scenario file has faults."""

    advice = "Correct the lines that are listed, then run it again."

    def __init__(self, faults: Sequence[FileFault]) -> None:
        """Names the first faults; all are in ``faults``."""
        super().__init__(" ".join(f"Line {fault.line}: {fault.message}" for fault in faults[:3]))
        self.faults = tuple(faults)


class RehearsalService:
    """Thread-safe. Methods that name a suite or a batch raise NotFound."""

    def __init__(
        self,
        *,
        clock: Clock,
        agents: AgentService,
        suites: SuiteService,
        store: RehearsalStore,
        sessions: SessionStore,
        runner: BatchRunner,
        judge: JudgeService,
        labels: JudgeLabels,
        callers: CallerModels,
        price: Callable[[AgentId, Settings], CallCost],
        places: RunPlaces,
        beside: OfflineBeside | None,
        owner: str,
        alive: Callable[[str], bool],
    ) -> None:
        """``beside``: who runs tests on this computer where agents run at Agora; None = they can't run here.

        ``alive``: whether a process that owns a batch still runs.
        """
        self._clock = clock
        self._agents = agents
        self.suites = suites
        self._store = store
        self.results = RehearsalResults(
            versions=agents.versions, suites=suites, store=store, sessions=sessions, why_broken=self.why_broken
        )
        self._runner = runner
        self._price = price
        self.places = places
        self._beside = beside
        self._owner = owner
        self._alive = alive
        self.judge = judge
        self.labels = labels
        self._callers = callers
        self.strength = SuiteStrengthService(
            run=self.run,
            wait=self.wait,
            stop=self.stop,
            batches=store.batches,
            verdicts=store.verdicts,
            version=agents.versions.get,
            why_broken=self.why_broken,
        )

    def starters(self) -> Mapping[str, StarterSuite]:
        """The suites that ship with Greenroom, by template."""
        return starters()

    def prepared_lines(self, agent_id: AgentId) -> Sequence[str]:
        """What a presenter's scripted call says to the agent."""
        return prepared_lines(self.suites.of(agent_id))

    # ── running

    def _at(self, where: Where) -> RehearsalService | None:
        """Who runs tests there, if it isn't this one. Raises GreenroomError."""
        return self._beside.started() if self._beside is not None and where != "agora" else None

    def run(self, plan: RehearsalPlan, on_run: Callable[[RunResult], None] | None = None) -> RehearsalBatch:
        """Start a batch. Raises UnreadableSuite, CannotRunThere, NotFound for an unknown version or scenario."""
        jobs = jobs_of(plan, self.require(plan))
        if (other := self._at(where_of(plan))) is not None:
            return other.run(plan, on_run)
        batch = RehearsalBatch(BatchId(self._clock.new_id()), plan, "running", self._owner, len(jobs), self._clock.now())
        self._store.open(batch)
        self._runner.start(batch, on_run)
        return batch

    def require(self, plan: RehearsalPlan) -> list[Version]:
        """The versions of a plan that can run; raises what :meth:`run` raises, and starts nothing."""
        scenarios = require_readable(plan)
        self.places.require(where_of(plan), plan.mode, plan.browser)
        unknown = set(plan.scenarios) - {scenario.id for scenario in scenarios}
        if unknown:
            raise NotFound(f"There is no scenario {', '.join(sorted(unknown))}.", advice="Check the name.")
        versions = [self._agents.versions.get(version_id) for version_id in plan.versions]
        if found := run_variables.faults(scenarios_of(plan), scenarios, [version.settings for version in versions]):
            raise UnreadableSuite(found)
        return versions

    def misfits(self, agent_id: AgentId, scenarios: Sequence[Scenario]) -> tuple[FileFault, ...]:
        """What these tests name and the agent's draft doesn't have: tools, arguments, data, variables."""
        return agent_fit.faults(scenarios, self._agents.draft(agent_id).settings)

    def resume(self, batch_id: BatchId, on_run: Callable[[RunResult], None] | None = None) -> RehearsalBatch:
        """Run what is missing of a batch that was stopped or whose process died, and again what ended in an error: that decides
        nothing. Raises CannotRunThere."""
        batch = self._store.batch(batch_id)
        self.places.require(where_of(batch.plan), batch.plan.mode, batch.plan.browser)
        if (other := self._at(where_of(batch.plan))) is not None:
            return other.resume(batch_id, on_run)
        if self._runner.progress(batch_id) is None:
            self._store.move(batch_id, "running", self._owner, None)
            batch = replace(batch, state="running", owner=self._owner)
            self._runner.start(batch, on_run)
        return batch

    def stop(self, batch_id: BatchId) -> None:
        """No effect on a batch that runs in another process. Finished runs are kept; :meth:`resume` runs the rest."""
        self._runner.stop(batch_id)
        if (other := self._running_beside) is not None:
            other.stop(batch_id)

    def close(self) -> None:
        """At the end of the process; running batches can be resumed."""
        self.strength.close()
        self._runner.close()
        if self._beside is not None:
            self._beside.close()
        self.judge.close()
        self._callers.close()

    def progress(self, batch_id: BatchId) -> BatchProgress | None:
        """None for a batch that doesn't run in this process."""
        other, own = self._running_beside, self._runner.progress(batch_id)
        return other.progress(batch_id) if own is None and other is not None else own

    def why_broken(self, batch_id: BatchId) -> str:
        """Why a batch of this process ended before its last run; "" if it didn't."""
        other, own = self._running_beside, self._runner.why_broken(batch_id)
        return own or (other.why_broken(batch_id) if other is not None else "")

    @property
    def _running_beside(self) -> RehearsalService | None:
        return self._beside.running if self._beside is not None else None

    def interrupted(self, batch: RehearsalBatch) -> bool:
        """Whether a batch that is stored as running does not run: its process died, or lost its database."""
        if batch.state != "running" or self.progress(batch.id) is not None:
            return False
        return batch.owner == self._owner or not self._alive(batch.owner)

    def estimate(
        self,
        suite_id: SuiteId,
        agent_id: AgentId,
        scenarios: Sequence[Scenario],
        *,
        repeat: int,
        versions: int,
        mode: str = "",
        where: Where = "twin",
    ) -> RunEstimate:
        """How long these scenarios take for this number of versions, from recent batches; the cost is the draft's."""
        lengths = measured(self._store.batches(suite_id), self._store.mean_length_ms)
        parallel: dict[Mode, int] = {"text": self._runner.parallel, "voice": self._runner.parallel_voices}
        settings, asked = self._agents.draft(agent_id).settings, in_mode(scenarios, mode, where)
        if where != "agora" and asked and all(one.otherwise != "live" for one in asked):
            settings = {**settings, **run_tools.overrides(asked[0], settings)}  # no tool's server is called, nor paid
        cost = call_cost(settings, "twin") if self.places.beside and where != "agora" else self._price(agent_id, settings)
        return estimate(asked, lambda one: (repeat or one.repeat) * max(versions, 1), lengths, parallel, cost)

    def estimate_of(self, plan: RehearsalPlan) -> RunEstimate:
        """The same of a plan."""
        return self.estimate(
            plan.suite_id,
            plan.agent_id,
            scenarios_of(plan),
            repeat=plan.repeat,
            versions=len(plan.versions),
            mode=plan.mode,
            where=where_of(plan),
        )

    def wait(self, batch_id: BatchId, timeout_s: float | None = None) -> bool:
        """Wait for the end of a batch of this process; False if it takes longer."""
        progress = self.progress(batch_id)
        return progress is None or progress.over.wait(timeout_s)


def require_readable(plan: RehearsalPlan) -> tuple[Scenario, ...]:
    """The scenarios of a plan's text. Raises UnreadableSuite with its first faults."""
    file = read_again(plan.text, plan.included)
    if file.content is None:
        raise UnreadableSuite([fault for fault in file.faults if fault.blocking])
    return file.content.scenarios
