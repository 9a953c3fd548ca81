"""The state that the mocks of one call share: data that they read and change, and how often each rule has answered."""

from __future__ import annotations

import copy
import json
from collections import Counter
from typing import Any

from greenroom.tools.calls import ToolOutcome, error_content
from greenroom.tools.definitions import Json
from greenroom.tools.mock_values import change, filled
from greenroom.tools.mocks import NO_RULE, MockRule, ToolMock


class MockState:
    """Take a rule with :meth:`take` when a call begins and answer it with :meth:`answer` when it ends.

    The same calls in the same order leave the same ``world``.
    """

    def __init__(self, world: Json | None = None) -> None:
        self.world: dict[str, Any] = copy.deepcopy(dict(world or {}))
        self._taken: Counter[tuple[str, int]] = Counter()

    def take(self, mock: ToolMock, arguments: Json) -> MockRule:
        """The first rule that matches and isn't used up; if there is none, a rule that answers with the error :data:`NO_RULE`."""
        for number, rule in enumerate(mock.rules):
            place = (mock.tool, number)
            if rule.matches(arguments) and (not rule.times or self._taken[place] < rule.times):
                self._taken[place] += 1
                return rule
        return MockRule(error=NO_RULE)

    def answer(self, rule: MockRule, arguments: Json) -> ToolOutcome:
        """Apply the rule's changes to the world and return the tool's answer. A rule with an error changes nothing."""
        if rule.error:
            return ToolOutcome("error", error_content(filled(rule.error, arguments, self.world)), mocked=True)
        for path, value in rule.changes.items():
            change(self.world, path, copy.deepcopy(filled(value, arguments, self.world)))
        result = filled(rule.result, arguments, self.world)
        content = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
        return ToolOutcome("ok", content, mocked=True)
