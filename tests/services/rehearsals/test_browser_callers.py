"""Callers in a headless browser, as they join on Agora: here Agora's unmodified SDK calls the twin's edge, for real."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from greenroom.callers import find_browser
from greenroom.catalog.prices import cost_of
from greenroom.model.call import EdgeAddress
from greenroom.rehearsal.verdict import ALL_PASS
from greenroom.services.calls.token_service import EDGE_DOMAIN, TokenService
from greenroom.services.operations import TwinProcess
from greenroom.services.rehearsals import report
from greenroom.services.rehearsals.simulated_call import LOST
from tests.conftest import until
from tests.services.conftest import Harness, make_harness
from tests.services.rehearsals.test_voice_runs import callers_of, quick_plan

pytestmark = [
    pytest.mark.twin,
    pytest.mark.sqlite_only,
    pytest.mark.flaky(reruns=1),  # live sound in a browser, as the tests in tests/browser
    pytest.mark.skipif(not find_browser(), reason="no Chromium here"),
]

TALK = """rehearse: 1
name: In a browser
mode: voice
limits: {silence: 30}
scenarios:
- id: talks
  caller:
    lines:
    - wait: greeting
      expect: [{says: Linden House}]
    - {say: 'How about parking?'}
    - say: 'Sorry, when is breakfast?'
      after: {event: agent_speaking, ms: 600}
      expect: [{says: seven}, {heard: {words: [breakfast]}}, {ms: {voice_to_voice: {max: 60000}, yield: {max: 60000}}}]
  expect: [{ended: caller}]
- id: sauna
  caller: {lines: [{say: 'Are dogs welcome?', expect: [{says: sauna}]}]}
- id: loses packets
  caller: {voice: {loss: 0.1}, lines: [{say: 'Are dogs welcome?', expect: [{says: dogs}]}]}
"""
CRASH = """rehearse: 1
name: Crash
mode: voice
scenarios:
- id: one
  caller: {lines: [{wait: 30000}, {say: 'When is breakfast?'}]}
  expect: [{not_says: sauna}]
"""


def browsers() -> list[psutil.Process]:
    """The browsers of this process's callers."""
    found = [psutil.Process(pid).children() for pid in callers_of(os.getpid())]
    return [child for children in found for child in children if "greenroom-browser-" in " ".join(child.cmdline())]


@pytest.fixture
def live(twin: TwinProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Harness:
    """An installation whose agents run at Agora. In Agora's place the twin answers: its REST API, and its edge."""
    port = urlsplit(twin.url).port
    assert port
    monkeypatch.setattr(TokenService, "edge", lambda self: EdgeAddress(EDGE_DOMAIN, port))
    harness = make_harness(twin.url, tmp_path, place="cloud")
    agent = harness.agents.list()[0]
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, "tools.functions": None, "tools.mocks": None}, draft.revision)
    return harness


def test_on_agora_it_talks_is_recorded_and_paid_and_fails_for_the_right_reason(live: Harness):
    harness, rehearsals = live, live.services.rehearsals
    batch = rehearsals.run(quick_plan(harness, TALK, where="agora", usd=2))
    assert rehearsals.wait(batch.id, 110)
    found = rehearsals.results.report(batch.id)
    cap = rehearsals._runner.cap(batch.plan, found.runs)
    assert cap is not None
    talked_s = sum(harness.session(run.session_id).length_s or 0 for run in found.runs if run.session_id)
    assert cap.spent == pytest.approx(cost_of(talked_s), abs=cost_of(2))
    assert talked_s > 5
    cells = {cell.scenario_id: cell for cell in found.cells}
    reasons = {name: cell.reason for name, cell in cells.items()}
    assert {name: cell.verdict for name, cell in cells.items()} == {"talks": "pass", "sauna": "fail", "loses packets": "error"}, (
        reasons
    )
    assert "sauna" in reasons["sauna"]
    assert "can't simulate packet loss" in reasons["loses packets"]
    run = next(run for run in found.runs if run.scenario_id == "talks")
    assert run.session_id is not None
    turns = harness.sessions.transcript.turns(run.session_id)
    answer = next(turn for turn in turns if turn.speaker == "agent" and "seven" in turn.text)
    said = next(turn for turn in turns if turn.speaker == "user" and turn.turn_id == answer.turn_id)
    assert answer.latency_ms == answer.started_ms - said.ended_ms
    assert any(turn.interrupted for turn in turns)
    recording = harness.recordings.of(run.session_id)
    assert recording is not None
    assert recording.state == "ready"
    outline = harness.recordings.outline(run.session_id)
    talking = slice(answer.started_ms // 50 + 4, answer.ended_ms // 50 - 4)
    assert max(outline.agent[talking]) > 60 > max(outline.person[talking])  # the agent is right, the caller left
    assert harness.sessions.unfinished() == []
    assert callers_of(os.getpid()) == []


def test_a_browser_that_is_killed_is_an_error_and_leaves_no_session(harness: Harness):
    rehearsals = harness.services.rehearsals
    batch = rehearsals.run(quick_plan(harness, CRASH, browser=True))
    until(lambda: any(session.state == "running" for session in harness.sessions.unfinished()))
    (browser,) = browsers()
    os.kill(browser.pid, signal.SIGKILL)
    assert rehearsals.wait(batch.id, 110)
    found = rehearsals.results.report(batch.id)
    assert [(cell.verdict, cell.reason) for cell in found.cells] == [("error", LOST)]
    assert report.exit_code_of([found]) not in (ALL_PASS, 1)
    assert harness.sessions.unfinished() == []
