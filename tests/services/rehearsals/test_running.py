"""Runs over a real twin: conversations happen, are recorded, judged, stopped and resumed."""

from __future__ import annotations

import pytest

from greenroom.catalog.templates import KAI
from greenroom.errors import NotFound
from greenroom.model.session import REHEARSAL
from greenroom.services.rehearsals import UnreadableSuite
from tests.conftest import until
from tests.services.conftest import make_harness
from tests.services.rehearsals.suites import HOTEL, plan, verdicts

pytestmark = pytest.mark.twin

SLOW = """rehearse: 1
name: Slow
scenarios:
- id: patient
  repeat: 40
  caller: {lines: [{wait: greeting}, {wait: 2000}, {say: 'When is breakfast?'}]}
  expect: [{says: seven}]
"""
ASKS_FOR_A_ROOM = """rehearse: 1
name: Waits
scenarios:
- id: room
  caller: {lines: [{say: I would like to book a room.}, {say: On the fourteenth of July.}, {say: Three nights.}, {wait: 60000}]}
  expect: [{calls: {tool: checkRooms}}]
"""


def test_a_suite_runs_over_the_twin_and_is_recorded_as_sessions(harness):
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(plan(harness))
    assert rehearsals.wait(batch.id, 120)
    report = rehearsals.results.report(batch.id)
    assert {cell.scenario_id: cell.verdict for cell in report.cells} == {"breakfast": "pass", "sauna": "fail"}, report
    run = next(run for run in report.runs if run.scenario_id == "breakfast")
    session = harness.session(run.session_id)
    assert (session.origin, session.caller, session.state, session.end_reason) == (REHEARSAL, "simulated", "ended", "ended")
    said = [(turn.speaker, turn.source, turn.text) for turn in harness.sessions.transcript.turns(session.id)]
    assert said[0][:2] == ("agent", "greeting")
    assert said[1] == ("user", "typed", "When is breakfast?")
    assert "garden room" in said[2][2]
    failed = next(run for run in report.runs if run.scenario_id == "sauna")
    decided = next(one for one in failed.outcomes if one["verdict"] == "fail")
    assert "There is a sauna" in failed.reason
    assert decided["turn_id"] == 1
    assert "colleague" in decided["quote"]
    assert harness.sessions.unfinished() == []
    assert rehearsals.results.batch(batch.id).state == "done"


def test_repeats_stop_once_the_answer_is_fixed(harness):
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(plan(harness, repeat=12))
    assert rehearsals.wait(batch.id, 120)
    runs = {cell.scenario_id: (cell.passed, cell.failed) for cell in rehearsals.results.report(batch.id).cells}
    assert runs["breakfast"] == (12, 0)
    assert runs["sauna"][0] == 0
    assert 1 <= runs["sauna"][1] < 12


def test_variables_a_pinned_clock_and_earlier_turns_reach_the_agent(harness):
    agent = harness.agents.list()[0]
    draft = harness.agents.draft(agent.id)
    prompt = "You are Ava of the hotel. Guests of {{house}} may ask. The house is called {{house}}."
    harness.agents.save(agent.id, {**draft.settings, "prompt.system": prompt}, draft.revision)
    text = """rehearse: 1
name: Settings
clock: 2026-06-08T09:00:00
variables: {house: Villa Rosa, what: the house}
scenarios:
- id: house
  caller: {lines: [{say: 'What is {{what}} called?', expect: [{says: "{{house}}"}]}]}
- id: clock
  caller: {lines: [{say: 'What is the current date?', expect: [{says: 8 June 2026}]}]}
- id: follow-up
  start: [{agent: Good day.}, {caller: 'What is the current date and time?'}]
  caller: {lines: [{say: 'And the date?', expect: [{says: June}]}]}
"""
    assert verdicts(harness, text) == {"house": "pass", "clock": "pass", "follow-up": "pass"}


def test_a_tool_call_is_stored_while_the_caller_talks(harness):
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(plan(harness, ASKS_FOR_A_ROOM))
    until(lambda: any(harness.sessions.transcript.tool_calls(session.id) for session in harness.sessions.unfinished()))
    rehearsals.stop(batch.id)
    assert rehearsals.wait(batch.id, 30)
    assert harness.sessions.unfinished() == []


def test_a_stopped_batch_keeps_its_runs_ends_its_calls_and_is_resumed(harness):
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(plan(harness, SLOW))
    until(lambda: rehearsals.results.batch(batch.id).done >= 1)
    rehearsals.stop(batch.id)
    assert rehearsals.wait(batch.id, 30)
    stopped = rehearsals.results.batch(batch.id)
    assert (stopped.state, stopped.done < 40) == ("stopped", True)
    assert harness.sessions.unfinished() == []
    kept = {run.session_id for run in rehearsals.results.report(batch.id).runs}
    rehearsals.resume(batch.id)
    until(lambda: rehearsals.results.batch(batch.id).done > stopped.done)
    rehearsals.stop(batch.id)
    assert rehearsals.wait(batch.id, 30)
    assert kept < {run.session_id for run in rehearsals.results.report(batch.id).runs}


