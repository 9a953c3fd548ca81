"""Voice mode over a real twin: real sound both ways, recognition, turn taking, recordings, and every fault that is no pass."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import httpx
import pytest

from greenroom.config import read
from greenroom.model.rehearsal import SuiteId
from greenroom.rehearsal.verdict import ALL_PASS
from greenroom.services.operations import TwinProcess
from greenroom.services.rehearsals import report
from tests.conftest import APP_ID, CERTIFICATE, PATIENCE_S, until
from tests.services.conftest import Harness, make_harness
from tests.services.rehearsals.suites import plan
from tests.services.rehearsals.test_false_greens import fault

pytestmark = [pytest.mark.twin, pytest.mark.sqlite_only]

TALK = """rehearse: 1
name: By voice
mode: voice
limits: {silence: 30}
scenarios:
- id: barge-in
  caller:
    voice: {name: wren, speed: 1.1, snr_db: 25}
    lines:
    - wait: greeting
      expect: [{says: Linden House}, {ms: {voice_to_voice: {max: 60000}}}]
    - {say: 'When is breakfast?', expect: [{says: seven}, {heard: {words: [breakfast]}}, {talk: {dead_air_ms: 60000}}]}
    - {say: 'And how about parking?'}
    - {say: 'Sorry, are dogs welcome?', after: {event: agent_speaking, ms: 600}, expect: [{ms: {yield: {max: 60000}}}]}
  expect: [{calls: []}, {ended: caller}, {ms: {first_token: {max: 60000}}}]
- id: too-late
  caller:
    lines: [{say: 'Are dogs welcome?'}, {say: 'Thank you.', after: {event: agent_speaking, ms: 60000}}]
  expect: [{not_says: sauna}]
- id: cues
  caller:
    open: 'Are dogs welcome?'
    cues: [{hear: [dogs, welcome], say: 'Thank you, goodbye.'}]
    end_on: goodbye
  expect: [{says: Dogs, turn: any}, {not_says: sauna}]
"""
#: Everything but silence would pass this.
LENIENT = """rehearse: 1
name: Lenient
mode: voice
limits: {silence: 4}
scenarios:
- id: one
  caller: {lines: [{wait: greeting}, {wait: 2500}, {say: 'When is breakfast?'}]}
  expect: [{not_says: sauna}]
"""
QUICK = {
    "prompt.system": "Breakfast is from seven. Parking is free, behind the house, as long as you stay with us. Dogs are welcome.",
    "prompt.greeting": "Hello, Linden House.",
}


def quick_plan(harness: Harness, text: str, **changes):
    """The hotel's agent with little to say."""
    agent = harness.agents.list()[0]
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, **QUICK}, draft.revision)
    return plan(harness, text, **changes)


def ends(harness: Harness, text: str = LENIENT, meanwhile=None) -> tuple[set[str], int]:
    """The verdicts and the exit code; ``meanwhile`` happens once the agent runs, with the pid of the callers' process."""
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(quick_plan(harness, text))
    if meanwhile is not None:
        until(lambda: any(session.state == "running" for session in harness.sessions.unfinished()))
        meanwhile()
    assert rehearsals.wait(batch.id, 110)
    found = rehearsals.results.report(batch.id)
    assert harness.sessions.unfinished() == []
    return {cell.verdict for cell in found.cells}, report.exit_code_of([found])


