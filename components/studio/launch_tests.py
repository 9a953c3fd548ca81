"""What the tests say of the version that Launch starts, shown next to the button."""

from __future__ import annotations

from dataclasses import dataclass

from components.rehearse import labels
from components.shell import run_scope
from greenroom.model.agent import Draft
from greenroom.services import current


@dataclass(frozen=True, slots=True)
class LaunchTests:
    """``failing``: a blocking test fails."""

    text: str
    failing: bool


def tests_of(draft: Draft) -> LaunchTests | None:
    """None without tests, and before the first version."""
    return run_scope.once(("launch_tests", draft.agent_id), lambda: _tests_of(draft))


def _tests_of(draft: Draft) -> LaunchTests | None:
    services = current()
    if not services.rehearsals.suites.of(draft.agent_id):
        return None
    same = services.agents.versions.unchanged_since(draft)
    tested = same or services.agents.versions.newest(draft.agent_id)
    found = services.rehearsals.results.badges(draft.agent_id, [tested.id]).get(tested.id) if tested is not None else None
    text = labels.before_launch(tested, found, unchanged=same is not None)
    return LaunchTests(text, bool(found and found.blocking_failed)) if text else None
