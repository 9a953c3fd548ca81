"""Suites for tests, over the built-in hotel agent, whose scripted brain reads answers from its prompt."""

from __future__ import annotations

from typing import Any

from greenroom.model.rehearsal import RehearsalPlan, SuiteId
from tests.services.conftest import Harness

HOTEL = """rehearse: 1
name: Front desk
scenarios:
- id: breakfast
  caller:
    lines:
    - wait: greeting
      expect: [{says: Linden House}]
    - say: When is breakfast?
      expect: [{says: seven}, {says: garden room}]
  expect: [{not_says: sauna}, {calls: []}, {ended: caller}]
- id: sauna
  caller:
    lines:
    - say: Is there a sauna?
      expect: [{says: There is a sauna}]
"""


def plan(harness: Harness, text: str = HOTEL, **changes: Any) -> RehearsalPlan:
    agent = harness.agents.list()[0]
    version = harness.agents.versions.freeze(agent.id)
    values: dict[str, Any] = {"suite_id": SuiteId("s1"), "suite_name": "Front desk", "agent_id": agent.id, "text": text}
    return RehearsalPlan(**{**values, "versions": (version.id,), **changes})


def verdicts(harness: Harness, text: str = HOTEL, **changes: Any) -> dict[str, str]:
    """Run it to its end; the verdict of each scenario."""
    batch = harness.services.rehearsals.run(plan(harness, text, **changes))
    assert harness.services.rehearsals.wait(batch.id, 120)
    return {cell.scenario_id: cell.verdict for cell in harness.services.rehearsals.results.report(batch.id).cells}
