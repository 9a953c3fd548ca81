"""The fault matrix: whatever breaks, nothing turns green."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace

import httpx
import pytest

from greenroom.catalog.templates import AVA
from greenroom.config import read
from greenroom.headless import running_services
from greenroom.http_security.addresses import place_of
from greenroom.model.rehearsal import RehearsalPlan, SuiteId
from greenroom.rehearsal.verdict import ALL_PASS
from greenroom.services.operations import TwinProcess
from greenroom.services.rehearsals import report
from greenroom.services.rehearsals.twin_loss import RESTARTED
from tests.conftest import APP_ID, CERTIFICATE, PATIENCE_S, until
from tests.services.conftest import make_harness
from tests.services.rehearsals.chat_server import ScriptedChat
from tests.services.rehearsals.suites import plan

pytestmark = [pytest.mark.twin, pytest.mark.sqlite_only]

#: Everything but silence would pass this.
LENIENT = """rehearse: 1
name: Lenient
limits: {silence: 2}
scenarios:
- id: one
  caller: {lines: [{wait: greeting}, {wait: 1500}, {say: 'When is breakfast?'}]}
  expect: [{not_says: sauna}]
"""


def ends(harness, text: str = LENIENT, meanwhile=None) -> tuple[set[str], int]:
    """The verdicts and the exit code; ``meanwhile`` happens once the agent runs."""
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(plan(harness, text))
    if meanwhile is not None:
        until(lambda: any(session.state == "running" for session in harness.sessions.unfinished()))
        meanwhile()
    assert rehearsals.wait(batch.id, 120)
    found = rehearsals.results.report(batch.id)
    return {cell.verdict for cell in found.cells}, report.exit_code_of([found])


def reason(harness) -> str:
    """Of the newest session's run."""
    with harness.base.database.reading() as connection:
        return str(connection.exec_driver_sql("select reason from rehearsal_runs").scalar())


def fault(harness, **order) -> None:
    httpx.post(f"{harness.config.twin_url}/twin/faults", json=order, timeout=PATIENCE_S, trust_env=False).raise_for_status()


def with_model(harness, url: str) -> None:
    agent = harness.agents.list()[0]
    draft = harness.agents.draft(agent.id)
    own = {"llm.vendor": "compatible", "llm.compatible.url": url, "llm.compatible.model": "m", "llm.compatible.api_key": None}
    harness.agents.save(agent.id, {**draft.settings, **own}, draft.revision)
    harness.services.tools.allow(agent.id, place_of(url))


def test_without_a_fault_it_is_green(harness):
    assert ends(harness) == ({"pass"}, ALL_PASS)


@pytest.mark.parametrize(
    "text",
    [
        LENIENT.replace("not_says: sauna", "judge: is polite"),
        LENIENT.replace("not_says: sauna", "heard: {wer: 0.9}"),
        LENIENT.replace("not_says: sauna", "ms: {voice_to_voice: {p95: 9000}}"),
        LENIENT.replace("not_says: sauna", "state: {x: 1}"),
        re.sub(r"lines: .*\]", "cues: [{hear: a, say: b}], end_on: day", LENIENT),
        LENIENT.replace("expect:", "gate: watch\n  expect:"),
        LENIENT.replace("limits", "tools: {findRooms: [{give: {}}]}\nlimits"),
        LENIENT.replace("{lines: [{wait: greeting}, {wait: 1500}, {say: 'When is breakfast?'}]}", "{persona: Maria}"),
        LENIENT.replace("say: 'When is breakfast?'", "audio: question.wav"),
        LENIENT.replace(
            "{say: 'When is breakfast?'}", "{say: 'Sorry?', after: {event: agent_speaking, ms: 10}, expect: [{not_says: x}]}"
        ),
    ],
    ids=[
        "no judge",
        "not heard",
        "few samples",
        "no state",
        "no word of the caller",
        "only watched",
        "mock of no tool",
        "persona",
        "recording",
        "barge-in",
    ],
)
def test_what_could_not_be_decided_is_not_green(harness, text):
    found, code = ends(harness, text)
    assert code != ALL_PASS
    assert "pass" not in found or "watch" in text


@pytest.mark.parametrize(
    "order",
    [
        {"endpoint": "vendor", "module": "llm", "code": 429, "message": "Too many requests"},
        {"endpoint": "agent"},
        {"endpoint": "think", "status": 503, "times": 5},
    ],
    ids=["model 429", "agent gone", "API down"],
)
def test_a_fault_during_the_call_is_an_error(harness, order):
    assert ends(harness, meanwhile=lambda: fault(harness, **order)) == ({"error"}, 2)
    httpx.post(f"{harness.config.twin_url}/twin/reset", timeout=PATIENCE_S, trust_env=False)


def test_a_model_that_cannot_be_reached_is_an_error(harness):
    with_model(harness, "http://127.0.0.1:9/v1/chat/completions")
    assert ends(harness) == ({"error"}, 2)


