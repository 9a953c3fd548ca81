"""The samples' backend as one function in somebody's cloud, called as an API Gateway calls it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from greenroom import composition, lambda_handler
from greenroom.composition import Foundations
from greenroom.services.operations.twin_process import TwinProcess
from tests.conftest import APP_ID, CERTIFICATE, until
from tests.services.conftest import make_harness, twin  # noqa: F401 - fixture

pytestmark = pytest.mark.twin

KEY = "a-key-of-the-tests"


@pytest.fixture
def call(twin: TwinProcess, tmp_path, monkeypatch):
    monkeypatch.setenv("GREENROOM_TWIN_URL", twin.url)
    monkeypatch.setenv("AGORA_APP_ID", APP_ID)
    monkeypatch.setenv("AGORA_APP_CERTIFICATE", CERTIFICATE)
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("GREENROOM_API_KEY", KEY)
    laid: list[Foundations] = []
    monkeypatch.setattr(composition, "lay_foundations", recorded(composition.lay_foundations, laid))
    lambda_handler._composed.cache_clear()

    def ask(query=None, body=None, key=KEY, **event):
        event |= {"headers": {"Authorization": f"Bearer {key}"}, "queryStringParameters": query, "body": body}
        answer = lambda_handler.handler(event)
        assert answer["headers"]["content-type"] == "application/json"
        return answer["statusCode"], json.loads(answer["body"])

    yield ask
    lambda_handler._composed.cache_clear()
    for base in laid:  # a function in the cloud keeps its connections until it is gone
        base.agora.close()
        base.database.close()


def recorded(lay: Callable[..., Foundations], laid: list[Foundations]) -> Callable[..., Foundations]:
    def lay_and_record(*given: Any, **more: Any) -> Foundations:
        laid.append(lay(*given, **more))
        return laid[-1]

    return lay_and_record


def test_it_starts_speaks_and_hangs_up(call, tmp_path):
    """rows 9, 16, 62"""
    status, started = call({"channel": "lobby"})
    assert (status, started["channel"]) == (200, "lobby")
    assert '"api_launch"' in (tmp_path / "security.log").read_text(), "a function keeps a security log, too"
    agent_id = json.loads(started["agent_response"]["response"])["agent_id"]
    spoken = json.dumps({"agent_id": agent_id, "text": "Hello."})
    until(lambda: call(body=base64.b64encode(spoken.encode()).decode(), isBase64Encoded=True)[0] == 200)  # it may be starting
    assert call({"hangup": "true", "agent_id": agent_id})[0] == 200


def test_its_agents_are_sessions_and_count_against_the_caps(call, monkeypatch):
    monkeypatch.setenv("GREENROOM_MAX_AGENTS", "1")
    status, started = call({"prompt": "Be brief."})
    assert status == 200
    told = json.loads(started["agent_response"]["response"])
    session = lambda_handler._composed().calls.get(told["session_id"])
    assert (session.origin, session.caller, session.state, session.owner) == ("lambda", "external", "running", "")
    assert call({})[0] == 429
    assert call({"hangup": "true", "agent_id": told["agent_id"]})[0] == 200
    assert lambda_handler._composed().calls.get(told["session_id"]).end_reason == "ended"
    assert call({})[0] == 200


def test_a_studio_on_the_same_database_watches_its_agents(call, twin, tmp_path):
    told = json.loads(call({})[1]["agent_response"]["response"])
    studio = make_harness(twin.url, tmp_path)
    order = {"endpoint": "get", "status": 503, "times": 1000}
    httpx.post(f"{twin.url}/twin/faults", json=order, trust_env=False, timeout=30).raise_for_status()
    try:
        while studio.session(told["session_id"]).state != "ended" and studio.clock.ahead_s < 60:
            studio.clock.ahead_s += 1
            studio.guard.tick()
    finally:
        httpx.post(f"{twin.url}/twin/faults", json={**order, "status": 0, "times": 1}, trust_env=False, timeout=30)
    assert studio.clock.ahead_s < 30
    assert studio.agent_status(told["session_id"]) in ("STOPPING", "STOPPED")


def test_tokens_only(call):
    """rows 6, 16"""
    assert call({"connect": "false"})[1]["agent_response"]["response"] == {"mode": "token_only"}


def test_without_the_key_nothing_is_done(call):
    assert call({"connect": "false"}, key="wrong")[0] == 401


@pytest.mark.parametrize("body", ["[]", "{", "7"])
def test_a_body_that_is_none_is_refused(call, body):
    assert call(body=body)[0] == 400