def test_a_stopped_run_of_many_repeats_leaves_the_verdict_that_it_cannot_decide(harness):
    rehearsals = harness.services.rehearsals
    once = SLOW.replace("2000", "100")
    suite = rehearsals.suites.create(harness.agents.list()[0].id, "Slow", once)
    finished = plan(harness, once, suite_id=suite.id, repeat=1)
    assert rehearsals.wait(rehearsals.run(finished).id, 60)
    batch = rehearsals.run(plan(harness, once, suite_id=suite.id))
    until(lambda: rehearsals.results.batch(batch.id).done >= 2)
    rehearsals.stop(batch.id)
    assert rehearsals.wait(batch.id, 30)
    versions = harness.agents.versions.of(suite.agent_id)
    grid, at = rehearsals.results.grid(suite, versions), ("patient", versions[0].id)
    assert (grid.cells[at].verdict, grid.cells[at].planned) == ("pass", 1)
    assert (grid.unfinished[at].batch_id, grid.unfinished[at].planned) == (batch.id, 40)
    assert rehearsals.results.badges(suite.agent_id, [versions[0].id])[versions[0].id].passed == 1


def test_a_killed_process_leaves_no_session_and_another_one_resumes(twin, tmp_path):
    first = make_harness(twin.url, tmp_path)
    asked = plan(first, SLOW.replace("repeat: 40", "repeat: 8").replace("2000", "200"))
    batch = first.services.rehearsals.run(asked)
    until(lambda: first.services.rehearsals.results.batch(batch.id).done >= 1)
    runner = first.services.rehearsals._runner  # as SIGKILL leaves it: nothing more is written, the lock is free
    runner._abandoned = True
    runner.stop(batch.id)
    first.kill()
    second = make_harness(twin.url, tmp_path)
    rehearsals = second.services.rehearsals
    left = rehearsals.results.batch(batch.id)
    assert left.state == "running"
    until(lambda: rehearsals.interrupted(left))
    second.guard.sweep()
    until(lambda: second.sessions.unfinished() == [])
    done_before = left.done
    rehearsals.resume(batch.id)
    assert rehearsals.wait(batch.id, 120)
    report = rehearsals.results.report(batch.id)
    assert [(cell.verdict, cell.passed) for cell in report.cells] == [("pass", 8)]
    assert done_before >= 1
    assert rehearsals.results.batch(batch.id).state == "done"


def test_a_stopped_batch_sits_out_no_wait_of_its_scenarios(harness):
    """Five waits of a minute each: longer than any machine takes to stop."""
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(plan(harness, SLOW.replace("{wait: 2000}", ", ".join(["{wait: 60000}"] * 5))))
    until(lambda: len(harness.sessions.unfinished()) >= 1)
    rehearsals.stop(batch.id)
    assert rehearsals.wait(batch.id, 100)
    assert harness.sessions.unfinished() == []


def test_what_cannot_run_is_refused_before_a_call(harness):
    rehearsals = harness.services.rehearsals
    with pytest.raises(UnreadableSuite, match="Line 5"):
        rehearsals.run(plan(harness, HOTEL.replace("caller:", "caler:", 1)))
    with pytest.raises(NotFound):
        rehearsals.run(plan(harness, scenarios=("breakfst",)))
    with pytest.raises(UnreadableSuite, match="Line 3: Neither the agent nor this test uses a variable “hous”"):
        rehearsals.run(plan(harness, HOTEL.replace("scenarios:", "variables: {hous: Linden}\nscenarios:")))
    with pytest.raises(UnreadableSuite, match=r"Line 4: \{\{meal\}\} has no value in “breakfast”"):
        rehearsals.run(plan(harness, HOTEL.replace("When is breakfast", "When is {{meal}}")))
    assert harness.records.count() == 0


def test_an_estimate_names_no_server_that_a_rehearsal_never_calls(harness):
    agent = harness.agents.create(KAI, "Orders")
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {key: value for key, value in draft.settings.items() if key != "tools.mocks"}, draft.revision)
    notes = []
    for text in (HOTEL, HOTEL.replace("scenarios:", "otherwise: live\nscenarios:")):
        asked = plan(harness, text, agent_id=agent.id)
        notes.append(harness.services.rehearsals.estimate_of(asked).cost.note)
    assert ["api.example.com" in note for note in notes] == [False, True], notes


def test_the_grid_forgets_a_verdict_when_the_scenario_changes(harness):
    rehearsals = harness.services.rehearsals
    asked = plan(harness)
    suite = rehearsals.suites.create(asked.agent_id, "Front desk", HOTEL)
    batch = rehearsals.run(plan(harness, suite_id=suite.id))
    assert rehearsals.wait(batch.id, 120)
    versions = harness.agents.versions.of(asked.agent_id)
    assert {cell.verdict for cell in rehearsals.results.grid(suite, versions).cells.values()} == {"pass", "fail"}
    badge = rehearsals.results.badges(asked.agent_id, [versions[0].id])[versions[0].id]
    assert (badge.passed, badge.total, badge.blocking_failed) == (1, 2, ("sauna",))
    assert rehearsals.results.grid(suite, versions).failed == {"sauna": 1}
    other = rehearsals.suites.create(asked.agent_id, "Other", HOTEL)
    assert rehearsals.results.badges(asked.agent_id, [versions[0].id])[versions[0].id].total == 4, "of all suites"
    assert rehearsals.results.badges(asked.agent_id, [versions[0].id], suite.id)[versions[0].id].total == 2
    rehearsals.suites.delete(other.id)
    changed = rehearsals.suites.save(suite.id, HOTEL.replace("says: seven", "says: eight"), suite.revision)
    assert [cell.scenario_id for cell in rehearsals.results.grid(changed, versions).cells.values()] == ["sauna"]
    badge = rehearsals.results.badges(asked.agent_id, [versions[0].id])[versions[0].id]
    assert (badge.passed, badge.stale) == (0, 1)
