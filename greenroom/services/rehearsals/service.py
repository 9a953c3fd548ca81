"""What the Rehearse page and the command line do: suites, runs, the grid, the badge, and version against version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from greenroom.clock import Clock
from greenroom.errors import GreenroomError, NotFound
from greenroom.model.agent import AgentId, Settings, Version, VersionId
from greenroom.model.call import CallCost
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RehearsalPlan, RunResult, ScenarioResult, Suite, SuiteId
from greenroom.rehearsal.flakes import Flake
from greenroom.rehearsal.reading import read, read_again
from greenroom.rehearsal.scenario import FileFault, Mode, Scenario, Where
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.costs import call_cost
from greenroom.services.rehearsals import run_variables
from greenroom.services.rehearsals.badges import Badge, BadgeService
from greenroom.services.rehearsals.batch_jobs import jobs_of, scenarios_of
from greenroom.services.rehearsals.batch_runner import BatchProgress, BatchRunner
from greenroom.services.rehearsals.caller_models import CallerModels
from greenroom.services.rehearsals.flakes import flake_of_runs
from greenroom.services.rehearsals.grid import Grid, failed_on
from greenroom.services.rehearsals.judge_labels import JudgeLabels
from greenroom.services.rehearsals.judge_service import JudgeService
from greenroom.services.rehearsals.offline_beside import OfflineBeside
from greenroom.services.rehearsals.prepared_lines import prepared_lines
from greenroom.services.rehearsals.report import SuiteReport
from greenroom.services.rehearsals.run_estimate import RunEstimate, estimate, measured
from greenroom.services.rehearsals.run_place import RunPlaces, in_mode, ran_at, where_of
from greenroom.services.rehearsals.starters import StarterSuite, starters
from greenroom.services.rehearsals.strength import SuiteStrengthService
from greenroom.services.rehearsals.suite_service import SuiteService
from greenroom.services.rehearsals.versions import VersionComparison, compare_versions
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
        results: RehearsalStore,
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
        self._results = results
        self._sessions = sessions
        self._badges = BadgeService(suites, results)
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
            batches=results.batches,
            verdicts=results.verdicts,
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
        self._results.open(batch)
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

    def resume(self, batch_id: BatchId, on_run: Callable[[RunResult], None] | None = None) -> RehearsalBatch:
        """Run what is missing of a batch that was stopped or whose process died. Raises CannotRunThere."""
        batch = self._results.batch(batch_id)
        self.places.require(where_of(batch.plan), batch.plan.mode, batch.plan.browser)
        if (other := self._at(where_of(batch.plan))) is not None:
            return other.resume(batch_id, on_run)
        if self._runner.progress(batch_id) is None:
            self._results.move(batch_id, "running", self._owner, None)
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

    def batch(self, batch_id: BatchId) -> RehearsalBatch:
        """Raises NotFound."""
        return self._results.batch(batch_id)

    def batches(self, suite_id: SuiteId) -> list[RehearsalBatch]:
        """The newest batches of the suite, newest first."""
        return self._results.batches(suite_id)

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
        lengths = measured(self.batches(suite_id), self._results.mean_length_ms)
        parallel: dict[Mode, int] = {"text": self._runner.parallel, "voice": self._runner.parallel_voices}
        settings = self._agents.draft(agent_id).settings
        cost = call_cost(settings, "twin") if self.places.beside and where != "agora" else self._price(agent_id, settings)
        asked = in_mode(scenarios, mode, where)
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

    # ── results

    def grid(self, suite: Suite, versions: Sequence[Version]) -> Grid:
        """The newest result of each scenario for these versions. Results of an earlier text of a scenario are left
        out; while the suite can't be read, all are. A batch that isn't through replaces no verdict that it can't decide yet."""
        content = read(suite.text).content
        scenarios = content.scenarios if content is not None else ()
        by_id = {scenario.id: scenario for scenario in scenarios}
        standing = self._results.standing([suite.id], [version.id for version in versions]) if versions else []
        pairs = [pair for pair in standing if (known := by_id.get(pair[0].scenario_id)) and known.digest == pair[0].digest]
        kept = [cell for cell, _ in pairs]
        newer = {(one.scenario_id, one.version_id): one for _, one in pairs if one is not None}
        plans = self._results.plans({cell.batch_id for cell in kept}) if kept else {}
        current = {(cell.scenario_id, cell.version_id): cell for cell in kept}
        ran = {key: ran_at(plans[cell.batch_id], by_id[key[0]]) for key, cell in current.items() if cell.batch_id in plans}
        failed = failed_on(scenarios, self._results.last_failed(suite.id))
        return Grid(scenarios, tuple(versions), current, ran, failed, newer)

    def cell_runs(self, cell: ScenarioResult) -> list[RunResult]:
        """The runs behind a cell, in their order."""
        return self._results.runs(cell.batch_id, cell.scenario_id, cell.version_id)

    def flake(self, runs: Sequence[RunResult]) -> Flake | None:
        """Whose fault it is that the runs of a cell differ; None if they agree."""
        return flake_of_runs(runs, self._sessions)

    def badges(
        self, agent_id: AgentId, versions: Collection[VersionId], suite_id: SuiteId | None = None
    ) -> dict[VersionId, Badge]:
        """The badge of each version, of all its tests or of one suite's; empty without tests."""
        return self._badges.of(agent_id, versions, suite_id)

    def numbered_badges(self, versions: Collection[tuple[AgentId, int]]) -> dict[tuple[AgentId, int], Badge]:
        """The badges of versions known by agent and number. Those of agents without tests, and deleted ones, are left out."""
        found: dict[tuple[AgentId, int], Badge] = {}
        for agent_id in {agent_id for agent_id, _ in versions}:
            if not self.suites.of(agent_id):
                continue
            numbers = {one.id: one.number for one in self._agents.versions.of(agent_id) if (agent_id, one.number) in versions}
            for version_id, badge in self.badges(agent_id, numbers.keys()).items():
                found[agent_id, numbers[version_id]] = badge
        return found

    def compare(self, suite: Suite, old: Version, new: Version) -> VersionComparison:
        """From the newest results of both; scenarios that changed since aren't compared."""
        grid = self.grid(suite, (old, new))
        cells = [[cell for (_, version), cell in grid.cells.items() if version == side.id] for side in (old, new)]
        return compare_versions(cells[0], cells[1], (f"version {old.number}", f"version {new.number}"))

    def report(self, batch_id: BatchId) -> SuiteReport:
        """The results of a batch so far."""
        plan = self._results.batch(batch_id).plan
        numbers = [self._agents.versions.get(version_id).number for version_id in plan.versions]
        planned = tuple((one.id, one.gate, number) for one in scenarios_of(plan) for number in numbers)
        cells, runs = tuple(self._results.verdicts(batch_id)), tuple(self._results.runs(batch_id))
        titles = {one.id: one.title for one in scenarios_of(plan) if one.title != one.id}
        return SuiteReport(plan.suite_name, planned, cells, runs, self.why_broken(batch_id), titles)

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
