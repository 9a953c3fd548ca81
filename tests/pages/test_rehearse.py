"""The Rehearse page: write a test in the form or as YAML, see results, open the conversation that decided."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.rehearse import grid
from greenroom.catalog.templates import TEMPLATES
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RehearsalPlan, RunResult
from greenroom.rehearsal.checks import CheckOutcome
from greenroom.rehearsal.reading import read
from greenroom.rehearsal.writing import SimpleStep, SimpleTest
from greenroom.services.rehearsals.batch_runner import BatchProgress
from greenroom.services.rehearsals.cells import cell_of
from greenroom.services.rehearsals.run_checks import FinishedRun
from greenroom.services.rehearsals.run_place import RunPlaces
from greenroom.store import RehearsalStore
from tests.pages.test_sessions import ended_session
from tests.pages.test_trends import pick
from tests.pages.test_versions import click

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

JUDGED = """rehearse: 1
name: Judged
scenarios:
- {id: dogs, caller: {lines: [{say: A dog}]}, expect: [{judge: says that dogs are welcome}]}
"""


@pytest.fixture
def suite(harness):
    suites = harness.services.rehearsals.suites
    made = suites.create(harness.agents.list()[0].id, "Front desk")
    return suites.save_test(made, SimpleTest("hours", "Breakfast hours", (SimpleStep("When is breakfast?", ("seven",)),)))


def test_without_tests_it_says_what_a_test_is(open_page):
    test = open_page("pages/rehearse.py")
    assert any("simulated call" in info.value for info in test.info)


def test_a_suite_is_created_from_the_tests_that_ship(open_page, harness):
    test = open_page("pages/rehearse.py")
    test.selectbox(key="rehearse_starter").set_value("hotel").run()
    test.button(key="rehearse_create").click().run()
    assert [e.value for e in test.exception] == []
    agent = harness.agents.list()[0].id
    (made,) = harness.services.rehearsals.suites.of(agent)
    assert made.name == "Front desk"
    assert test.button(key="rehearse_run").disabled is False
    test.text_input(key=f"tab/rehearse_suite_name/{agent}@t1").set_value("Night: desk")  # arrives with the click
    test.button(key="rehearse_create").click().run()
    named = {one.name: read(one.text).content for one in harness.services.rehearsals.suites.of(agent)}
    assert set(named) == {"Front desk", "Night: desk"}
    assert {content.name for content in named.values() if content is not None} == set(named)
    test.selectbox(key="rehearse_starter").set_value("").run()
    test.text_input(key=f"tab/rehearse_suite_name/{agent}@t2").set_value("Empty")
    test.button(key="rehearse_create").click().run()
    assert "Empty" in {one.name for one in harness.services.rehearsals.suites.of(agent)}


def test_the_form_and_the_yaml_are_two_views_of_one_file(open_page, harness, suite):
    test = open_page("pages/rehearse.py")
    field = next(one for one in test.text_area if (one.key or "").startswith("rehearse_yaml"))
    assert "When is breakfast?" in field.value
    field.set_value(field.value.replace("seven", "eight"))
    test.button(key="rehearse_save_yaml").click().run()
    assert [e.value for e in test.exception] == []
    saved = harness.services.rehearsals.suites.get(suite.id)
    content = read(saved.text).content
    assert content is not None
    assert content.scenarios[0].caller.lines[0].expect[0].value == ("eight",)


def test_a_test_is_written_line_by_line(open_page, harness, suite):
    test = open_page("pages/rehearse.py")

    def typed(part: str, text: str) -> None:
        next(one for one in test.text_input if (one.key or "").startswith(f"rehearse_{part}")).set_value(text)

    typed("title", "Knows the pool")
    typed("says/0", "Is there a pool?")
    typed("must/0", "no | not")
    next(button for button in test.button if button.label == "Add line").click().run()
    typed("says/3", "And a garden?")  # a fourth line; what was typed before still stands
    next(button for button in test.button if button.label == "Save test").click().run()
    assert [e.value for e in test.exception] == []
    content = read(harness.services.rehearsals.suites.get(suite.id).text).content
    assert content is not None
    made = next(one for one in content.scenarios if one.title == "Knows the pool")
    assert [line.say for line in made.caller.lines] == ["Is there a pool?", "And a garden?"]
    assert next(one for one in test.text_input if (one.key or "").startswith("rehearse_says/0")).value == ""


def test_add_line_keeps_what_was_typed_over_a_test_that_another_tab_saved(open_page, harness, suite):
    harness.services.rehearsals.suites.save_test(suite, SimpleTest("tea", "Knows tea", (SimpleStep("Tea?", ("yes",)),)))
    test = open_page("pages/rehearse.py")
    next(box for box in test.selectbox if box.label == "Test").select("tea").run()
    stored = harness.services.rehearsals.suites.get(suite.id)
    harness.services.rehearsals.suites.save_test(
        stored, SimpleTest("tea", "Knows green tea", (SimpleStep("Tea?", ("yes",)),)), "tea"
    )
    next(one for one in test.text_input if one.key.startswith("rehearse_says/1/")).set_value("And coffee?")
    next(button for button in test.button if button.label == "Add line").click().run()
    assert [error.value for error in test.exception] == []
    shown = {
        one.key.partition("/rehearse_form")[0]: one.value for one in test.text_input if (one.key or "").startswith("rehearse_")
    }
    assert (shown["rehearse_says/1"], shown["rehearse_title"]) == ("And coffee?", "Knows green tea")
    assert test.session_state["notice"].message == "Another tab saved this test while you typed."


def test_a_file_that_changed_elsewhere_is_shown_unless_one_types_in_it(open_page, harness, suite):
    test = open_page("pages/rehearse.py")
    suites = harness.services.rehearsals.suites

    def field():
        return next(one for one in test.text_area if (one.key or "").startswith("rehearse_yaml"))

    suites.save(suite.id, suite.text.replace("seven", "eight"), suite.revision)
    test.run()
    assert "eight" in field().value
    field().set_value(field().value.replace("eight", "nine")).run()
    newer = suites.get(suite.id)
    suites.save(suite.id, newer.text.replace("eight", "ten"), newer.revision)
    test.button(key="rehearse_save_yaml").click().run()  # pressed before the page knew
    assert "ten" in suites.get(suite.id).text
    assert "nine" in field().value
    assert any("changed in another tab" in warning.value for warning in test.warning)
    assert any("ten" in block.value for block in test.code), "their version"
    test.button(key="rehearse_keep_yaml").click().run()
    test.button(key="rehearse_save_yaml").click().run()
    assert "nine" in suites.get(suite.id).text
    field().set_value(field().value.replace("nine", "noon")).run()
    suites.save(suite.id, suite.text, suites.get(suite.id).revision)
    test.run()
    test.button(key="rehearse_load_yaml").click().run()
    assert "seven" in field().value


def test_faults_of_the_file_are_shown_with_their_line_and_nothing_can_run(open_page, harness, suite):
    harness.services.rehearsals.suites.save(suite.id, suite.text.replace("says", "sais"), suite.revision)
    test = open_page("pages/rehearse.py")
    assert any("Line" in error.value and "Did you mean “says”?" in error.value for error in test.error)
    assert not [button for button in test.button if button.key == "rehearse_run"]


def test_what_the_agent_does_not_have_is_shown_with_its_line(open_page, harness, suite):
    text = suite.text.replace("scenarios:", "tools: {findRoms: {give: 1}}\nscenarios:")
    harness.services.rehearsals.suites.save(suite.id, text, suite.revision)
    test = open_page("pages/rehearse.py")
    assert ["Line 3: The agent has no tool “findRoms”" in one.value for one in test.warning] == [True]


def test_deleting_a_suite_is_undone_with_its_history(open_page, harness, suite):
    test = open_page("pages/rehearse.py")
    test.button(key="rehearse_delete_suite").click().run()
    assert harness.services.rehearsals.suites.of(suite.agent_id) == []
    test.session_state["notice"].undo()
    assert [one.id for one in harness.services.rehearsals.suites.of(suite.agent_id)] == [suite.id]


@pytest.fixture
def failed(harness, suite):
    """The suite's test has failed on version 1, in a recorded call."""
    session_id = ended_session(harness)
    version = harness.agents.versions.of(suite.agent_id)[0]
    content = read(suite.text).content
    assert content is not None
    scenario = content.scenarios[0]
    plan = RehearsalPlan(suite.id, suite.name, suite.agent_id, suite.text, (version.id,), mode="voice")
    results = RehearsalStore(harness.base.database)
    now = harness.clock.now()
    results.open(RehearsalBatch(BatchId("b1"), plan, "done", "", 1, now, now))
    outcome = CheckOutcome("Says “seven”", "says", "fail", "Did not say “seven”.", 1, "They are welcome.")
    made = FinishedRun("fail", "Says “seven”: Did not say “seven”.", (outcome,), session_id)
    run = RunResult(BatchId("b1"), scenario.id, version.id, 1, "fail", made.reason, made.outcomes_json(), session_id, 900, now)
    results.add(run, cell_of(scenario, version, plan, [run], 1))
    return session_id


