"""Test strength over stored batches: which lines a result covers, and what a stopped check may say."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import replace

import pytest

from greenroom.clock import Clock
from greenroom.model.agent import Version
from greenroom.model.rehearsal import BatchId, RehearsalBatch, RehearsalPlan, Suite, SuiteId
from greenroom.services.rehearsals.strength import NOTHING, SuiteStrengthService
from greenroom.store import AgentStore, Database, RehearsalStore
from tests.databases import migrated_sqlite
from tests.store.records import NOON
from tests.store.test_rehearsals import a_cell, a_run

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

LINES = [f"Rule number {number} holds." for number in range(1, 26)]


class InstantBatches:
    """Runs nothing: each batch is stored as done, with one test, which fails in those of ``fails``.

    ``hold`` keeps :meth:`wait` from returning.
    """

    def __init__(self, store: RehearsalStore, version: Version) -> None:
        self.store, self.version = store, version
        self.hold: threading.Event | None = None
        self.fails = {LINES[0]}
        self.stopped: list[BatchId] = []
        self.opened = 0
        self.why: defaultdict[BatchId, str] = defaultdict(str)

    def run(self, plan: RehearsalPlan) -> RehearsalBatch:
        self.opened += 1
        batch_id = BatchId(f"b{self.opened:03d}")
        batch = RehearsalBatch(batch_id, plan, "done", "me", 1, NOON.replace(second=self.opened % 60, minute=self.opened // 60))
        cell = a_cell(self.version, batch_id, suite_id=plan.suite_id, verdict="fail" if plan.suite_name in self.fails else "pass")
        self.store.open(batch)
        self.store.add(a_run(self.version, 1, batch_id), cell)
        return batch

    def wait(self, batch_id: BatchId) -> None:
        if self.hold is not None:
            assert self.hold.wait(20)

    def stop(self, batch_id: BatchId) -> None:
        self.stopped.append(batch_id)
        self.store.move(batch_id, "stopped", "me", NOON)
        if self.hold is not None:
            self.hold.set()


@pytest.fixture
def database(tmp_path):
    database = Database(migrated_sqlite(tmp_path / "greenroom.db"))
    yield database
    database.close()


@pytest.fixture
def agents(database):
    return AgentStore(database, Clock())


@pytest.fixture
def batches(database, agents):
    agent = agents.create("Ava", {"prompt.system": " ".join(LINES)})
    return InstantBatches(RehearsalStore(database), agents.freeze(agent.id))


@pytest.fixture
def strength(batches, agents):
    store = batches.store
    return SuiteStrengthService(
        run=batches.run,
        wait=batches.wait,
        stop=batches.stop,
        batches=store.batches,
        verdicts=store.verdicts,
        version=agents.version,
        why_broken=batches.why.__getitem__,
    )


@pytest.fixture
def suite(batches):
    return Suite(SuiteId("s1"), batches.version.agent_id, "Rules", "rehearse: 1", 1, NOON)


def test_a_prompt_of_more_lines_than_a_list_shows_is_covered_in_its_order(strength, batches, suite):
    assert strength.start(suite, batches.version).over.wait(20)
    found = strength.result(suite)
    assert (list(found.lines), found.unchecked) == (LINES, ())
    assert found.toothless == (), "the first line was noticed"
    assert [line for line in found.lines if not found.noticed[line]] == LINES[1:]


def test_a_test_that_fails_with_the_whole_prompt_notices_nothing_and_is_named(strength, batches, suite):
    batches.fails = {NOTHING, *LINES}
    assert strength.start(suite, batches.version).over.wait(20)
    found = strength.result(suite)
    assert len(found.failing) == 1
    assert (set(found.noticed.values()), found.toothless) == ({()}, ())


def test_a_stopped_check_ends_its_batch_and_calls_no_test_toothless(strength, batches, suite):
    batches.hold = threading.Event()
    progress = strength.start(suite, batches.version)
    assert strength.start(suite, batches.version) is progress, "one check at a time"
    while progress.batch is None:
        progress.over.wait(0.01)
    strength.stop(suite.id)
    assert progress.over.wait(20)
    assert batches.stopped == [progress.batch]
    assert strength.result(suite) is None, "a batch that was stopped says nothing"
    for line in LINES[1:4]:
        batches.run(RehearsalPlan(SuiteId("s1/strength"), line, suite.agent_id, suite.text, (batches.version.id,), repeat=1))
    found = strength.result(suite)
    assert (list(found.lines), len(found.unchecked), found.toothless) == (LINES[1:4], 22, ())
    assert strength.result(replace(suite, text="rehearse: 1\n")) is None


def test_a_check_that_the_days_limit_ended_says_so(batches, strength, suite):
    batches.why[BatchId("b002")] = "Calls used 60 of 60 minutes in 24 hours."
    progress = strength.start(suite, batches.version)
    assert progress.over.wait(20)
    assert (progress.done, batches.opened) == (1, 2)
    assert strength.error(suite.id) == "Calls used 60 of 60 minutes in 24 hours."
