"""Notifications in the record: from a twin that really sends them, and by hand in every order."""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from greenroom.agora.webhooks import InvalidNotification, signatures
from greenroom.errors import NotAllowed, NotFound
from greenroom.model.session import SessionId, Turn
from greenroom.services.calls.agent_runs import AGENT_NAME
from greenroom.web.notifications import PATH, receiver
from tests.conftest import run_twin, until
from tests.services.conftest import WEBHOOK_SECRET, Harness, make_harness


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Harness]:
    """A dashboard whose twin tells it of its agents over HTTP, as Agora's servers do."""
    harnesses: list[Harness] = []

    async def receive(request):
        return await receiver(harnesses[0].notifications)(request)

    server, port = serving(Starlette(routes=[Route(PATH, receive, methods=["POST"])]))
    arguments = ("--brain", "scripted", "--webhook-url", f"http://127.0.0.1:{port}{PATH}")
    with run_twin(*arguments, webhook_secret=WEBHOOK_SECRET) as twin:
        harnesses.append(make_harness(twin.url, tmp_path))
        yield harnesses[0]
    server.should_exit = True


def serving(app: Starlette) -> tuple[uvicorn.Server, int]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    return server, listener.getsockname()[1]


def notices(harness: Harness, session_id: SessionId) -> list[str]:
    return [event.kind for event in harness.sessions.transcript.events(session_id) if event.kind.startswith("notice_")]


@pytest.mark.twin
def test_the_twin_tells_of_an_agents_life_and_the_record_takes_it(told: Harness):
    """row 90: the events of an agent, signed and in the log of its session"""
    session_id = told.run()
    until(lambda: "notice_101" in notices(told, session_id))
    session = told.session(session_id)
    told.agora.speak(session.agora_agent_id, "One moment, please.")
    until(lambda: len(told.agora.history(session.agora_agent_id).lines) >= 1)
    told.agora.leave(session.agora_agent_id)
    until(lambda: {"notice_102", "notice_103", "notice_112"} <= set(notices(told, session_id)))
    assert told.session(session_id).state == "ended"
    assert any("One moment" in turn.text for turn in told.sessions.transcript.turns(session_id))


# ── by hand


def notice(harness: Harness, session_id: SessionId, event: int, number: str = "", **payload: Any) -> bytes:
    session = harness.session(session_id)
    named = {"agent_id": session.agora_agent_id, "name": AGENT_NAME + session_id, "channel": session.channel}
    return json.dumps(
        {
            "noticeId": number or f"n{event}",
            "productId": 17,
            "eventType": event,
            "notifyMs": harness.clock.now_ms(),
            "sid": "s",
            "payload": {**named, **payload},
        }
    ).encode()


def take(harness: Harness, raw: bytes) -> bool:
    return harness.notifications.take(raw, signatures(WEBHOOK_SECRET, raw))


CONTENTS = [{"role": "assistant", "content": "Good day, this is Ava."}, {"role": "user", "content": "Are dogs welcome?"}]
TURNS = [{"turn_id": 2, "metrics": {"e2e_latency_ms": 700, "segmented_latency_ms": {"asr_ttlw": 120, "llm_ttft": 300}}}]


def test_any_order_and_every_repetition_leave_the_same_record(harness: Harness):
    seen = set()
    for seed in range(4):
        session_id = harness.run()
        harness.sessions.transcript.add_turn(session_id, Turn(0, "agent", "Good day, this is Ava.", 0, 1500, source="greeting"))
        harness.sessions.transcript.add_turn(session_id, Turn(1, "user", "Are dogs welcome?", 2000, 3000))
        sent = [
            notice(harness, session_id, 101, start_ts=1),
            notice(harness, session_id, 103, contents=CONTENTS),
            notice(harness, session_id, 112, turns=TURNS),
            notice(harness, session_id, 102, status="STOPPED", message="Idle for too long"),
            notice(harness, session_id, 110, errors=[{"module": "tts", "code": 401, "message": "bad key"}]),
        ]
        twice = [*sent, *sent]
        random.Random(seed).shuffle(twice)
        assert sum(take(harness, raw) for raw in twice) == len(sent)
        session = harness.session(session_id)
        turns = [(t.turn_id, t.speaker, t.text, tuple(t.stages.items())) for t in harness.sessions.transcript.turns(session_id)]
        seen.add((session.end_reason, tuple(turns), tuple(sorted(notices(harness, session_id)))))
    assert len(seen) == 1
    reason, turns, kinds = seen.pop()
    assert reason == "idle"
    assert len(turns) == 2
    assert turns[1][3] == (("asr_ttlw", 120), ("llm_ttft", 300))
    assert len(kinds) == 5


def test_a_wrong_signature_a_stale_notice_and_a_dashboard_without_a_secret_take_nothing(harness: Harness, tmp_path: Path, twin):
    session_id = harness.run()
    raw = notice(harness, session_id, 102, message="OK")
    with pytest.raises(NotAllowed):
        harness.notifications.take(raw, signatures("another", raw))
    harness.clock.ahead_s = 7200
    with pytest.raises(InvalidNotification):
        take(harness, raw)
    harness.clock.ahead_s = 0
    assert harness.session(session_id).state == "running"
    without = make_harness(twin.url, tmp_path / "other", webhook_secret="")
    with pytest.raises(NotFound):
        take(without, raw)


def test_agents_of_others_and_an_older_start_of_the_same_name_are_left_alone(harness: Harness):
    session_id = harness.run()
    for changed in ({"name": "somebody-elses"}, {"name": AGENT_NAME + "unknown"}, {"agent_id": "of another start"}):
        assert not take(harness, notice(harness, session_id, 102, message="OK", **changed))
    assert harness.session(session_id).state == "running"


def test_an_agent_whose_token_expires_gets_a_new_one(harness: Harness):
    """row 69: hours-long calls"""
    session_id = harness.run()
    assert take(harness, notice(harness, session_id, 104, message="Task exceeded maximum lifetime"))
    assert "renew_failed" not in [event.kind for event in harness.sessions.transcript.events(session_id)]