@pytest.mark.parametrize("column", ["v1", grid.TEST])
def test_a_cell_opens_the_conversation_with_the_words_that_decided(open_page, harness, suite, failed, column):
    test = open_page("pages/rehearse.py")
    table = next(table for table in test.dataframe if "Test" in table.value.columns)
    assert table.value.to_numpy().tolist() == [["Breakfast hours", "✗ Fail · voice"]]
    version = harness.agents.versions.of(suite.agent_id)[0]
    chosen = {"selection": {"rows": [], "columns": [], "cells": [[0, column]]}}
    test.session_state[grid.key(suite, [next(iter(read(suite.text).spans)), version.id])] = chosen
    test.run()
    shown = " ".join(markdown.value for markdown in test.markdown)
    assert "Did not say “seven”" in shown
    assert "“They are welcome\\.”" in shown
    assert "Decided here" in shown
    assert any("Voice, offline" in caption.value for caption in test.caption)


def test_runs_that_ended_in_an_error_can_be_repeated_until_the_tests_change(open_page, harness, suite, failed):
    content = read(suite.text).content
    assert content is not None
    version, scenario, now = harness.agents.versions.of(suite.agent_id)[0], content.scenarios[0], harness.clock.now()
    plan = RehearsalPlan(suite.id, suite.name, suite.agent_id, suite.text, (version.id,))
    results = RehearsalStore(harness.base.database)
    results.open(RehearsalBatch(BatchId("b2"), plan, "done", "", 1, now, now))
    run = RunResult(BatchId("b2"), scenario.id, version.id, 1, "error", "The twin stopped.", (), None, 900, now)
    results.add(run, cell_of(scenario, version, plan, [run], 1))
    test = open_page("pages/rehearse.py")
    assert any("1 run ended in an error, which decides nothing. The twin stopped" in caption.value for caption in test.caption)
    assert test.button(key="rehearse_repeat_errors").label == "Repeat it"
    test.session_state[grid.key(suite, [scenario.id, version.id])] = {
        "selection": {"rows": [], "columns": [], "cells": [[0, grid.TEST]]}
    }
    test.run()
    assert [markdown.value for markdown in test.markdown].count("The twin stopped\\.") == 1, "it is said once"
    harness.services.rehearsals.suites.save(suite.id, suite.text.replace("seven", "eight"), suite.revision)
    test.run()
    assert not [button for button in test.button if button.key == "rehearse_repeat_errors"]


