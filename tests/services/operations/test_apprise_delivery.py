"""Alerts through Apprise, to a real server on this computer: what arrives, what is refused, and what is told nobody."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from greenroom.redaction import SECRETS
from greenroom.services.operations import apprise_delivery
from greenroom.services.operations.alert_delivery import AlertNotDelivered, BadAlertTarget
from greenroom.services.operations.apprise_delivery import service_at

pytestmark = pytest.mark.twin


class Inbox(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taker)
        self.got: list[dict] = []
        self.status = 200

    @property
    def address(self) -> str:
        return f"json://localhost:{self.server_port}/secret-path"


class Taker(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append({"path": self.path, **json.loads(body)})
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        return


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def allowed(alerts, inbox):
    target = alerts.add(inbox.address, ["call.ended"])
    alerts.allow(target.id, f"localhost:{inbox.server_port}")
    return target


def test_a_place_inside_the_network_gets_nothing_before_an_admin_allows_it(harness, inbox):
    alerts = harness.services.alerts
    target = alerts.add(inbox.address, ["call.ended"])
    assert alerts.undecided() == {target.id: f"localhost:{inbox.server_port}"}
    with pytest.raises(AlertNotDelivered, match="inside this computer's own network"):
        alerts.send_test(target.id)
    assert inbox.got == []
    alerts.allow(target.id, f"localhost:{inbox.server_port}")
    assert alerts.undecided() == {}
    alerts.send_test(target.id)
    assert [message["title"] for message in inbox.got] == ["Greenroom: test"]


def test_a_name_that_leads_inside_only_when_it_is_connected_to_gets_nothing(harness, inbox, monkeypatch):
    """DNS rebinding: the name resolves to a public address for Greenroom's check, and to another one when Apprise connects."""
    target = harness.services.alerts.add(inbox.address, ["call.ended"])
    monkeypatch.setattr(apprise_delivery, "addresses_of", lambda host: ["1.1.1.1"])
    with pytest.raises(AlertNotDelivered, match="inside this computer's own network"):
        harness.services.alerts.send_test(target.id)
    assert inbox.got == []
    with socket.create_connection(inbox.server_address):  # outside of a delivery this thread connects as ever
        pass


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("slack://TokenA1234/BTokenBBBB/cTokenCCCCCCCCCCCCCCCCCC/#general", ""),
        ("discord://4174216298/secret-path-of-a-webhook", ""),
        ("jsons://hooks.example.com/x", "hooks.example.com:443"),
        ("mailtos://u:p@example.com?smtp=mail.example.com", "mail.example.com:587"),
    ],
)
def test_only_a_host_that_an_address_names_is_looked_up(address, place):
    assert service_at(address)[1] == place


def test_the_end_of_a_call_reaches_a_service_once(harness, inbox):
    alerts = harness.services.alerts
    target = allowed(alerts, inbox)
    assert (target.service, target.secret) == ("JSON", "")
    session_id = harness.run()
    harness.calls.end(session_id, "ended")
    for _ in range(2):
        alerts.tick()
        alerts.settle()
    (message,) = inbox.got
    assert (message["path"], message["title"]) == ("/secret-path", "Greenroom: a call ends")
    assert f"session_id: {session_id}" in message["message"]
    (delivery,) = alerts.recent()
    assert (delivery.next_at, delivery.problem) == (None, "")


@pytest.mark.parametrize("status", [302, 500])
def test_a_refusal_is_reported_without_the_address_and_a_redirect_not_followed(harness, inbox, caplog, status):
    target = allowed(harness.services.alerts, inbox)
    inbox.status = status
    with pytest.raises(AlertNotDelivered, match="JSON didn't accept") as refused:
        harness.services.alerts.send_test(target.id)
    assert [message["path"] for message in inbox.got] == ["/secret-path"]
    assert "secret-path" not in f"{refused.value} {target!r} {caplog.text}"
    assert "secret-path" not in SECRETS.text(f"tried {target.address}")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("json://hooks.example.com/x", "isn't encrypted"),
        ("jsons://hooks.example.com/x?verify=no", "certificate"),
        ("ntfy://topic", "isn't encrypted"),
        ("syslog://", "isn't encrypted"),
        ("exec://rm", "doesn't know"),
        ("file:///etc/passwd", "doesn't know"),
        ("slack://half", "doesn't know"),
    ],
)
def test_what_would_leak_or_reach_this_computer_is_refused(harness, address, why):
    with pytest.raises(BadAlertTarget, match=why):
        harness.services.alerts.add(address, ["call.ended"])
    assert harness.services.alerts.targets() == []


def test_apprise_is_loaded_when_it_is_used_and_not_before():
    code = "import sys, greenroom.composition; print('apprise' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert run.stdout.strip() == "False"
