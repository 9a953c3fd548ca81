"""Suites for tests, over the built-in hotel agent, whose scripted brain reads answers from its prompt."""

from __future__ import annotations

from typing import Any

from greenroom.model.rehearsal import RehearsalPlan, SuiteId
from tests.services.conftest import Desk

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


def plan(desk: Desk, text: str = HOTEL, **changes: Any) -> RehearsalPlan:
    agent = desk.agents.list()[0]
    version = desk.agents.freeze(agent.id)
    values: dict[str, Any] = {"suite_id": SuiteId("s1"), "suite_name": "Front desk", "agent_id": agent.id, "text": text}
    return RehearsalPlan(**{**values, "versions": (version.id,), **changes})


def verdicts(desk: Desk, text: str = HOTEL, **changes: Any) -> dict[str, str]:
    """Run it to its end; the verdict of each scenario."""
    batch = desk.services.rehearsals.run(plan(desk, text, **changes))
    assert desk.services.rehearsals.wait(batch.id, 120)
    return {cell.scenario_id: cell.verdict for cell in desk.services.rehearsals.report(batch.id).cells}