def test_a_stopped_run_stands_beside_the_result_that_it_did_not_replace(open_page, harness, suite, failed):
    content = read(suite.text).content
    assert content is not None
    version, scenario, now = harness.agents.versions.of(suite.agent_id)[0], content.scenarios[0], harness.clock.now()
    plan = RehearsalPlan(suite.id, suite.name, suite.agent_id, suite.text, (version.id,), repeat=100)
    results, runs = RehearsalStore(harness.base.database), list[RunResult]()
    results.open(RehearsalBatch(BatchId("b2"), plan, "stopped", "", 100, now, now))
    for number in (1, 2):
        runs.append(RunResult(BatchId("b2"), scenario.id, version.id, number, "pass", "", (), None, 900, now))
        results.add(runs[-1], cell_of(scenario, version, plan, runs, 100))
    badge = harness.services.rehearsals.results.badges(suite.agent_id, [version.id])[version.id]
    assert (badge.failed, badge.unknown, badge.blocking_failed) == (1, 0, ("Breakfast hours",))
    test = open_page("pages/rehearse.py")
    table = next(table for table in test.dataframe if "Test" in table.value.columns)
    assert table.value["v1"].tolist() == ["✗ Fail · voice · … 2 of 100"]
    assert any("show their earlier result" in caption.value for caption in test.caption)
    chosen = {"selection": {"rows": [], "columns": [], "cells": [[0, "v1"]]}}
    test.session_state[grid.key(suite, [scenario.id, version.id])] = chosen
    test.run()
    assert any("A newer run stopped after 2 of 100 runs (2 pass)." in info.value for info in test.info)
    assert any("Did not say “seven”" in markdown.value for markdown in test.markdown)


