"""The badge of a version: what its tests say, in one line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from greenroom.model.agent import AgentId, VersionId
from greenroom.model.rehearsal import ScenarioResult, SuiteId, TurnLatency
from greenroom.rehearsal import statistics
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.scenario import Scenario
from greenroom.services.rehearsals.suite_service import SuiteService
from greenroom.store.rehearsals import RehearsalStore

#: The newest replies that count for the p90.
REPLIES = 400
#: By suite and scenario.
Titles = Mapping[tuple[SuiteId, str], str]


@dataclass(frozen=True, slots=True)
class Badge:
    """What a version's tests say: ``stale`` have changed since their last run, or have none.

    ``total`` counts blocking and watched tests. ``blocking_failed`` are titles.

    ``p90_ms`` is of the replies in these tests: from speech to speech if any ran in voice mode, else (``text_only``) the
    model's first token. None from fewer than 20 replies.
    """

    passed: int
    failed: int
    unknown: int
    error: int
    stale: int
    blocking_failed: tuple[str, ...]
    p90_ms: int | None = None
    text_only: bool = False

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.unknown + self.error + self.stale


class BadgeService:
    """Thread-safe."""

    def __init__(self, suites: SuiteService, results: RehearsalStore) -> None:
        self._suites = suites
        self._results = results

    def of(self, agent_id: AgentId, versions: Collection[VersionId], suite_id: SuiteId | None = None) -> dict[VersionId, Badge]:
        """The badge of each version, of all its tests or of one suite's; empty without tests."""
        suites = [one for one in self._suites.of(agent_id) if suite_id in (None, one.id)]
        scenarios = {(suite.id, one.id): one for suite in suites for one in _scenarios(suite.text)}
        if not scenarios or not versions:
            return {}
        by_version: dict[VersionId, list[ScenarioResult]] = {version: [] for version in versions}
        for cell in self._results.newest([suite.id for suite in suites], versions):
            scenario = scenarios.get((cell.suite_id, cell.scenario_id))
            if scenario is not None and scenario.digest == cell.digest:
                by_version[cell.version_id].append(cell)
        titles = {key: one.title for key, one in scenarios.items()}
        return {version: self._with_p90(version, cells, titles) for version, cells in by_version.items()}

    def _with_p90(self, version: VersionId, cells: Sequence[ScenarioResult], titles: Titles) -> Badge:
        badge = badge_of(cells, titles)
        if not cells:
            return badge
        measured = self._results.latencies({cell.batch_id for cell in cells}, version, REPLIES)
        p90, text_only = p90_of(measured)
        return replace(badge, p90_ms=p90, text_only=text_only)


def badge_of(cells: Sequence[ScenarioResult], titles: Titles) -> Badge:
    """From the newest verdicts of one version, whose tests have these titles; without a p90."""
    counts = {verdict: sum(cell.verdict == verdict for cell in cells) for verdict in ("pass", "fail", "unknown", "error")}
    failed = tuple(titles[cell.suite_id, cell.scenario_id] for cell in cells if cell.verdict == "fail" and cell.gate == "block")
    stale = max(len(titles) - len(cells), 0)
    return Badge(counts["pass"], counts["fail"], counts["unknown"], counts["error"], stale, failed)


def p90_of(measured: Sequence[TurnLatency]) -> tuple[int | None, bool]:
    """The p90, and whether it is that of the model's first tokens."""
    spoken = [float(one.voice_ms) for one in measured if one.voice_ms is not None]
    tokens = [float(one.first_token_ms) for one in measured if one.first_token_ms is not None]
    p90 = statistics.percentile(spoken or tokens, 0.9)
    return (None if p90 is None else round(p90)), not spoken


def _scenarios(text: str) -> tuple[Scenario, ...]:
    content = read(text).content
    return content.scenarios if content is not None else ()
