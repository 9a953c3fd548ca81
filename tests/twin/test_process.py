"""The twin as a process: one line when it listens, a clean end however it is told, and never an orphan."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import httpx
import psutil
import pytest

from tests.conftest import TwinProcess, run_twin

pytestmark = pytest.mark.twin

END_TIMEOUT_S = 15.0


def test_health_says_what_the_twin_is(twin: TwinProcess):
    deadline = time.monotonic() + 60
    while not (health := twin.health())["ready"]:
        assert time.monotonic() < deadline, "the engines did not load in time"
        time.sleep(0.1)
    assert (health["status"], health["app_id"]) == ("ok", twin.app_id)
    assert set(health["engines"]) == {"hearing", "voice", "brain"}


def test_a_voice_sample_is_a_wav(twin: TwinProcess):
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


def test_a_port_that_is_taken_is_told_in_one_line(twin: TwinProcess):
    second = subprocess.run(
        [sys.executable, "-m", "greenroom.twin", "--port", str(twin.port)], capture_output=True, text=True, timeout=60
    )
    assert (second.returncode, second.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1 port {twin.port}" in second.stderr
