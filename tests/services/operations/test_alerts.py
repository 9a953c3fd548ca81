"""Alerts: what is due, sent once and signed, tried again, and to nobody else."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from greenroom.errors import Conflict
from greenroom.http_security.addresses import place_of
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
from greenroom.store.database import Database
from tests.services.conftest import make_harness

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


def tick(alerts):
    alerts.tick()
    alerts.settle()


def watched(harness, server):
    made = harness.services.alerts
    return Alerts(harness.clock, made._vault, made._store, made._caps, httpx.MockTransport(server))


def test_the_end_of_a_call_is_sent_once_and_signed(harness, server):
    alerts = watched(harness, server)
    target = alerts.add(URL, ["call.ended"])
    session_id = harness.run()
    tick(alerts)
    assert server.got == []
    harness.calls.end(session_id, "ended")
    for _ in range(3):
        tick(alerts)
    (request,) = server.got
    assert str(request.url) == URL
    at, _, digest = request.headers[SIGNATURE_HEADER].removeprefix("t=").partition(",v1=")
    body = at.encode() + b"." + request.content
    assert hmac.compare_digest(digest, hmac.new(target.secret.encode(), body, hashlib.sha256).hexdigest())
    data = json.loads(request.content)["data"]
    assert (data["session_id"], data["end_reason"]) == (session_id, "ended")


def test_a_new_webhook_gets_no_calls_from_before_it(harness, server):
    alerts = watched(harness, server)
    harness.calls.end(harness.run(), "ended")
    harness.clock.ahead_s += 60
    alerts.add(URL, ["call.ended"])
    tick(alerts)
    assert server.got == []
    session_id = harness.run()
    harness.calls.end(session_id, "ended")
    tick(alerts)
    assert [json.loads(request.content)["data"]["session_id"] for request in server.got] == [session_id]


def test_looking_for_alerts_that_were_sent_holds_up_no_launch(harness, server, monkeypatch):
    alerts = watched(harness, server)
    for number in range(3):
        alerts.add(f"{URL}/{number}", ["call.ended"])
        harness.calls.end(harness.run(), "ended")
    tick(alerts)
    locked = []
    launching = Database.launching
    monkeypatch.setattr(Database, "launching", lambda database: locked.append(1) or launching(database))
    tick(alerts)
    assert locked == []


def test_two_processes_send_it_once(twin, tmp_path, server):
    here, there = make_harness(twin.url, tmp_path), make_harness(twin.url, tmp_path)
    one, other = watched(here, server), watched(there, server)
    one.add(URL, ["call.ended"])
    here.calls.end(here.run(), "ended")
    for alerts in (one, other, one, other):
        tick(alerts)
    assert server.types == ["call.ended"]


def test_what_fails_is_tried_again_later_and_given_up_after_days(harness, server):
    alerts = watched(harness, server)
    alerts.add(URL, ["call.ended"])
    harness.calls.end(harness.run(), "ended")
    server.status = 500
    tick(alerts)
    tick(alerts)
    assert len(server.got) == 1
    for wait in RETRY_AFTER_S:
        harness.clock.ahead_s += wait + 1
        tick(alerts)
    assert len(server.got) == 1 + len(RETRY_AFTER_S)
    (delivery,) = alerts.recent()
    assert (delivery.next_at, delivery.problem) == (None, "hooks.example answered with HTTP 500.")


def test_a_redirect_is_not_followed_and_the_path_is_told_nobody(harness, server):
    alerts = watched(harness, server)
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


HERE = "https://127.0.0.1:9/hook"


def guarded(harness):
    """Without a stand-in: over the network, as the product does."""
    made = harness.services.alerts
    return Alerts(harness.clock, made._vault, made._store, made._caps)


@pytest.mark.parametrize(
    "address", [HERE, "https://localhost:9/", "http://127.0.0.1:9/", "https://[::ffff:10.0.0.1]/", "https://2130706433/"]
)
def test_an_address_inside_the_network_gets_nothing_before_an_admin_allowed_it(harness, address):
    alerts = guarded(harness)
    target = alerts.add(address, ["call.ended"])
    with pytest.raises(AlertNotDelivered, match="inside this computer's own network") as refused:
        alerts.send_test(target.id)
    assert place_of(address) in refused.value.advice
    harness.calls.end(harness.run(), "ended")
    tick(alerts)
    (delivery,) = alerts.recent()
    assert "own network" in delivery.problem


def test_what_an_admin_allows_is_one_address_by_its_name(harness, inside):
    address, got = inside
    alerts = guarded(harness)
    target = alerts.add(address, ["call.ended"])
    place = place_of(address)
    assert alerts.undecided() == {target.id: place}
    with pytest.raises(Conflict):
        alerts.allow(target.id, "127.0.0.1:9")
    alerts.allow(target.id, place)
    assert alerts.undecided() == {}
    alerts.send_test(target.id)
    assert [json.loads(body)["type"] for body in got] == ["test"]


def test_a_public_name_that_leads_inside_needs_consent_too(harness, monkeypatch):
    found = socket.getaddrinfo("127.0.0.1", 443, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **named: found)
    alerts = guarded(harness)
    target = alerts.add("https://hooks.example/T0", ["call.ended"])
    assert alerts.undecided() == {target.id: "hooks.example:443"}
    with pytest.raises(AlertNotDelivered, match="inside this computer's own network"):
        alerts.send_test(target.id)


def test_one_delivery_ends_in_time_however_slowly_headers_come(dripping, monkeypatch):
    address, _ = dripping
    monkeypatch.setattr("greenroom.services.operations.alert_delivery.TIMEOUT_S", 0.5)
    with pytest.raises(AlertNotDelivered, match="didn't answer within"):
        deliver(address, "secret", {"type": "test"}, 0, place_of(address))


def test_a_slow_server_holds_up_nobody_else(harness, inside, dripping):
    (address, got), (slow_address, go_on) = inside, dripping
    alerts = guarded(harness)
    slow, quick = (alerts.add(one, ["call.ended"]) for one in (slow_address, address))
    for target in (slow, quick):
        alerts.allow(target.id, place_of(target.address))
    for number in (1, 2):
        harness.calls.end(harness.run(), "ended")
        alerts.tick()
        alerts._under_way[quick.id].join()
        assert len(got) == number
    assert [one.tries for one in alerts.recent() if one.target == slow.id] == [0, 0]
    go_on.set()
    alerts.settle()


@pytest.fixture
def inside():
    """A webhook's server on this computer: its address, and the bodies it got."""
    got: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments):
            return

    yield from ((address, got) for address in serving(Hook))


