"""What a presenter's scripted call says to the agent: the lines of its tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from greenroom.model.rehearsal import Suite
from greenroom.rehearsal import reading

MOST_LINES = 20


def prepared_lines(suites: Iterable[Suite]) -> Sequence[str]:
    """Of the first suite whose callers say given lines, each once; empty if there is none. Suites that can't be read are
    passed over."""
    for suite in suites:
        content = reading.read(suite.text).content
        callers = (scenario.caller for scenario in content.scenarios) if content is not None else ()
        lines = dict.fromkeys(line.say for caller in callers for line in caller.lines if line.say)
        if lines:
            return list(lines)[:MOST_LINES]
    return ()
