"""Tool calls of a call end up in its record, its exports and another installation's."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from greenroom.agora.answers import ReportedToolCall
from greenroom.catalog.templates import KAI
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import API, Session, ToolCall, Turn
from greenroom.model.session_query import SessionQuery
from greenroom.services.calls.recorded_calls import ToolCallReader, recorded_calls
from greenroom.services.calls.watchdog import HISTORY_EVERY_S
from greenroom.services.sessions import export
from greenroom.store.sessions import SessionStore
from tests.conftest import until
from tests.services.conftest import Harness, make_harness

pytestmark = pytest.mark.twin


def started(harness: Harness, **changes: Any) -> Session:
    session_id = harness.calls.launch(LaunchRequest(harness.agents.create(KAI).id, **changes)).session_id
    harness.calls.start_agent(session_id)
    until(lambda: harness.agent_status(session_id) == "RUNNING")
    return harness.session(session_id)


@pytest.fixture
def session_id(harness: Harness):
    """Kai looked an order up, mocked, in a call that is over."""
    session = started(harness)
    where = {"channel": session.channel, "agent_uid": session.agent_uid}
    harness.agora.think(session.agora_agent_id, "Where is my order 1234?", **where)
    deadline = time.monotonic() + 60
    while not any(turn.tool_calls for turn in harness.agora.turns(session.agora_agent_id, **where)):
        assert time.monotonic() < deadline, "the tool was not called"
        time.sleep(0.1)
    harness.calls.end(session.id, "ended")
    return session.id


def test_a_mocked_call_is_in_the_record_when_the_call_has_ended(harness: Harness, session_id):
    (call,) = harness.records.get(session_id).tool_calls
    assert (call.tool, call.status, call.mocked, call.asked_by) == ("orderStatus", "ok", True, "rule")
    assert json.loads(call.arguments) == {"orderNumber": "1234"}
    assert "Friday" in call.result
    assert call.duration_ms >= 900


@pytest.mark.sqlite_only
def test_a_call_of_an_external_client_is_stored_while_the_agent_runs(harness: Harness):
    """As the stage's and a simulated caller's are (services/rehearsals/test_running.py)."""
    session = started(harness, origin=API, caller="external")
    where = {"channel": session.channel, "agent_uid": session.agent_uid}
    harness.agora.think(session.agora_agent_id, "Where is my order 1234?", **where)

    def stored() -> bool:
        harness.clock.ahead_s += HISTORY_EVERY_S
        harness.guard.tick()
        return bool(harness.sessions.transcript.tool_calls(session.id))

    until(stored)
    assert harness.session(session.id).state == "running"
    before = harness.sessions.transcript.tool_calls(session.id)
    harness.calls.end(session.id, "ended")
    assert harness.sessions.transcript.tool_calls(session.id) == before


def test_it_is_exported_and_imported_with_the_session(harness: Harness, session_id, tmp_path):
    calls = harness.records.get(session_id).tool_calls
    (line,) = export(harness.records, SessionQuery(), "jsonl").decode().splitlines()
    assert json.loads(line)["tool_calls"][0]["tool"] == "orderStatus"
    page = harness.transfers.as_html(session_id, "")
    assert b"orderStatus \xc2\xb7 done" in page
    there = make_harness("http://127.0.0.1:9", tmp_path / "there")
    there.transfers.import_bundle(harness.transfers.as_zip(session_id))
    assert there.records.get(session_id).tool_calls == calls


def test_a_call_is_placed_after_its_turns_beginning_and_stored_once(harness: Harness):
    session = started(harness)
    turn = Turn(7, "user", "Where is it?", 10_000, 11_000)
    reported = ReportedToolCall(call_id="x", tool="find", turn_id=7, status="ok", started_at=5_400)
    (call,) = recorded_calls(session, [turn], {7: 5_000}, [reported])
    assert call == ToolCall("x", 7, "find", "", "ok", "", 10_400, 0)
    store: SessionStore = harness.sessions
    earlier = replace(call, call_id="y", started_ms=0)
    store.transcript.add_tool_calls(session.id, [earlier])
    store.transcript.add_tool_calls(session.id, [call, earlier])
    store.transcript.add_tool_calls(session.id, [call])
    assert [one.call_id for one in store.transcript.tool_calls(session.id)] == ["y", "x"]


def test_messages_of_the_data_stream_are_calls_once_they_are_over():
    reader = ToolCallReader()
    call = {"call_id": "a", "tool": "find", "turn_id": 2, "status": "ok", "started_at": 5_000, "duration_ms": 300}
    assert reader.ended({**call, "phase": "started", "status": "running"}, 1_000) is None
    first = reader.ended({**call, "phase": "ended"}, 1_300)
    late = reader.ended({**call, "phase": "ended", "call_id": "b", "started_at": 5_100}, 9_000)
    assert first is not None
    assert late is not None
    assert (first.started_ms, late.started_ms, late.duration_ms) == (1_000, 1_100, 300)
    assert reader.ended({**call, "phase": "ended", "status": "running"}, 9_000) is None
    assert reader.ended("nonsense", 9_000) is None
