"""Evidence of calls for tests."""

from __future__ import annotations

from typing import Any

from greenroom.rehearsal.checks import CheckOutcome
from greenroom.rehearsal.evaluation import evaluate
from greenroom.rehearsal.evidence import AgentReply, CallEvidence, ToolUse
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.scenario import Scenario

GREETING = "Good day, this is Ava at the Linden House. How can I help you?"
BREAKFAST = "Breakfast is served from seven to ten on weekdays and until eleven at the weekend, in the garden room."


def a_scenario(check: str, *, on_line: bool = False) -> Scenario:
    """A caller who asks once; ``check`` as YAML, for the reply to the line or for the whole call."""
    whole, line = ("", f"\n      expect: [{check}]") if on_line else (f"\n  expect: [{check}]", "")
    text = f"rehearse: 1\nname: T\nscenarios:\n- id: one\n  caller:\n    lines:\n    - say: When is breakfast?{line}{whole}\n"
    found = read(text)
    assert found.content is not None, found.faults
    return found.content.scenarios[0]


def a_call(*replies: str, tools: list[ToolUse] | None = None, **changes: Any) -> CallEvidence:
    """The greeting and then one reply to each line."""
    said = (GREETING, *(replies or (BREAKFAST,)))
    made = tuple(AgentReply(n, text, n, "When is breakfast?" if n else "") for n, text in enumerate(said))
    values: dict[str, Any] = {
        "mode": "text",
        "replies": made,
        "ended_by": "caller",
        "tools": None if tools is None else tuple(tools),
    }
    return CallEvidence(**{**values, **changes})


def outcome(check: str, evidence: CallEvidence, *, on_line: bool = False) -> CheckOutcome:
    (found,) = evaluate(a_scenario(check, on_line=on_line), evidence, [1])
    return found
