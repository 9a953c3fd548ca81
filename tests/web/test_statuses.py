"""Each kind of error has one HTTP status on every route, and a socket that cannot be served says "try again"."""

from __future__ import annotations

import json

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from greenroom.agora.webhooks import signatures
from greenroom.errors import (
    AgoraBusy,
    AgoraRefused,
    AgoraUnreachable,
    Conflict,
    DiskFull,
    InvalidAgent,
    LimitReached,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    StoreUnavailable,
    TwinUnavailable,
)
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import API
from greenroom.services.calls.agent_runs import AGENT_NAME
from greenroom.web.contract import contract_routes
from greenroom.web.error_responses import status_of
from greenroom.web.routes import routes
from greenroom.web.sample_backend import SampleBackend
from greenroom.web.stage import TRY_AGAIN_LATER
from tests.cut_body import cut_post
from tests.services.conftest import WEBHOOK_SECRET, Harness, make_harness

pytestmark = pytest.mark.twin

KEY = "a-key-of-the-tests"
BEARER = {"authorization": f"Bearer {KEY}"}


def test_the_table():
    found = {
        InvalidAgent(()): 400,
        NotAllowed(""): 403,
        NotAuthenticated(""): 401,
        NotFound(""): 404,
        Conflict(""): 409,
        LimitReached(""): 429,
        StoreUnavailable(""): 503,
        TwinUnavailable(""): 503,
        DiskFull(""): 507,
        AgoraBusy("", status=503): 503,
        AgoraUnreachable(""): 502,
        AgoraRefused("", status=401): 502,
    }
    assert {type(error): status_of(error) for error in found} == {type(error): status for error, status in found.items()}


def notice(harness: Harness) -> bytes:
    payload = {"agent_id": "a", "name": f"{AGENT_NAME}s1"}
    return json.dumps({"productId": 17, "eventType": 101, "notifyMs": harness.clock.now_ms(), "payload": payload}).encode()


def test_a_dead_database_is_the_same_status_everywhere(harness: Harness, client: TestClient) -> None:
    client.app.router.routes[:0] = contract_routes(SampleBackend(harness.external, API), KEY)  # type: ignore[attr-defined]
    capability = harness.calls._tokens.capabilities.issue("s1")  # type: ignore[arg-type]
    session = {"authorization": f"Bearer {capability}"}
    raw = notice(harness)
    harness.base.database.close()
    answers = {
        "start": client.get("/start-agent", headers=BEARER),
        "tokens": client.get("/start-agent", params={"connect": "false"}, headers=BEARER),
        "hang up": client.get("/hangup-agent", params={"agent_id": "a"}, headers=BEARER),
        "speak": client.post("/speak", json={"agent_id": "a", "text": "Hello."}, headers=BEARER),
        "renew": client.get("/renew-token", params={"agent_id": "a"}, headers=BEARER),
        "end": client.post("/api/calls/s1/end", json={"capability": capability, "reason": "ended"}),
        "record": client.post("/api/calls/s1/recording/0/0", content=b"x", headers=session),
        "notify": client.post("/api/agora/notifications", content=raw, headers=signatures(WEBHOOK_SECRET, raw)),
    }
    assert {what: answer.status_code for what, answer in answers.items()} == dict.fromkeys(answers, 503)
    assert all(answer.json()["advice"] for answer in answers.values())


def test_a_page_whose_database_is_away_is_asked_to_try_again(harness: Harness, client: TestClient) -> None:
    ticket = harness.calls.launch(LaunchRequest(harness.agents.default().id))
    harness.base.database.close()
    with client.websocket_connect(f"/api/calls/{ticket.session_id}/stage") as socket:
        socket.send_json({"type": "hello", "capability": ticket.capability})
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == TRY_AGAIN_LATER


def test_a_twin_that_is_not_there_is_not_the_callers_fault(tmp_path) -> None:
    absent = make_harness("", tmp_path / "absent")
    silent = make_harness("http://127.0.0.1:9", tmp_path / "silent")
    found = [SampleBackend(harness.external, API).start({}).status for harness in (absent, silent)]
    assert found == [503, 502]
    assert absent.sessions.unfinished() == []


def test_whoever_leaves_in_the_middle_of_a_body_leaves_no_exception(harness: Harness) -> None:
    contract = contract_routes(SampleBackend(harness.external, API), KEY, harness.clock)
    app = Starlette(routes=[*contract, *routes(harness.services, harness.stages, harness.clock)])
    posts = [route.path for route in app.routes if isinstance(route, Route) and route.methods and "POST" in route.methods]
    ticket = harness.calls.launch(LaunchRequest(harness.agents.list()[0].id))
    mine = {"recording": {"authorization": f"Bearer {ticket.capability}"}}
    for path in posts:
        headers = next((given for part, given in mine.items() if part in path), BEARER)
        filled = (
            path.replace(":count", "")
            .replace(":path", "")
            .format(session_id=ticket.session_id, agent_id="a", link_id="a", offset_ms=0, number=0, path="x")
        )
        assert cut_post(app, filled, headers=headers) < 500, path