@pytest.fixture
def dripping():
    """A server that sends one header after the other until it is told to stop: its address, and how to tell it."""
    go_on = threading.Event()

    class Dripping(BaseHTTPRequestHandler):
        def do_POST(self):
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            with contextlib.suppress(OSError):
                while not go_on.wait(0.1):
                    self.wfile.write(b"x-more: 1\r\n")

        def log_message(self, *arguments):
            return

    yield from ((address, go_on) for address in serving(Dripping))
    go_on.set()


def serving(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()
    thread.join()


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

    yield from ((address, sent) for address in serving(Flood))


def test_a_webhook_cannot_fill_the_memory_with_its_answer(flood):
    address, sent = flood
    deliver(address, "secret", {"type": "test"}, 0, place_of(address))
    assert len(sent) < MOST_MEGABYTES / 2


def test_a_link_whose_time_is_used_up_is_reported_once(harness, server):
    alerts = watched(harness, server)
    alerts.add(URL, ["link.cap_reached"])
    link = harness.services.guest_links.create(GuestLinkOptions(agent_id=harness.agents.list()[0].id, name="Lobby", total_s=60))
    key = harness.services.guest_links.path(link).partition("#")[2]
    ticket = harness.services.guest_visits.launch(link.id, key, "", False).ticket
    harness.calls.start_agent(ticket.session_id)
    harness.clock.ahead_s += 51
    tick(alerts)
    assert server.types == []
    harness.clock.ahead_s += 2
    harness.calls.end(ticket.session_id, "ended")  # what is left is too short for another call
    for _ in range(2):
        tick(alerts)
    assert server.types == ["link.cap_reached"]
    assert json.loads(server.got[0].content)["data"]["name"] == "Lobby"


def test_an_hour_of_failures_is_reported_once(harness, server):
    alerts = watched(harness, server)
    alerts.add(URL, ["error_rate.high"], errors_percent=20)
    harness.clock.hold()
    for number in range(10):
        harness.calls.end(harness.launch(), "start_timeout" if number < 3 else "ended")
    for _ in range(2):
        tick(alerts)
    assert server.types == ["error_rate.high"]
    assert json.loads(server.got[0].content)["data"] == {"calls": 10, "failed": 3, "limit_percent": 20}


@pytest.mark.parametrize("address", ["", "hooks.example", "http://hooks.example/", "ftp://x.example", "https://a:b@x.example/"])
def test_only_https_takes_alerts(harness, address):
    with pytest.raises(BadAlertTarget):
        harness.services.alerts.add(address, ["call.ended"])
    with pytest.raises(BadAlertTarget):
        harness.services.alerts.add(URL, [])
    assert harness.services.alerts.targets() == []


def test_a_deleted_webhook_gets_nothing(harness, server):
    alerts = watched(harness, server)
    target = alerts.add(URL, ["call.ended"])
    harness.calls.end(harness.run(), "ended")
    alerts.delete(target.id)
    tick(alerts)
    assert server.got == []


def test_an_hour_of_slow_answers_is_reported_once_to_those_whose_limit_it_passes(harness, server):
    alerts = watched(harness, server)
    alerts.add(URL, ["latency.high"], latency_ms=1500)
    alerts.add("https://patient.example/", ["latency.high"], latency_ms=3000)
    harness.clock.hold()
    for number in range(20):
        tick(alerts)
        assert server.got == [], "too few calls for a p90"
        session_id = harness.launch()
        harness.calls.record_turn(session_id, Turn(1, "agent", "Hello.", 0, 900, latency_ms=2000 if number < 3 else 600))
        harness.calls.end(session_id, "ended")
    for _ in range(2):
        tick(alerts)
    (request,) = server.got
    assert str(request.url) == URL
    alert = json.loads(request.content)
    assert (alert["type"], alert["data"]) == ("latency.high", {"calls": 20, "p90_ms": 2000, "limit_ms": 1500})
    harness.clock.ahead_s += 3601
    tick(alerts)
    assert len(server.got) == 1, "those calls are more than an hour old"


def test_calls_whose_latency_was_not_measured_are_not_slow(harness, server):
    alerts = watched(harness, server)
    alerts.add(URL, ["latency.high"], latency_ms=100)
    for _ in range(20):
        harness.calls.end(harness.launch(), "start_timeout")
    tick(alerts)
    assert server.got == []


def test_the_daily_cap_is_reported_once_a_day(twin, tmp_path, server):
    harness = make_harness(twin.url, tmp_path, max_day_s=300)
    alerts = watched(harness, server)
    alerts.add(URL, ["daily_cap.reached"])
    harness.clock.hold()
    session_id = harness.run()
    tick(alerts)
    assert server.got == []
    harness.clock.ahead_s += 300
    for _ in range(2):
        tick(alerts)
    harness.calls.end(session_id, "capped")
    tick(alerts)
    assert server.types == ["daily_cap.reached"]
    assert json.loads(server.got[0].content)["data"] == {"why": "Calls used 5 of 5 minutes in 24 hours."}
    harness.clock.ahead_s += 2 * 24 * 3600
    tick(alerts)
    assert len(server.got) == 1, "nothing is used up two days later"
