"""Runs on Agora: refused in words where they can't be, stopped by their spending cap, and never greener than what is known."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from greenroom.catalog.prices import cost_of
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import REHEARSAL
from greenroom.rehearsal.reading import read
from greenroom.services import Services
from greenroom.services.rehearsals import CannotRunThere, OfflineBeside, report
from greenroom.services.rehearsals.batch_jobs import scenarios_of
from greenroom.services.rehearsals.money_cap import AROUND_S, MoneyCap
from greenroom.services.rehearsals.run_place import RunPlaces
from tests.services.conftest import Harness, make_harness
from tests.services.rehearsals.suites import HOTEL, plan

pytestmark = [pytest.mark.twin, pytest.mark.sqlite_only]

AGORA = HOTEL.replace("rehearse: 1", "rehearse: 1\nwhere: agora\nlimits: {seconds: 60, usd: 0.05}")
TOOL = {
    "type": "function",
    "function": {"name": "orderStatus", "description": "Looks an order up.", "parameters": {"type": "object", "properties": {}}},
    "server": {"method": "GET", "url": "https://orders.example.com/status"},
}


@pytest.fixture
def live(twin, tmp_path) -> Harness:
    """An installation whose agents run at Agora; nothing in these tests gets as far as to call it."""
    made = make_harness(twin.url, tmp_path, place="cloud")
    made.services.rehearsals.places = RunPlaces(made.config, lambda: "/usr/bin/chromium")
    return made


def test_a_run_starts_only_if_the_most_that_it_may_cost_is_left():
    async def work() -> tuple[float, str]:
        cap = MoneyCap(cost_of(100), spent_s=20)
        assert await cap.reserve(40) == ""
        waiting = asyncio.create_task(cap.reserve(60))
        await asyncio.sleep(0)
        assert not waiting.done()  # 40 of 80 seconds are taken by a run that may need less
        cap.settle(40, 10)
        assert await waiting == ""
        cap.settle(60, 60)
        return cap.spent, await cap.reserve(20)

    spent, reason = asyncio.run(work())
    assert spent == pytest.approx(cost_of(90))
    assert "Cap reached: $0.15 of $0.17 spent, and this run may cost up to $0.03" in reason


def test_what_the_cap_does_not_allow_is_an_error_and_starts_no_agent(live):
    rehearsals = live.services.rehearsals
    batch = rehearsals.run(plan(live, AGORA))
    assert rehearsals.wait(batch.id, 60)
    found = rehearsals.results.report(batch.id)
    assert {run.verdict for run in found.runs} == {"error"}
    assert all(f"up to ${cost_of(60 + AROUND_S):.2f}" in run.reason for run in found.runs)
    assert report.exit_code_of([found]) == 2
    assert [run.session_id for run in found.runs] == [None, None]


def test_the_cap_and_the_place_of_the_plan_come_before_those_of_the_file(harness, live):
    rehearsals = live.services.rehearsals
    batch = rehearsals.run(plan(live, HOTEL, where="agora", usd=0.02))
    assert rehearsals.wait(batch.id, 60)
    assert all("$0.00 of $0.02" in run.reason for run in rehearsals.results.report(batch.id).runs)
    assert {one.mode for one in scenarios_of(plan(live, AGORA))} == {"voice"}
    assert {one.mode for one in scenarios_of(plan(live, AGORA, where="twin"))} == {"text"}


def test_the_estimate_is_of_talking_at_agora_s_price(live):
    asked = plan(live, AGORA)
    found = live.services.rehearsals.estimate_of(asked)
    assert found.runs == 2
    assert found.price == pytest.approx(cost_of(2 * 30))
    assert found.enough(cost_of(2 * 30 + 60 + AROUND_S) + 0.001)
    assert not found.enough(cost_of(2 * 30))


def test_runs_that_broke_say_nothing_about_the_length_of_others(live):
    rehearsals = live.services.rehearsals
    suite = rehearsals.suites.create(live.agents.list()[0].id, "Front desk")
    batch = rehearsals.run(plan(live, AGORA, suite_id=suite.id))
    assert rehearsals.wait(batch.id, 60)
    assert rehearsals.estimate_of(plan(live, AGORA, suite_id=suite.id)).price == pytest.approx(cost_of(2 * 30))


def test_without_a_project_or_a_browser_it_says_what_is_missing(harness, live):
    with pytest.raises(CannotRunThere, match="no Agora project") as refused:
        harness.services.rehearsals.run(plan(harness, AGORA))
    assert "AGORA_APP_ID" in refused.value.advice
    with pytest.raises(CannotRunThere, match="cost money"):
        live.services.rehearsals.run(plan(live, HOTEL))  # never by itself where it costs money
    live.services.rehearsals.places = RunPlaces(live.config, lambda: "")
    with pytest.raises(CannotRunThere, match="need Chromium"):
        live.services.rehearsals.run(plan(live, AGORA))
    with pytest.raises(CannotRunThere, match="by voice"):
        live.services.rehearsals.run(plan(live, AGORA, mode="text"))


def test_tests_of_this_computer_run_beside_an_agora_project(twin, tmp_path):
    """With services of their own, started by the first run and stopped with the studio; their results are in the same grid."""
    stopped: list[str] = []

    @contextlib.contextmanager
    def offline() -> Iterator[Services]:
        yield make_harness(twin.url, tmp_path, place="twin").services
        stopped.append("once")

    beside = OfflineBeside(offline)
    live = make_harness(twin.url, tmp_path, place="cloud", beside=beside)
    rehearsals = live.services.rehearsals
    suite = rehearsals.suites.create(live.agents.list()[0].id, "Front desk", HOTEL)
    asked = plan(live, HOTEL, suite_id=suite.id, repeat=2)
    found = rehearsals.estimate_of(asked)
    assert (found.price, "No Agora charges" in found.cost.note or "Free" in found.cost.note) == (0, True)
    assert beside.running is None
    batch = rehearsals.run(asked)
    assert not rehearsals.interrupted(rehearsals.results.batch(batch.id))
    assert rehearsals.wait(batch.id, 120)
    assert {cell.verdict for cell in rehearsals.results.report(batch.id).cells} == {"pass", "fail"}
    grid = rehearsals.results.grid(suite, [live.agents.versions.get(version) for version in asked.versions])
    assert {ran.where for ran in grid.ran.values()} == {"twin"}
    slow = rehearsals.run(plan(live, HOTEL.replace("wait: greeting", "wait: 60000"), suite_id=suite.id))
    assert rehearsals.progress(slow.id) is not None
    rehearsals.stop(slow.id)
    assert rehearsals.wait(slow.id, 60)
    assert rehearsals.results.batch(slow.id).state == "stopped"
    rehearsals.close()
    assert stopped == ["once"]


@pytest.mark.parametrize(
    ("change", "usd", "reason"),
    [
        ("", 1.0, "On Agora the agent calls its real tools"),
        ("tools: {orderStatus: [{give: {}}]}\n", 1.0, "Mocked tools work offline only."),
        ("otherwise: live\n", 0.01, "Cap reached"),
    ],
)
def test_no_real_tool_is_called_unless_the_test_says_so(live, change, usd, reason):
    agent = live.agents.list()[0]
    draft = live.agents.draft(agent.id)
    live.agents.save(agent.id, {**draft.settings, "tools.functions": [TOOL]}, draft.revision)
    rehearsals = live.services.rehearsals
    batch = rehearsals.run(plan(live, AGORA.replace("where:", f"{change}where:"), scenarios=("sauna",), usd=usd))
    assert rehearsals.wait(batch.id, 60)
    (run,) = rehearsals.results.report(batch.id).runs
    assert run.verdict == "error"
    assert reason in run.reason


def test_tool_calls_at_agora_are_unknown_and_not_none(live):
    """Agora reports no tool calls: an empty record must not make ``calls: []`` pass."""
    version = live.agents.versions.freeze(live.agents.list()[0].id)
    session = live.calls.launch(LaunchRequest(version=version.id, origin=REHEARSAL, caller="simulated")).session_id
    single = live.services.rehearsals._runner._single
    call = SimpleNamespace(session_id=session)
    assert single._tool_calls(call, {"prompt.system": "Hello."}) == []  # an agent without tools calls none
    assert single._tool_calls(call, {"tools.functions": [TOOL]}) is None
    live.calls.end(session, "stopped")


def test_another_cap_changes_no_verdict():
    digests = {read(AGORA.replace("0.05", usd)).content.scenarios[0].digest for usd in ("0.05", "3")}  # type: ignore[union-attr]
    assert len(digests) == 1
    assert read(AGORA).content == replace(read(AGORA).content, usd=0.05)  # type: ignore[type-var]