def test_a_flaky_result_names_the_cause_and_shows_the_runs_that_differ_first(open_page, harness):
    text = JUDGED.replace("{id: dogs,", "{id: dogs, pass: 0.5,").replace("judge: says that dogs are welcome", "says: dogs")
    agent = harness.agents.list()[0].id
    suite = harness.services.rehearsals.suites.create(agent, "Flaky", text)
    content, version, now = read(text).content, harness.agents.versions.freeze(agent), harness.clock.now()
    assert content is not None
    scenario = content.scenarios[0]
    plan = RehearsalPlan(suite.id, suite.name, agent, text, (version.id,), repeat=14)
    results, runs = RehearsalStore(harness.base.database), list[RunResult]()
    results.open(RehearsalBatch(BatchId("b3"), plan, "done", "", 14, now, now))
    for number in range(1, 15):
        verdict = "error" if number == 14 else "pass"
        runs.append(RunResult(BatchId("b3"), scenario.id, version.id, number, verdict, "", (), None, 900, now))
        results.add(runs[-1], cell_of(scenario, version, plan, runs, 14))
    test = open_page("pages/rehearse.py")
    test.session_state[grid.key(suite, [scenario.id, version.id])] = {
        "selection": {"rows": [], "columns": [], "cells": [[0, "v1"]]}
    }
    test.run()
    assert any("because of this computer.** 1 of 14 runs" in markdown.value for markdown in test.markdown)
    assert [one.label for one in test.expander if one.label.startswith("Run ")][:2] == ["Run 14: Error", "Run 2: Pass"]


def test_results_appear_as_runs_finish(open_page, harness, suite):
    content = read(suite.text).content
    assert content is not None
    version, scenario = harness.agents.versions.freeze(suite.agent_id), content.scenarios[0]
    plan = RehearsalPlan(suite.id, suite.name, suite.agent_id, suite.text, (version.id,), repeat=3)
    results, now = RehearsalStore(harness.base.database), harness.clock.now()
    results.open(RehearsalBatch(BatchId("b2"), plan, "running", "", 3, now))
    runner, progress = harness.services.rehearsals._runner, BatchProgress(3)
    runner._active[BatchId("b2")] = progress
    test = open_page("pages/rehearse.py")
    assert any("Results appear here as runs finish" in info.value for info in test.info)
    runs: list[RunResult] = []
    for number, shown in ((1, "… 1 of 3 runs"), (2, "… 2 of 3 runs"), (3, "✓ Pass 3/3")):
        runs.append(RunResult(BatchId("b2"), scenario.id, version.id, number, "pass", "", (), None, 900, now))
        results.add(runs[-1], cell_of(scenario, version, plan, runs, 3))
        progress.done = number
        test.run()
        assert [table.value["v1"].tolist() for table in test.dataframe if "Test" in table.value.columns] == [[shown]]


def test_a_run_is_chosen_by_tag(open_page, harness, suite):
    text = suite.text.replace("  title:", "  tags: [smoke]\n  title:", 1)
    assert text != suite.text
    harness.services.rehearsals.suites.save(suite.id, text, suite.revision)
    test = open_page("pages/rehearse.py")
    chooser = next(one for one in test.multiselect if one.label == "Tests")
    assert chooser.options[0] == "Tag: smoke"
    chooser.select("tag:smoke").run()
    assert any("1 run ·" in caption.value for caption in test.caption)


def test_trends_show_what_a_versions_tests_say_and_lead_to_them(open_page, harness, suite, failed):
    harness.agents.versions.freeze(harness.agents.create(TEMPLATES[1]).id)  # another agent, without tests
    test = open_page("pages/trends.py")
    assert test.dataframe[0].value["Tests"].tolist() == ["0 of 1 pass · 1 fails"]
    pick(test, 0, "Tests")
    assert test.title[0].value == "Rehearse"
    assert test.selectbox(key="rehearse_agent@t1").value == suite.agent_id


def test_relaunching_a_version_whose_blocking_tests_fail_warns(open_page, harness, suite, failed):
    test = open_page("pages/session.py", id=failed)
    next(button for button in test.button if "aunch" in button.label).click().run()
    notice = test.session_state["notice"]
    assert "1 blocking test fails on version 1" in notice.message


