"""Suites and the results of rehearsals, on both databases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from greenroom.errors import Conflict, NotFound
from greenroom.model.agent import Version
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RehearsalPlan, RunResult, ScenarioResult, SuiteId
from greenroom.store import Database, RehearsalStore, SuiteStore
from tests.store.records import NOON

pytestmark = pytest.mark.unit


@pytest.fixture
def rehearsals(database: Database) -> RehearsalStore:
    return RehearsalStore(database)


def a_batch(version: Version, batch_id: str = "b1", **changes: Any) -> RehearsalBatch:
    plan = RehearsalPlan(SuiteId("s1"), "Front desk", version.agent_id, "rehearse: 1", (version.id,), repeat=2)
    values: dict[str, Any] = {"id": BatchId(batch_id), "plan": plan, "state": "running", "owner": "me", "planned": 2}
    return RehearsalBatch(**{**values, "created_at": NOON, **changes})


def a_run(version: Version, number: int = 1, batch_id: str = "b1") -> RunResult:
    outcomes = [{"title": "says ten", "verdict": "pass"}]
    return RunResult(BatchId(batch_id), "breakfast", version.id, number, "pass", "", outcomes, None, 900, NOON)


def a_cell(version: Version, batch_id: str = "b1", **changes: Any) -> ScenarioResult:
    cell = ScenarioResult(
        BatchId(batch_id), SuiteId("s1"), "breakfast", version.id, 1, "d1", "block", "pass", "", 1, 0, 0, 0, 2, None, None, NOON
    )
    return replace(cell, **changes)


def test_finished_runs_are_kept_and_the_cell_follows_them(rehearsals, version):
    rehearsals.open(a_batch(version))
    rehearsals.add(a_run(version), a_cell(version, verdict="unknown"))
    rehearsals.add(a_run(version, 2), a_cell(version, passed=2))
    assert [run.number for run in rehearsals.runs(BatchId("b1"))] == [1, 2]
    assert [cell.verdict for cell in rehearsals.verdicts(BatchId("b1"))] == ["pass"]
    batch = rehearsals.batch(BatchId("b1"))
    assert (batch.done, batch.plan.versions, batch.plan.repeat) == (2, (version.id,), 2)
    assert [run.outcomes for run in rehearsals.runs(BatchId("b1"), "breakfast", version.id)] == [a_run(version).outcomes] * 2


def test_the_mean_length_is_of_the_batch_alone(rehearsals, version):
    rehearsals.open(a_batch(version))
    assert rehearsals.mean_length_ms(BatchId("b1")) is None
    rehearsals.add(replace(a_run(version), length_ms=700), a_cell(version))
    rehearsals.add(a_run(version, 2), a_cell(version))
    rehearsals.open(a_batch(version, "b2"))
    rehearsals.add(a_run(version, batch_id="b2"), a_cell(version, "b2"))
    assert rehearsals.mean_length_ms(BatchId("b1")) == 800


def test_a_run_is_stored_once(rehearsals, version):
    rehearsals.open(a_batch(version))
    rehearsals.add(a_run(version), a_cell(version))
    with pytest.raises(Conflict):
        rehearsals.add(a_run(version), a_cell(version, verdict="fail"))
    assert [cell.verdict for cell in rehearsals.verdicts(BatchId("b1"))] == ["pass"]


def test_the_newest_verdict_of_each_scenario_and_digest_counts(rehearsals, version):
    for number, (verdict, digest) in enumerate([("fail", "d1"), ("pass", "d1"), ("fail", "d2")]):
        batch_id = f"b{number}"
        rehearsals.open(a_batch(version, batch_id))
        cell = a_cell(version, batch_id, verdict=verdict, digest=digest, decided_at=NOON.replace(minute=number))
        rehearsals.add(a_run(version, 1, batch_id), cell)
    found = rehearsals.newest([SuiteId("s1")], [version.id])
    assert {(cell.digest, cell.verdict) for cell in found} == {("d1", "pass"), ("d2", "fail")}
    assert rehearsals.newest([SuiteId("other")]) == []


def test_a_clock_that_was_set_back_makes_no_older_verdict_the_newest(rehearsals, version):
    for number, verdict in enumerate(["pass", "fail", "fail"]):
        rehearsals.open(a_batch(version, f"b{number}"))
        cell = a_cell(version, f"b{number}", verdict=verdict, decided_at=NOON.replace(hour=11 - number))
        rehearsals.add(a_run(version, 1, f"b{number}"), cell)
        rehearsals.add(a_run(version, 2, f"b{number}"), cell)
        (found,) = rehearsals.newest([SuiteId("s1")], [version.id])
        assert (found.batch_id, found.verdict) == (f"b{number}", verdict)


def test_a_batch_that_was_stopped_replaces_no_verdict_that_it_cannot_decide(rehearsals, version):
    def stored(batch_id: str, minute: int, **changes) -> None:
        rehearsals.open(a_batch(version, batch_id))
        cell = a_cell(version, batch_id, decided_at=NOON.replace(minute=minute), **changes)
        rehearsals.add(a_run(version, 1, batch_id), cell)

    def standing() -> tuple[str, str | None]:
        ((decided, newer),) = rehearsals.standing([SuiteId("s1")], [version.id])
        assert rehearsals.newest([SuiteId("s1")], [version.id]) == [decided]
        return decided.batch_id, newer and newer.batch_id

    stored("b0", 0, verdict="unknown", planned=100)
    assert standing() == ("b0", None), "there is no other"
    stored("b1", 1, planned=1)
    assert standing() == ("b1", None)
    stored("b2", 2, verdict="unknown", passed=2, planned=100)
    assert standing() == ("b1", "b2")
    stored("b3", 3, verdict="error", passed=1, error=1, planned=100)
    assert standing() == ("b1", "b3")
    stored("b4", 4, verdict="fail", passed=1, failed=1, planned=100)
    assert standing() == ("b4", None), "one failure decides"
    stored("b5", 5, verdict="unknown", passed=0, unknown=1, planned=1)
    assert standing() == ("b5", None), "it is through, and undecided"


def test_a_batch_is_stopped(rehearsals, version):
    rehearsals.open(a_batch(version))
    rehearsals.add(a_run(version), a_cell(version))
    rehearsals.move(BatchId("b1"), "stopped", "me", NOON)
    assert [(batch.id, batch.state) for batch in rehearsals.batches(SuiteId("s1"))] == [("b1", "stopped")]


def test_an_unknown_batch_is_not_found(rehearsals):
    with pytest.raises(NotFound):
        rehearsals.batch(BatchId("b1"))


def test_a_suite_is_saved_at_its_revision(database, clock, version):
    suites = SuiteStore(database, clock)
    suite = suites.create(SuiteId("s1"), version.agent_id, "Front desk", "rehearse: 1")
    assert suites.save(suite.id, "Desk", "rehearse: 1\n", suite.revision).revision == 2
    with pytest.raises(Conflict):
        suites.save(suite.id, "Desk", "other", suite.revision)
    assert [one.name for one in suites.of(version.agent_id)] == ["Desk"]
    suites.delete(suite.id)
    with pytest.raises(NotFound):
        suites.get(suite.id)
