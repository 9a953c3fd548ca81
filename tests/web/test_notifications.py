"""Agora's notifications over HTTP: who gets in, and what the answer says."""

from __future__ import annotations

import json

import pytest

from greenroom.agora.webhooks import BODY_MAX_BYTES, signatures
from greenroom.services.calls.agent_runs import AGENT_NAME
from greenroom.web.notifications import PATH
from tests.services.conftest import WEBHOOK_SECRET


def post(client, raw: bytes, **headers: str):
    return client.post(PATH, content=raw, headers={**signatures(WEBHOOK_SECRET, raw), **headers})


def left(harness, session_id) -> bytes:
    payload = {"agent_id": harness.session(session_id).agora_agent_id, "name": AGENT_NAME + session_id, "message": "OK"}
    return json.dumps(
        {"noticeId": "n", "productId": 17, "eventType": 102, "notifyMs": harness.clock.now_ms(), "payload": payload}
    ).encode()


def test_a_notice_closes_the_session_of_an_agent_that_left(client, harness):
    session_id = harness.run()
    raw = left(harness, session_id)
    assert [post(client, raw).json(), post(client, raw).json()] == [{"taken": True}, {"taken": False}]
    assert harness.session(session_id).end_reason == "agent_failed"


@pytest.mark.parametrize(
    ("raw", "headers", "status"),
    [
        (b"{}", {}, 400),
        (b"{}", {"agora-signature": "0" * 40}, 403),
        (b"x" * (BODY_MAX_BYTES + 1), {}, 400),
        (b"{}", {"origin": "https://elsewhere.example"}, 403),
    ],
)
def test_what_is_not_agoras_is_refused(client, raw, headers, status):
    answer = post(client, raw, **headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "advice"}


def test_only_posts_are_taken(client):
    assert client.get(PATH).status_code in (404, 405)


def test_a_forged_notification_is_in_the_security_log(client, caplog):
    with caplog.at_level("INFO", logger="greenroom.security"):
        client.post(PATH, content=b"{}", headers={"agora-signature": "0" * 40})
    (event,) = [record.args for record in caplog.records if record.args]
    assert (event["event"], event["path"]) == ("request_refused", PATH)