def callers_of(pid: int) -> list[int]:
    """The processes that play callers for a process."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
    return [int(own) for own, parent, command in rows if parent == str(pid) and "greenroom.callers" in command]


@pytest.mark.flaky(reruns=1)  # on a machine seven times too busy the words of a reply that was talked over can come too late
def test_callers_talk_and_are_recorded(harness):
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(quick_plan(harness, TALK))
    assert rehearsals.wait(batch.id, 110)
    found = rehearsals.results.report(batch.id)
    verdicts = {cell.scenario_id: cell.verdict for cell in found.cells}
    assert verdicts == {"barge-in": "pass", "cues": "pass", "too-late": "unknown"}, found
    assert "had finished before the caller could talk over it" in str([run.reason for run in found.runs])
    run = next(run for run in found.runs if run.scenario_id == "barge-in")
    turns = harness.sessions.transcript.turns(run.session_id)
    assert "breakfast" in next(turn.text for turn in turns if turn.speaker == "user").lower()
    answer = next(turn for turn in turns if turn.speaker == "agent" and "seven" in turn.text)
    said = next(turn for turn in turns if turn.speaker == "user" and turn.turn_id == answer.turn_id)
    assert answer.latency_ms == answer.started_ms - said.ended_ms
    assert answer.stages
    assert any(turn.interrupted for turn in turns)
    yields = next(one for one in run.outcomes if "yield" in one["title"])
    assert yields["verdict"] == "pass", yields
    recording = harness.recordings.of(run.session_id)
    assert recording.state == "ready"
    assert recording.length_ms >= answer.ended_ms
    outline = harness.recordings.outline(run.session_id)
    talking = slice(answer.started_ms // 50 + 4, answer.ended_ms // 50 - 4)
    assert max(outline.agent[talking]) > 60 > max(outline.person[talking])  # the agent is right, the caller left
    assert callers_of(os.getpid()) == []


@pytest.mark.parametrize(
    ("expected", "order", "culprit"),
    [
        ("not_says: sauna", {"endpoint": "vendor", "module": "asr", "code": 500, "message": "The recognizer failed"}, ["agent"]),
        ("ended: agent", {"endpoint": "agent"}, ["agent"]),
        ("not_says: sauna", {"endpoint": "media", "seconds": 60}, []),
    ],
    ids=["recognizer", "agent failed", "no sound gets through"],
)
def test_a_fault_during_the_call_is_an_error_and_its_culprit_is_known(harness, expected, order, culprit):
    text = LENIENT.replace("not_says: sauna", expected)
    assert ends(harness, text, meanwhile=lambda: fault(harness, **order)) == ({"error"}, 2)
    batch = harness.services.rehearsals.results.batches(SuiteId("s1"))[0]
    (run,) = harness.services.rehearsals.results.report(batch.id).runs
    assert [one["kind"] for one in run.outcomes] == culprit, run
    httpx.post(f"{harness.config.twin_url}/twin/reset", timeout=PATIENCE_S, trust_env=False)


def test_a_crash_of_the_callers_process_is_an_error_and_the_next_run_starts_a_new_one(harness):
    text = LENIENT.replace("- id: one", "- id: one\n  repeat: 2").replace("rehearse: 1", "rehearse: 1\npass: 0.5")
    killed: list[int] = []

    def kill() -> None:
        killed.extend(callers_of(os.getpid()))
        os.kill(killed[0], signal.SIGKILL)

    found, code = ends(harness, text, kill)
    assert killed
    assert code != ALL_PASS
    assert found == {"error"}


def test_a_twin_killed_in_the_middle_is_an_error(tmp_path):
    process = TwinProcess(replace(read({"GREENROOM_TWIN_BRAIN": "scripted"}), app_id=APP_ID, app_certificate=CERTIFICATE))
    process.start()
    try:
        harness = make_harness(process.url, tmp_path)
        assert ends(harness, meanwhile=process.stop) == ({"error"}, 2)
    finally:
        process.stop()


def test_a_stopped_batch_hangs_up_at_once(harness):
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(quick_plan(harness, LENIENT.replace("2500", "60000")))
    until(lambda: any(session.state == "running" for session in harness.sessions.unfinished()))
    began = time.monotonic()
    rehearsals.stop(batch.id)
    assert rehearsals.wait(batch.id, 50)
    assert time.monotonic() - began < 50  # two seconds on a quiet machine; the scenario itself would wait a minute
    assert (harness.sessions.unfinished(), callers_of(os.getpid())) == ([], [])


def test_a_killed_run_leaves_no_caller_and_no_session_and_is_resumed(twin, tmp_path):
    """A real SIGKILL of the command; then ``resume`` does what is missing."""
    data, file = tmp_path / "data", tmp_path / "voice.rehearse.yaml"
    file.write_text(LENIENT.replace("- id: one", "- id: one\n  repeat: 2").replace("2500", "1500"))
    harness = make_harness(twin.url, data)
    quick_plan(harness, LENIENT)  # the draft that the command runs
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("GREENROOM_", "AGORA_"))}
    environ |= {"GREENROOM_DATA_DIR": str(data), "GREENROOM_TWIN_URL": twin.url, "GREENROOM_MAX_AGENTS": "2"}
    environ |= {"AGORA_APP_ID": APP_ID, "AGORA_APP_CERTIFICATE": CERTIFICATE}
    command = [sys.executable, "-m", "greenroom", "rehearse"]
    child = subprocess.Popen(
        [*command, "run", str(file), "--agent", "Ava, front desk"], env=environ, stderr=subprocess.PIPE, text=True
    )
    assert child.stderr is not None
    try:
        lines = iter(child.stderr.readline, "")
        number = next(line for line in lines if " runs, " in line).split(", ")[1].strip()
        next(line for line in lines if "one #1" in line)
        until(lambda: any(session.state == "running" for session in harness.sessions.unfinished()))
        players = callers_of(child.pid)
    finally:
        child.kill()
        child.wait()
        child.stderr.close()
    assert players
    until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in players))
    harness.guard.sweep()
    until(lambda: harness.sessions.unfinished() == [])
    assert harness.services.rehearsals.results.batch(number).done == 1
    resumed = subprocess.run([*command, "resume", number], env=environ, capture_output=True, text=True, timeout=110, check=False)
    assert resumed.returncode == ALL_PASS, resumed.stdout + resumed.stderr
    assert harness.services.rehearsals.results.batch(number).done == 2
