"""What rehearsals found: batches, the grid, badges, and version against version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from greenroom.model.agent import AgentId, Version, VersionId
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RunResult, ScenarioResult, Suite, SuiteId
from greenroom.rehearsal.flakes import Flake
from greenroom.rehearsal.reading import read
from greenroom.services.agents.version_service import VersionService
from greenroom.services.rehearsals.badges import Badge, BadgeService
from greenroom.services.rehearsals.batch_jobs import scenarios_of
from greenroom.services.rehearsals.flakes import flake_of_runs
from greenroom.services.rehearsals.grid import Grid, failed_on
from greenroom.services.rehearsals.report import SuiteReport
from greenroom.services.rehearsals.run_place import ran_at
from greenroom.services.rehearsals.suite_service import SuiteService
from greenroom.services.rehearsals.versions import VersionComparison, compare_versions
from greenroom.store.rehearsals import RehearsalStore
from greenroom.store.sessions import SessionStore


class RehearsalResults:
    """Reads what batches stored. Methods that name a batch raise NotFound."""

    def __init__(
        self,
        *,
        versions: VersionService,
        suites: SuiteService,
        store: RehearsalStore,
        sessions: SessionStore,
        why_broken: Callable[[BatchId], str],
    ) -> None:
        """``why_broken``: why a batch ended before its last run; "" if it didn't."""
        self._versions = versions
        self._suites = suites
        self._store = store
        self._sessions = sessions
        self._badges = BadgeService(suites, store)
        self._why_broken = why_broken

    def batch(self, batch_id: BatchId) -> RehearsalBatch:
        """Raises NotFound."""
        return self._store.batch(batch_id)

    def batches(self, suite_id: SuiteId) -> list[RehearsalBatch]:
        """The newest batches of the suite, newest first."""
        return self._store.batches(suite_id)

    def grid(self, suite: Suite, versions: Sequence[Version]) -> Grid:
        """The newest result of each scenario for these versions. Results of an earlier text of a scenario are left
        out; while the suite can't be read, all are. A batch that isn't through replaces no verdict that it can't decide yet."""
        content = read(suite.text).content
        scenarios = content.scenarios if content is not None else ()
        by_id = {scenario.id: scenario for scenario in scenarios}
        standing = self._store.standing([suite.id], [version.id for version in versions]) if versions else []
        pairs = [pair for pair in standing if (known := by_id.get(pair[0].scenario_id)) and known.digest == pair[0].digest]
        kept = [cell for cell, _ in pairs]
        newer = {(one.scenario_id, one.version_id): one for _, one in pairs if one is not None}
        plans = self._store.plans({cell.batch_id for cell in kept}) if kept else {}
        current = {(cell.scenario_id, cell.version_id): cell for cell in kept}
        ran = {key: ran_at(plans[cell.batch_id], by_id[key[0]]) for key, cell in current.items() if cell.batch_id in plans}
        failed = failed_on(scenarios, self._store.last_failed(suite.id))
        return Grid(scenarios, tuple(versions), current, ran, failed, newer)

    def cell_runs(self, cell: ScenarioResult) -> list[RunResult]:
        """The runs behind a cell, in their order."""
        return self._store.runs(cell.batch_id, cell.scenario_id, cell.version_id)

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
            if not self._suites.of(agent_id):
                continue
            numbers = {one.id: one.number for one in self._versions.of(agent_id) if (agent_id, one.number) in versions}
            for version_id, badge in self.badges(agent_id, numbers.keys()).items():
                found[agent_id, numbers[version_id]] = badge
        return found

    def compare(self, suite: Suite, old: Version, new: Version) -> VersionComparison:
        """From the newest results of both; scenarios that changed since aren't compared."""
        grid = self.grid(suite, (old, new))
        cells = [[cell for (_, version), cell in grid.cells.items() if version == side.id] for side in (old, new)]
        return compare_versions(cells[0], cells[1], (f"version {old.number}", f"version {new.number}"))

    def broken_runs(self, batch_id: BatchId) -> tuple[int, str]:
        """How many runs ended in an error in tests that they leave undecided: resuming the batch repeats them. And why, if
        it is the same for all."""
        cells = [cell for cell in self._store.verdicts(batch_id) if cell.verdict == "error"]
        reasons = {cell.reason for cell in cells}
        return sum(cell.error for cell in cells), reasons.pop() if len(reasons) == 1 else ""

    def report(self, batch_id: BatchId) -> SuiteReport:
        """The results of a batch so far."""
        plan = self._store.batch(batch_id).plan
        numbers = [self._versions.get(version_id).number for version_id in plan.versions]
        planned = tuple((one.id, one.gate, number) for one in scenarios_of(plan) for number in numbers)
        cells, runs = tuple(self._store.verdicts(batch_id)), tuple(self._store.runs(batch_id))
        titles = {one.id: one.title for one in scenarios_of(plan) if one.title != one.id}
        return SuiteReport(plan.suite_name, planned, cells, runs, self._why_broken(batch_id), titles)
