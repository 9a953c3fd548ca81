"""The badge's p90: from speech to speech where voice was measured, else the model's first token; none from few replies."""

from __future__ import annotations

import pytest

from greenroom.model.rehearsal import SuiteId, TurnLatency
from greenroom.services.rehearsals.badges import p90_of
from tests.services.rehearsals.suites import HOTEL, plan


@pytest.mark.unit
@pytest.mark.any_database
def test_the_p90_is_of_voice_if_any_was_measured():
    tokens = [TurnLatency(None, ms) for ms in range(20)]
    assert p90_of(tokens) == (17, True)
    assert p90_of(tokens[:19]) == (None, True)
    assert p90_of([*tokens, *(TurnLatency(ms * 100, 5) for ms in range(20))]) == (1710, False)
    assert p90_of([*tokens, TurnLatency(700, 5)]) == (None, False), "one spoken reply says nothing, and text isn't voice"


@pytest.mark.twin
@pytest.mark.sqlite_only
def test_the_replies_of_a_versions_tests_count_without_greetings(harness):
    rehearsals = harness.services.rehearsals
    suite = rehearsals.suites.create(harness.agents.list()[0].id, "", HOTEL)
    asked = plan(harness, suite_id=SuiteId(suite.id), scenarios=("breakfast",), repeat=20)
    batch = rehearsals.run(asked)
    assert rehearsals.wait(batch.id, 120)
    badge = rehearsals.results.badges(asked.agent_id, asked.versions)[asked.versions[0]]
    assert badge.p90_ms is not None
    assert (badge.text_only, badge.passed, badge.stale) == (True, 1, 1)
