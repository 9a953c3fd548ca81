"""Reports: no reader takes what wasn't proved for a pass."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from greenroom.model.agent import VersionId
from greenroom.model.rehearsal import BatchId, RunResult, ScenarioResult, SuiteId
from greenroom.model.session import SessionId
from greenroom.services.rehearsals import report
from greenroom.services.rehearsals.report import SuiteReport

pytestmark = pytest.mark.unit

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def a_cell(scenario: str, verdict: str, gate: str = "block") -> ScenarioResult:
    counts = [int(verdict == one) for one in ("pass", "fail", "unknown", "error")]
    passed, failed, unknown, error = counts
    ids = {"batch_id": BatchId("b"), "suite_id": SuiteId(""), "scenario_id": scenario, "version_id": VersionId("v")}
    return ScenarioResult(
        **ids,
        version_number=1,
        digest="d",
        gate=gate,
        verdict=verdict,
        reason="Why.",
        passed=passed,
        failed=failed,
        unknown=unknown,
        error=error,
        planned=1,
        session_id=None,
        turn_id=None,
        decided_at=NOON,
    )


def a_report(*cells: ScenarioResult, planned: tuple[tuple[str, str, int], ...] = ()) -> SuiteReport:
    return SuiteReport("Desk", planned or tuple((one.scenario_id, one.gate, 1) for one in cells), cells, ())


def test_a_test_that_did_not_run_is_an_error_everywhere():
    found = a_report(a_cell("parking", "pass"), planned=(("parking", "block", 1), ("dogs", "block", 1)))
    assert report.exit_code_of([found]) == 2
    assert report.summary(found) == "1 of 2 pass · 1 not run"
    assert "– dogs v1" in report.text(found)
    assert "dogs v1<td><td class=unknown>– not run" in report.page([found])
    (suite,) = ET.fromstring(report.junit([found]))
    assert (suite.get("tests"), suite.get("errors"), suite.get("failures")) == ("2", "1", "0")
    line = json.loads(report.jsonl([found]).splitlines()[0])
    assert (line["scenario"], line["verdict"], line["reason"]) == ("dogs v1", "unknown", "It did not run.")


def test_the_page_names_tests_by_their_titles():
    cell = a_cell("dogs", "pass")
    found = report.SuiteReport("Desk", (("dogs", "block", 1),), (cell,), (), titles={"dogs": "Welcomes <dogs>"})
    assert "<td>Welcomes &lt;dogs&gt;<br><small>dogs</small><td>v1" in report.page([found])
    assert "<td>dogs<td>v1" in report.page([a_report(cell)]), "one without a title"


def test_what_ended_a_run_early_is_said_where_it_did_not_run():
    found = replace(a_report(planned=(("dogs", "block", 1),)), why="The daily limit is reached.")
    (suite,) = ET.fromstring(report.junit([found]))
    assert suite[0][0].get("message") == "It did not run. The daily limit is reached."
    assert "The daily limit" in report.text(found)
    assert "The daily limit" in report.page([found])


def test_a_run_that_broke_before_it_had_results_says_why_in_each_file():
    files = report.unfinished("There is no agent <Nobody>.")
    (suite,) = ET.fromstring(files["junit"])
    assert (suite.get("errors"), suite[0][0].get("message")) == ("1", "There is no agent <Nobody>.")
    assert json.loads(files["jsonl"])["reason"] == "There is no agent <Nobody>."
    assert "&lt;Nobody&gt;" in files["html"]
    assert all('name="viewport"' in page for page in (files["html"], report.page([])))


def test_json_lines_say_what_no_single_run_says():
    """One run that passes doesn't prove 95%, and what is watched proves nothing: without these lines all of them read "pass"."""
    passed = RunResult(BatchId("b"), "dogs", VersionId("v"), 1, "pass", "", [], SessionId("s1"), 900, NOON)
    open_one = SuiteReport("Desk", (("dogs", "block", 1),), (a_cell("dogs", "unknown"),), (passed,))
    watched = SuiteReport("Desk", (("dogs", "watch", 1),), (a_cell("dogs", "pass", "watch"),), (passed,))
    decided = SuiteReport("Desk", (("dogs", "block", 1),), (a_cell("dogs", "pass"),), (passed,))
    said = [[json.loads(line)["verdict"] for line in report.jsonl([one]).splitlines()] for one in (open_one, watched, decided)]
    assert said == [["pass", "unknown"], ["pass", "unknown"], ["pass"]]
    assert [report.exit_code_of([one]) for one in (open_one, watched, decided)] == [2, 2, 0]


def test_junit_names_the_checks_that_failed_and_the_session():
    cell = a_cell("dogs", "fail")
    outcome = {"title": "Says “dogs”", "verdict": "fail", "reason": "Did not say “dogs”.", "quote": "No pets."}
    run = RunResult(BatchId("b"), "dogs", VersionId("v"), 1, "fail", "Why.", [outcome], SessionId("s1"), 900, NOON)
    (suite,) = ET.fromstring(report.junit([SuiteReport("Desk", (("dogs", "block", 1),), (cell,), (run,))]))
    assert suite[0][0].text == "Run 1: fail. Why. (session s1)\n  fail: Says “dogs”: Did not say “dogs”. “No pets.”"


def test_a_watched_test_that_fails_is_skipped_in_junit_and_alone_decides_nothing():
    found = a_report(a_cell("mood", "fail", "watch"))
    (suite,) = ET.fromstring(report.junit([found]))
    assert (suite.get("failures"), suite.get("skipped"), suite.get("errors")) == ("0", "1", "1")  # as its exit code isn't 0
    assert suite[0][0].get("message") == "Watched, fail: Why."
    assert report.exit_code_of([found]) == 2
    assert "all of these are watched" in report.text(found)
    assert "All of these are watched" in report.page([found])
    both = a_report(a_cell("mood", "fail", "watch"), a_cell("parking", "pass"))
    assert report.exit_code_of([both]) == 0
    assert ET.fromstring(report.junit([both]))[0].get("errors") == "0"


@pytest.mark.parametrize("verdict", ["unknown", "error", "a verdict of a later version"])
def test_what_is_undecided_is_an_error(verdict):
    (suite,) = ET.fromstring(report.junit([a_report(a_cell("dogs", verdict))]))
    assert (suite.get("errors"), suite.get("skipped")) == ("1", "0")
