"""Keys in an alert's address reach its server and nothing else: no log, no row, no list on the page, whatever the server does."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import inspect, text

from greenroom import security_log
from greenroom.redaction import redact_logs
from greenroom.services.operations.alert_delivery import AlertNotDelivered

pytestmark = pytest.mark.twin

KEYS = ("pathkey-4f1b9c", "querykey-77ad20", "userkey-90c1de", "passkey-5e5e11", "headkey-ab12cd")


class AlertServer(ThreadingHTTPServer):
    """Answers each alert with ``status``, or hangs up if it is 0; ``got`` keeps their paths and headers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), AlertTaker)
        self.got: list[str] = []
        self.status = 200


class AlertTaker(BaseHTTPRequestHandler):
    server: AlertServer

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(f"{self.path} {self.headers}")
        if self.server.status == 0:
            return self.connection.close()
        self.send_response(self.server.status)
        self.send_header("location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[AlertServer]:
    with AlertServer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


def addresses(port: int) -> list[str]:
    return [
        f"http://localhost:{port}/T0/{KEYS[0]}?token={KEYS[1]}",
        f"json://{KEYS[2]}:{KEYS[3]}@localhost:{port}/{KEYS[0]}?+X-Key={KEYS[4]}&-token={KEYS[1]}",
        f"form://{KEYS[2]}:{KEYS[3]}@localhost:{port}/{KEYS[0]}",
    ]


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("status", [200, 500, 302, 401, 0])
def test_no_key_of_an_address_is_told(
    harness, receiver, caplog: pytest.LogCaptureFixture, capfd, tmp_path, monkeypatch, number, status
):
    receiver.status = status
    alerts = harness.services.alerts
    security_log.write_to(tmp_path)
    monkeypatch.setattr(logging, "_logRecordFactory", logging.getLogRecordFactory())  # restored after the test
    redact_logs()
    errors = ""
    with caplog.at_level(logging.DEBUG):
        target = alerts.add(addresses(receiver.server_port)[number], ["call.ended"])
        alerts.allow(target.id, f"localhost:{receiver.server_port}")
        harness.calls.end(harness.run(), "ended")
        alerts.tick()
        alerts.settle()
        try:
            alerts.send_test(target.id)
        except AlertNotDelivered as error:
            errors = f"{error} {error.advice} {error.__context__!r}"
        alerts.delete(target.id)
    sent = "".join(receiver.got)
    assert any(key in sent for key in KEYS[:2])
    assert "elsewhere" not in sent
    printed = capfd.readouterr()
    told = [errors, repr(target), printed.out, printed.err, (tmp_path / security_log.FILE).read_text()]
    told += [f"{record.getMessage()} {record.args} {record.exc_info}" for record in caplog.records]
    told += [str(alerts.recent()), rows_of(harness)]
    assert f"alert {target.id}" in told[4]
    for key in (*KEYS, target.secret or KEYS[0]):
        assert not [one for one in told if key in one]


def rows_of(harness) -> str:
    """Every row of the database."""
    engine = harness.services.alerts._store._database._engine
    with engine.connect() as connection:
        names = inspect(engine).get_table_names()
        return json.dumps(
            [[list(row) for row in connection.execute(text(f"select * from {name}"))] for name in names], default=str
        )
