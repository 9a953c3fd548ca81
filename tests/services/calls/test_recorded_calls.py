"""Tool calls of a call end up in its record, its exports and another installation's."""

from __future__ import annotations

import json
import time

import pytest

from greenroom.agora.answers import ReportedToolCall
from greenroom.catalog.templates import KAI
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import ToolCall, Turn
from greenroom.model.session_query import SessionQuery
from greenroom.services.calls.recorded_calls import recorded_calls
from greenroom.services.sessions import export
from greenroom.store.sessions import SessionStore
from tests.services.conftest import Desk, make_desk

pytestmark = pytest.mark.twin


@pytest.fixture
def session_id(desk: Desk):
    """Kai looked an order up, mocked, in a call that is over."""
    agent = desk.agents.create(KAI)
    session_id = desk.calls.launch(LaunchRequest(agent.id)).session_id
    desk.calls.start_agent(session_id)
    session = desk.session(session_id)
    where = {"channel": session.channel, "agent_uid": session.agent_uid}
    desk.agora.think(session.agora_agent_id, "Where is my order 1234?", **where)
    deadline = time.monotonic() + 60
    while not any(turn.tool_calls for turn in desk.agora.turns(session.agora_agent_id, **where)):
        assert time.monotonic() < deadline, "the tool was not called"
        time.sleep(0.1)
    desk.calls.end(session_id, "ended")
    return session_id


def test_a_mocked_call_is_in_the_record_when_the_call_has_ended(desk: Desk, session_id):
    (call,) = desk.records.get(session_id).tool_calls
    assert (call.tool, call.status, call.mocked, call.asked_by) == ("orderStatus", "ok", True, "rule")
    assert json.loads(call.arguments) == {"orderNumber": "1234"}
    assert "Friday" in call.result
    assert call.duration_ms >= 900


def test_it_is_exported_and_imported_with_the_session(desk: Desk, session_id, tmp_path):
    calls = desk.records.get(session_id).tool_calls
    (line,) = export(desk.records, SessionQuery(), "jsonl").decode().splitlines()
    assert json.loads(line)["tool_calls"][0]["tool"] == "orderStatus"
    assert b"orderStatus" in desk.portable.as_html(session_id, "")
    there = make_desk("http://127.0.0.1:9", tmp_path / "there")
    there.portable.import_bundle(desk.portable.as_zip(session_id))
    assert there.records.get(session_id).tool_calls == calls


def test_a_call_is_placed_after_its_turns_beginning_and_stored_once(desk: Desk, session_id):
    session = desk.session(session_id)
    turn = Turn(7, "user", "Where is it?", 10_000, 11_000)
    reported = ReportedToolCall(call_id="x", tool="find", turn_id=7, status="ok", started_at=5_400)
    (call,) = recorded_calls(session, [turn], {7: 5_000}, [reported])
    assert call == ToolCall("x", 7, "find", "", "ok", "", 10_400, 0)
    store: SessionStore = desk.sessions
    before = store.tool_calls(session_id)
    store.add_tool_calls(session_id, [call, *before])
    store.add_tool_calls(session_id, [call])
    assert [one.call_id for one in store.tool_calls(session_id)] == [*(one.call_id for one in before), "x"]
