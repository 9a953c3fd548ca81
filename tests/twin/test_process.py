"""The twin as a process: one line when it listens, a clean end however it is told, and never an orphan."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from greenroom.agora.tokens import rtc_rtm_token
from tests.conftest import PATIENCE_S, RunningTwin, run_twin, until

pytestmark = pytest.mark.twin

END_TIMEOUT_S = PATIENCE_S


def test_health_says_what_the_twin_is(twin: RunningTwin):
    until(lambda: twin.health()["ready"])
    health = twin.health()
    assert (health["status"], health["app_id"]) == ("ok", twin.app_id)
    assert set(health["engines"]) == {"hearing", "voice", "brain"}


def test_a_voice_sample_is_a_wav(twin: RunningTwin):
    """Row 92."""
    sample = {"voice": "heart", "text": "Good evening.", "speed": 1.0}
    answer = httpx.post(f"{twin.url}/twin/voices/sample", json=sample, timeout=60, trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert answer.content[:4] == b"RIFF"
    assert len(answer.content) > 10_000


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT, "owner"])
def test_it_ends_in_good_order_and_says_nothing_more(told: signal.Signals | str):
    with run_twin("--brain", "scripted") as process:
        process.health()
        if isinstance(told, signal.Signals):
            process.child.send_signal(told)
        else:
            assert process.child.stdin
            process.child.stdin.close()
        assert process.child.wait(END_TIMEOUT_S) == 0
        assert process.child.stdout
        assert process.child.stdout.read() == b""


def test_it_goes_when_its_owner_is_killed():
    """An app that ends by SIGKILL cannot say goodbye; the pipe closes all the same."""
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys\n"
            "child = subprocess.Popen([sys.executable, '-m', 'greenroom.twin', '--port', '0', '--brain', 'scripted', "
            "'--owner-pipe'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
            "print(child.stdout.readline().decode(), flush=True)\n"
            "child.wait()",
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert owner.stdout
        twin = psutil.Process(json.loads(owner.stdout.readline())["pid"])
        owner.kill()
        owner.wait(END_TIMEOUT_S)
        twin.wait(END_TIMEOUT_S)
    finally:
        owner.kill()
        if owner.stdout:
            owner.stdout.close()


def test_a_port_that_is_taken_is_told_in_one_line(twin: RunningTwin):
    second = subprocess.run(
        [sys.executable, "-m", "greenroom.twin", "--port", str(twin.port)], capture_output=True, text=True, timeout=60
    )
    assert (second.returncode, second.stdout) == (1, "")
    assert f"can't listen on 127.0.0.1 port {twin.port}" in second.stderr


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(bytes(range(256)) * 64, id="bytes"),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000, id="endless-header"),
        pytest.param(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", id="negative-length"),
        pytest.param(b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="bad-chunk"),
        pytest.param(b"GET /../../etc/passwd HTTP/1.1\r\nHost: \xff\xfe\r\nConnection: close\r\n\r\n", id="bad-host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", id="half-upgrade"),
    ],
)
def test_garbage_on_the_port_is_refused_and_the_twin_lives_on(twin: RunningTwin, raw: bytes):
    connection = socket.create_connection(("127.0.0.1", twin.port), timeout=10)
    with connection, contextlib.suppress(OSError):  # it may hang up before it has read everything
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        assert b" 500 " not in connection.recv(65_536).split(b"\r\n")[0]
    assert twin.health()["status"] == "ok"


def test_no_secret_and_no_word_of_a_conversation_is_logged(tmp_path: Path):
    """Row 94: unique keys and texts are planted, then looked for in everything the process wrote."""
    with (tmp_path / "log").open("wb") as log:
        certificate = "c0ffee00" * 4
        options = ("--customer-id", "planted-id", "--brain", "scripted")
        with run_twin(*options, certificate=certificate, log=log, customer_secret="planted-secret") as process:
            root = f"/api/conversational-ai-agent/v2/projects/{process.app_id}"
            with httpx.Client(
                base_url=process.url + root, auth=("planted-id", "planted-secret"), timeout=PATIENCE_S, trust_env=False
            ) as http:
                agent = http.post("/join", json=planted(process)).raise_for_status().json()["agent_id"]
                until(lambda: http.get(f"/agents/{agent}").json()["status"] == "RUNNING")
                http.post(f"/agents/{agent}/think", json={"text": "planted-thought"}).raise_for_status()
                http.post(f"/agents/{agent}/speak", json={"text": "planted-speech"}).raise_for_status()
                http.post("/join", content=b'{"planted-garbage')
                http.get("/agents?cursor=planted-cursor", headers={"Authorization": "agora token=007planted-token"})
                http.post(f"/agents/{agent}/leave").raise_for_status()
                until(lambda: http.get(f"/agents/{agent}").json()["status"] == "STOPPED")
    written = (tmp_path / "log").read_text()
    assert agent in written
    assert "planted" not in written
    assert certificate not in written


def planted(process: RunningTwin) -> dict:
    model = {
        "url": "http://127.0.0.1:9/planted-path?key=planted-key",
        "api_key": "planted-api-key",
        "system_messages": [{"role": "system", "content": "planted-prompt"}],
        "greeting_message": "planted-greeting",
        "failure_message": "planted-failure",
    }
    return {
        "name": "planted-name",
        "properties": {
            "channel": "planted-channel",
            "token": rtc_rtm_token(process.app_id, process.certificate, "planted-channel", 100),
            "agent_rtc_uid": "100",
            "remote_rtc_uids": ["1002"],
            "tts": {"vendor": "openai", "params": {"api_key": "planted-tts-key", "voice": "coral"}},
            "llm": model,
        },
    }
