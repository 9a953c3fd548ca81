"""Alerts: what is due, sent once and signed, tried again, and to nobody else."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from greenroom.model.alert import ALERT_KINDS
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.session import Turn
from greenroom.services.operations.alert_delivery import (
    RETRY_AFTER_S,
    SIGNATURE_HEADER,
    AlertNotDelivered,
    BadAlertTarget,
    deliver,
)
from greenroom.services.operations.alerts import Alerts
from tests.services.conftest import make_desk

pytestmark = pytest.mark.twin
URL = "https://hooks.example/T0/secret-path"


class AlertReceiver:
    def __init__(self) -> None:
        self.got: list[httpx.Request] = []
        self.status = 200

    def __call__(self, request):
        self.got.append(request)
        return httpx.Response(self.status, headers={"location": "https://evil.example/"})

    @property
    def types(self):
        return [json.loads(request.content)["type"] for request in self.got]


@pytest.fixture
def server():
    return AlertReceiver()


def watched(desk, server):
    made = desk.services.alerts
    return Alerts(desk.clock, made._vault, made._store, made._caps, httpx.MockTransport(server))


def test_the_end_of_a_call_is_sent_once_and_signed(desk, server):
    alerts = watched(desk, server)
    target = alerts.add(URL, ["call.ended"])
    session_id = desk.run()
    alerts.tick()
    assert server.got == []
    desk.calls.end(session_id, "ended")
    for _ in range(3):
        alerts.tick()
    (request,) = server.got
    assert str(request.url) == URL
    at, _, digest = request.headers[SIGNATURE_HEADER].removeprefix("t=").partition(",v1=")
    body = at.encode() + b"." + request.content
    assert hmac.compare_digest(digest, hmac.new(target.secret.encode(), body, hashlib.sha256).hexdigest())
    data = json.loads(request.content)["data"]
    assert (data["session_id"], data["end_reason"]) == (session_id, "ended")


def test_two_processes_send_it_once(twin, tmp_path, server):
    here, there = make_desk(twin.url, tmp_path), make_desk(twin.url, tmp_path)
    one, other = watched(here, server), watched(there, server)
    one.add(URL, ["call.ended"])
    here.calls.end(here.run(), "ended")
    for alerts in (one, other, one, other):
        alerts.tick()
    assert server.types == ["call.ended"]


def test_what_fails_is_tried_again_later_and_given_up_after_days(desk, server):
    alerts = watched(desk, server)
    alerts.add(URL, ["call.ended"])
    desk.calls.end(desk.run(), "ended")
    server.status = 500
    alerts.tick()
    alerts.tick()
    assert len(server.got) == 1
    for wait in RETRY_AFTER_S:
        desk.clock.ahead_s += wait + 1
        alerts.tick()
    assert len(server.got) == 1 + len(RETRY_AFTER_S)
    (delivery,) = alerts.recent()
    assert (delivery.next_at, delivery.problem) == (None, "hooks.example answered with HTTP 500.")


def test_a_redirect_is_not_followed_and_the_path_is_told_nobody(desk, server):
    alerts = watched(desk, server)
    target = alerts.add(URL, list(ALERT_KINDS))
    server.status = 302
    with pytest.raises(AlertNotDelivered) as refused:
        alerts.send_test(target.id)
    assert "secret-path" not in str(refused.value)
    assert [request.url.host for request in server.got] == ["hooks.example"]
    assert "secret-path" not in repr(target)
    server.status = 200
    alerts.send_test(target.id)
    assert server.types[-1] == "test"


MEGABYTE, MOST_MEGABYTES = b"x" * 2**20, 256


@pytest.fixture
def flood():
    """A server whose answer is far larger than anything that is read of it; how much it could send."""
    sent: list[int] = []

    class Flood(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.send_header("content-length", str(MOST_MEGABYTES * len(MEGABYTE)))
            self.end_headers()
            try:
                for _ in range(MOST_MEGABYTES):
                    self.wfile.write(MEGABYTE)
                    sent.append(1)
            except OSError:
                return

        def log_message(self, *arguments):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Flood)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", sent
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_webhook_cannot_fill_the_memory_with_its_answer(flood):
    address, sent = flood
    deliver(address, "secret", {"type": "test"}, 0)
    assert len(sent) < MOST_MEGABYTES / 2


def test_a_link_whose_time_is_used_up_is_reported_once(desk, server):
    alerts = watched(desk, server)
    alerts.add(URL, ["link.cap_reached"])
    link = desk.services.guest_links.create(GuestLinkOptions(agent_id=desk.agents.list()[0].id, name="Lobby", total_s=60))
    key = desk.services.guest_links.path(link).partition("#")[2]
    ticket = desk.services.guest_visits.launch(link.id, key, "", False).ticket
    desk.calls.start_agent(ticket.session_id)
    alerts.tick()
    desk.clock.ahead_s += 58
    for _ in range(2):
        alerts.tick()
    assert server.types == ["link.cap_reached"]
    assert json.loads(server.got[0].content)["data"]["name"] == "Lobby"


def test_an_hour_of_failures_is_reported_once(desk, server):
    alerts = watched(desk, server)
    alerts.add(URL, ["error_rate.high"], errors_percent=20)
    desk.clock.hold()
    for number in range(10):
        desk.calls.end(desk.launch(), "start_timeout" if number < 3 else "ended")
    for _ in range(2):
        alerts.tick()
    assert server.types == ["error_rate.high"]
    assert json.loads(server.got[0].content)["data"] == {"calls": 10, "failed": 3, "limit_percent": 20}


@pytest.mark.parametrize("address", ["", "hooks.example", "http://hooks.example/", "ftp://x.example", "https://a:b@x.example/"])
def test_only_https_takes_alerts(desk, address):
    with pytest.raises(BadAlertTarget):
        desk.services.alerts.add(address, ["call.ended"])
    with pytest.raises(BadAlertTarget):
        desk.services.alerts.add(URL, [])
    assert desk.services.alerts.targets() == []


def test_a_deleted_webhook_gets_nothing(desk, server):
    alerts = watched(desk, server)
    target = alerts.add(URL, ["call.ended"])
    desk.calls.end(desk.run(), "ended")
    alerts.delete(target.id)
    alerts.tick()
    assert server.got == []


def test_an_hour_of_slow_answers_is_reported_once_to_those_whose_limit_it_passes(desk, server):
    alerts = watched(desk, server)
    alerts.add(URL, ["latency.high"], latency_ms=1500)
    alerts.add("https://patient.example/", ["latency.high"], latency_ms=3000)
    desk.clock.hold()
    for number in range(20):
        alerts.tick()
        assert server.got == [], "too few calls for a p90"
        session_id = desk.launch()
        desk.calls.record_turn(session_id, Turn(1, "agent", "Hello.", 0, 900, latency_ms=2000 if number < 3 else 600))
        desk.calls.end(session_id, "ended")
    for _ in range(2):
        alerts.tick()
    (request,) = server.got
    assert str(request.url) == URL
    alert = json.loads(request.content)
    assert (alert["type"], alert["data"]) == ("latency.high", {"calls": 20, "p90_ms": 2000, "limit_ms": 1500})
    desk.clock.ahead_s += 3601
    alerts.tick()
    assert len(server.got) == 1, "those calls are more than an hour old"


def test_calls_whose_latency_was_not_measured_are_not_slow(desk, server):
    alerts = watched(desk, server)
    alerts.add(URL, ["latency.high"], latency_ms=100)
    for _ in range(20):
        desk.calls.end(desk.launch(), "start_timeout")
    alerts.tick()
    assert server.got == []


def test_the_daily_cap_is_reported_once_a_day(twin, tmp_path, server):
    desk = make_desk(twin.url, tmp_path, max_day_s=300)
    alerts = watched(desk, server)
    alerts.add(URL, ["daily_cap.reached"])
    desk.clock.hold()
    session_id = desk.run()
    alerts.tick()
    assert server.got == []
    desk.clock.ahead_s += 300
    for _ in range(2):
        alerts.tick()
    desk.calls.end(session_id, "capped")
    alerts.tick()
    assert server.types == ["daily_cap.reached"]
    assert json.loads(server.got[0].content)["data"] == {"why": "Calls used 5 of 5 minutes in 24 hours."}
    desk.clock.ahead_s += 2 * 24 * 3600
    alerts.tick()
    assert len(server.got) == 1, "nothing is used up two days later"