def test_an_agent_that_does_not_answer_fails(harness):
    import socket

    with socket.socket() as deaf:  # accepts and never answers
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(8)
        with_model(harness, f"http://127.0.0.1:{deaf.getsockname()[1]}/v1/chat/completions")
        found, code = ends(harness)
    assert (found, code) == ({"fail"}, 1)


def test_an_agent_that_answers_without_a_word_fails(harness):
    with contextlib.closing(ScriptedChat(lambda messages: "...")) as chat:
        with_model(harness, chat.url)
        assert ends(harness) == ({"fail"}, 1)


def test_a_twin_killed_in_the_middle_is_an_error(tmp_path):
    process = TwinProcess(replace(read({"GREENROOM_TWIN_BRAIN": "scripted"}), app_id=APP_ID, app_certificate=CERTIFICATE))
    process.start()
    try:
        harness = make_harness(process.url, tmp_path)
        assert ends(harness, meanwhile=process.stop) == ({"error"}, 2)
        assert "The offline twin isn't responding" in reason(harness)
    finally:
        process.stop()


def test_a_twin_that_crashed_is_named_and_its_runs_are_repeated(tmp_path, monkeypatch):
    """With a twin of its own, which is started again at once: what its REST API says then is that it knows no such agent."""
    for name, value in {"GREENROOM_DATA_DIR": str(tmp_path), "GREENROOM_TWIN_BRAIN": "scripted"}.items():
        monkeypatch.setenv(name, value)
    with running_services() as services:
        agent = services.agents.create(AVA, "Ava")
        version = services.agents.versions.freeze(agent.id)
        asked = RehearsalPlan(SuiteId(""), "Lenient", agent.id, LENIENT, (version.id,))
        batch = services.rehearsals.run(asked)
        until(lambda: any(session.state == "running" for session in services.calls.live()))
        crashed = services.twin._child
        assert crashed is not None
        crashed.kill()
        assert services.rehearsals.wait(batch.id, 120)
        (run,) = services.rehearsals.results.report(batch.id).runs
        assert (run.verdict, run.reason) == ("error", RESTARTED)
        assert services.rehearsals.results.broken_runs(batch.id) == (1, RESTARTED)
        services.rehearsals.resume(batch.id)
        assert services.rehearsals.wait(batch.id, 120)
        found = services.rehearsals.results.report(batch.id)
        assert ([one.verdict for one in found.runs], report.exit_code_of([found])) == (["pass"], ALL_PASS)


def test_resuming_repeats_what_ended_in_an_error_and_keeps_the_rest(harness):
    rehearsals, broken = harness.services.rehearsals, True
    two = LENIENT + "- id: two\n  caller: {lines: [{say: 'And dogs?'}]}\n  expect: [{says: welcome}]\n"

    def answer(asked):
        return 500 if broken and "dogs" in str(asked[-1]) else "They are welcome."

    with contextlib.closing(ScriptedChat(answer)) as chat:
        with_model(harness, chat.url)
        batch = rehearsals.run(plan(harness, two))
        assert rehearsals.wait(batch.id, 120)
        before = {run.scenario_id: run for run in rehearsals.results.report(batch.id).runs}
        assert {name: run.verdict for name, run in before.items()} == {"one": "pass", "two": "error"}
        broken = False
        rehearsals.resume(batch.id)
        assert rehearsals.wait(batch.id, 120)
    found = rehearsals.results.report(batch.id)
    after = {run.scenario_id: run for run in found.runs}
    assert (after["one"], after["two"].verdict, len(found.runs)) == (before["one"], "pass", 2)
    assert after["two"].session_id != before["two"].session_id
    assert report.exit_code_of([found]) == ALL_PASS
    assert rehearsals.results.batch(batch.id).plan.spent_s > 0, "what the broken run cost counts against the cap"


def test_a_suite_of_which_nothing_ran_is_not_green(harness):
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(plan(harness, LENIENT.replace("1500", "60000")))
    until(lambda: len(harness.sessions.unfinished()) >= 1)
    rehearsals.stop(batch.id)
    assert rehearsals.wait(batch.id, 60)
    assert report.exit_code_of([rehearsals.results.report(batch.id)]) == 2
    assert report.exit_code_of([]) == 2


def test_the_minutes_of_the_day_stop_a_batch_at_once_and_say_so(twin, tmp_path):
    harness = make_harness(twin.url, tmp_path, max_day_s=1)
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(plan(harness, LENIENT, repeat=30))
    assert rehearsals.wait(batch.id, 60)  # each run would wait two minutes for a free place
    assert "24 hours" in rehearsals.why_broken(batch.id)
    assert rehearsals.interrupted(rehearsals.results.batch(batch.id))
    assert report.exit_code_of([rehearsals.results.report(batch.id)]) == 2
