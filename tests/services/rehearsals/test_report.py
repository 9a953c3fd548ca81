"""Reports: no reader takes what wasn't proved for a pass."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

from greenroom.model.agent import VersionId
from greenroom.model.rehearsal import BatchId, ScenarioResult, SuiteId
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


def test_a_watched_test_that_fails_is_skipped_in_junit_and_alone_decides_nothing():
    found = a_report(a_cell("mood", "fail", "watch"))
    (suite,) = ET.fromstring(report.junit([found]))
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")
    assert suite[0][0].get("message") == "Watched, fail: Why."
    assert report.exit_code_of([found]) == 2
    assert "all of these are watched" in report.text(found)
    both = a_report(a_cell("mood", "fail", "watch"), a_cell("parking", "pass"))
    assert report.exit_code_of([both]) == 0


@pytest.mark.parametrize("verdict", ["unknown", "error", "a verdict of a later version"])
def test_what_is_undecided_is_an_error(verdict):
    (suite,) = ET.fromstring(report.junit([a_report(a_cell("dogs", verdict))]))
    assert (suite.get("errors"), suite.get("skipped")) == ("1", "0")