def test_a_thumb_down_on_a_turn_becomes_a_test(open_page, harness):
    session_id = ended_session(harness)
    turn = next(one for one in harness.records.get(session_id).turns if one.speaker == "agent" and one.source != "greeting")
    test = open_page("pages/session.py", id=session_id)
    test.feedback(key=f"thumb/{session_id}/{turn.turn_id}").set_value(0).run()
    moment = f"{session_id}/{turn.turn_id}/0"
    test.text_input(key=f"moment_title/{moment}").set_value("Dogs are welcome")
    test.text_input(key=f"moment_must/{moment}").set_value("welcome | of course")
    next(button for button in test.button if button.label == "Save test").click().run()
    assert [e.value for e in test.exception] == []
    (suite,) = harness.services.rehearsals.suites.of(harness.agents.list()[0].id)
    content = read(suite.text).content
    assert suite.name == "Regressions"
    assert content is not None
    (scenario,) = content.scenarios
    assert scenario.title == "Dogs are welcome"
    assert scenario.caller.lines[0].expect[0].value == ("welcome", "of course")
    assert scenario.origin is not None
    assert scenario.origin.session == session_id
    table = next(table for table in open_page("pages/rehearse.py").dataframe if "Test" in table.value.columns)
    assert table.value.to_dict("records") == [{"Test": "Dogs are welcome", grid.LAST_FAILED: "v1"}]


def test_sharing_a_version_whose_blocking_tests_fail_warns_before_and_after(open_page, harness, suite, failed):
    test = open_page()
    click(test, "share")
    assert any("1 blocking test fails" in warning.value for warning in test.warning)
    harness.services.guest_links.create(GuestLinkOptions(agent_id=suite.agent_id), "")
    listed = open_page("pages/guest_links.py")
    assert any("0 of 1 test passes" in warning.value for warning in listed.warning)


def test_the_page_of_a_session_says_what_the_tests_of_its_version_say(open_page, failed):
    test = open_page("pages/session.py", id=failed)
    assert any("Version 1: 0 of 1 test passes · 1 fails" in caption.value for caption in test.caption)
    listed = open_page("pages/sessions.py")
    assert listed.dataframe[0].value["Tests"].tolist() == [None], "read without being shown"
    listed.button_group(key="session_columns").set_value(["Version", "Tests"]).run()
    assert listed.dataframe[0].value["Tests"].tolist() == ["0 of 1 pass · 1 fails"]


def test_the_pm_labels_replies_of_own_sessions_and_takes_the_last_label_back(open_page, harness, suite):
    ended_session(harness)
    harness.services.rehearsals.suites.save(suite.id, JUDGED, suite.revision)
    test = open_page("pages/rehearse.py")
    assert any("is too small" in info.value for info in test.info)
    assert "Dogs are" in " ".join(markdown.value for markdown in test.markdown)
    test.button(key="label_pass").click().run()
    assert [e.value for e in test.exception] == []
    (label,) = harness.services.rehearsals.labels.own()
    assert (label.label, label.criterion) == ("pass", "says that dogs are welcome")
    assert any("1 label of yours: 1 pass, 0 fail" in caption.value for caption in test.caption)
    test.button(key="label_undo").click().run()
    assert harness.services.rehearsals.labels.own() == []


def test_agora_is_refused_in_words_or_chosen_with_a_spending_cap(open_page, harness, suite):
    test = open_page("pages/rehearse.py")
    where = f"rehearse_where/{suite.id}"
    test.selectbox(key=where).set_value("agora").run()
    assert test.button(key="rehearse_run").disabled
    assert any("no Agora project" in caption.value and "AGORA_APP_ID" in caption.value for caption in test.caption)
    rehearsals = harness.services.rehearsals
    rehearsals.places = RunPlaces(replace(harness.config, place="cloud"), lambda: "/usr/bin/chromium")
    test.run()
    test.number_input(key=f"rehearse_usd/{suite.id}").set_value(0.02)  # arrives with the click
    test.button(key="rehearse_run").click().run()
    assert [e.value for e in test.exception] == []
    (batch,) = rehearsals.results.batches(suite.id)
    assert rehearsals.wait(batch.id, 60)
    assert (batch.plan.where, batch.plan.usd) == ("agora", 0.02)
    assert ["of $0.02 spent" in run.reason for run in rehearsals.results.report(batch.id).runs] == [True]
