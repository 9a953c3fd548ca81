"""A version's test results stand wherever a version is chosen, and next to Launch."""

from __future__ import annotations

import pytest

from components.studio import launch_tests
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RehearsalPlan, RunResult
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.writing import SimpleStep, SimpleTest
from greenroom.services.rehearsals.cells import cell_of
from greenroom.store import RehearsalStore
from tests.pages.test_versions import agent, choose, save  # noqa: F401 - fixture

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

BADGE = "0 of 1 test passes · 1 fails"


@pytest.fixture
def version(harness, agent):
    """Version 1, whose only test, a blocking one, has failed."""
    suites = harness.services.rehearsals.suites
    suite = suites.save_test(suites.create(agent, "Desk"), SimpleTest("hours", "Breakfast hours", (SimpleStep("When?", ("7",)),)))
    frozen, now, content = harness.agents.versions.freeze(agent), harness.clock.now(), read(suite.text).content
    assert content is not None
    plan = RehearsalPlan(suite.id, suite.name, agent, suite.text, (frozen.id,))
    results = RehearsalStore(harness.base.database)
    results.open(RehearsalBatch(BatchId("b"), plan, "done", "", 1, now, now))
    run = RunResult(BatchId("b"), content.scenarios[0].id, frozen.id, 1, "fail", "", (), None, 900, now)
    results.add(run, cell_of(content.scenarios[0], frozen, plan, [run], 1))
    return frozen


def beside_launch(test) -> str:
    return next((one.value for one in test.caption if "ersion 1" in one.value or "not run" in one.value), "")


def test_launch_says_what_the_tests_say_of_the_version_that_it_starts(open_page, harness, agent, version):
    assert beside_launch(open_page()) == f":red[Version 1: {BADGE}]"
    save(harness, agent, **{"prompt.greeting": "Hi."})
    assert beside_launch(open_page()) == f":red[Tests not run on this draft. Version 1: {BADGE}]"
    harness.agents.versions.freeze(agent)
    assert beside_launch(open_page()) == "Version 2: tests not run"


def test_an_agent_without_tests_or_without_versions_has_no_line_beside_launch(open_page, harness, agent):
    assert beside_launch(open_page()) == ""
    harness.services.rehearsals.suites.create(agent, "Desk")
    assert launch_tests.tests_of(harness.agents.draft(agent)) is None
    assert beside_launch(open_page()) == ""


def test_a_version_that_is_compared_or_linked_shows_its_badge(open_page, harness, agent, version):
    test = open_page()
    choose(test, "versions")
    next(group for group in test.button_group if "versions_view" in str(group.key)).set_value("Compare").run()
    assert BADGE in [one.value for one in test.caption]
    test = open_page()
    choose(test, "link")
    assert BADGE not in [one.value for one in test.caption]
    next(box for box in test.selectbox if box.label == "Version").select("Version 1").run()
    assert BADGE in [one.value for one in test.caption]


def test_both_sides_of_a_comparison_of_results_show_their_badge(open_page, harness, agent, version):
    save(harness, agent, **{"prompt.greeting": "Hi."})
    harness.agents.versions.freeze(agent)
    test = open_page("pages/rehearse.py")
    captions = [one.value for one in test.caption]
    assert BADGE in captions
    assert "0 of 1 test passes · 1 not run" in captions
