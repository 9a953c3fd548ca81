"""The results of a suite: scenarios × versions, and where each scenario failed last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from greenroom.model.agent import Version, VersionId
from greenroom.model.rehearsal import ScenarioResult
from greenroom.rehearsal.scenario import Scenario
from greenroom.services.rehearsals.run_place import RanAt


@dataclass(frozen=True, slots=True)
class Grid:
    """Scenarios × versions; a cell that is missing has not run as the scenario is now. ``ran``: where and how each cell ran.
    ``failed``: the version on which a scenario failed last, also in the call that it was made from. ``unfinished``: what a newer
    batch knows of a cell that isn't through or was stopped; the cell keeps its verdict."""

    scenarios: tuple[Scenario, ...]
    versions: tuple[Version, ...]
    cells: Mapping[tuple[str, VersionId], ScenarioResult]
    ran: Mapping[tuple[str, VersionId], RanAt]
    failed: Mapping[str, int]
    unfinished: Mapping[tuple[str, VersionId], ScenarioResult] = field(default_factory=dict)


def failed_on(scenarios: Sequence[Scenario], stored: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """The version on which each scenario failed last. ``stored``: by scenario and digest; the call that a scenario was made from
    is older than that."""
    first = {one.id: one.origin.version for one in scenarios if one.origin and one.origin.failed and one.origin.version}
    return first | {one.id: stored[one.id, one.digest] for one in scenarios if (one.id, one.digest) in stored}
