"""What every test may use: a twin running as its own process."""

from __future__ import annotations

import gc
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

# Machines that run tests are busy ones: how long an example takes says nothing about the code.
# The suite draws the same examples each time: its verdict is about the change at hand. ``make fuzz`` draws new ones, and more.
settings.register_profile("greenroom", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile(
    "new examples", settings.get_profile("greenroom"), derandomize=False, max_examples=1000, print_blob=True
)
settings.load_profile("new examples" if "GREENROOM_FUZZ" in os.environ else "greenroom")

BROWSER = "browser"
#: Browser tests that judge what is heard or seen live: one after the other. The rest, which looks at pages, runs beside them.
HEARD_OR_SEEN = frozenset(
    f"test_{name}.py"
    for name in (
        "after_the_call",
        "avatars",
        "crashes",
        "devices",
        "edge_sdk",
        "other_machines",
        "picture",
        "recording",
        "sound_check",
        "staying_up",
        "talking",
        "text",
        "twin_agents",
    )
)
#: How long a busy machine may take for what a quiet one does at once. Nothing waits this long unless it fails.
PATIENCE_S = 60.0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """For several workers: a file stays together, and what runs in a browser is two pieces of work."""

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            if f"/{BROWSER}/" not in file:
                return file
            return f"{BROWSER}, live" if Path(file).name in HEARD_OR_SEEN else f"{BROWSER}, pages"

    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs in a browser comes last, when the other workers have little left to do; the live half of it first."""
    items.sort(key=lambda item: (BROWSER in item.path.parts) * (2 - (item.path.name in HEARD_OR_SEEN)))


def pytest_collection_finish() -> None:
    """What pytest knows of thousands of tests stays: set aside, it makes no collection of a test's own garbage slow."""
    gc.collect()
    gc.freeze()


APP_ID = "0123456789abcdef0123456789abcdef"
CERTIFICATE = "fedcba9876543210fedcba9876543210"

START_TIMEOUT_S, STOP_TIMEOUT_S = 60.0, 10.0


@dataclass(frozen=True)
class RunningTwin:
    """A twin that listens at ``url``. ``child`` is there for tests about the process itself."""

    url: str
    port: int
    app_id: str
    certificate: str
    child: subprocess.Popen[bytes]

    def agents(self) -> dict[str, dict]:
        """What the twin knows of every agent, by its id."""
        answer = httpx.get(f"{self.url}/twin/agents", timeout=PATIENCE_S, trust_env=False).raise_for_status().json()
        return {agent["agent_id"]: agent for agent in answer}

    def health(self) -> dict:
        return httpx.get(f"{self.url}/health", timeout=PATIENCE_S, trust_env=False).raise_for_status().json()


@contextmanager
def run_twin(
    *arguments: str, app_id: str = APP_ID, certificate: str = CERTIFICATE, log: BinaryIO | None = None, **secrets: str
) -> Iterator[RunningTwin]:
    """Start ``python -m greenroom.twin`` on a free port; stop it when the block ends, politely or else by force.

    ``log`` takes its standard error, which otherwise goes where the tests' goes. ``secrets`` go through its standard input.
    """
    command = [sys.executable, "-m", "greenroom.twin", "--port", "0", "--owner-pipe", "--secrets", "-", *arguments]
    if app_id:
        command += ["--app-id", app_id]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
    try:
        assert child.stdin is not None
        child.stdin.write(json.dumps({"app_certificate": certificate, **secrets}).encode() + b"\n")
        child.stdin.flush()
        port = _ready_port(child)
        yield RunningTwin(f"http://127.0.0.1:{port}", port, app_id, certificate, child)
    finally:
        _stop(child)


@pytest.fixture(scope="session")
def twin() -> Iterator[RunningTwin]:
    """One twin for all tests, with the scripted brain and a certificate, so that tokens are really checked."""
    with run_twin("--brain", "scripted") as process:
        yield process


def until(condition: Callable[[], bool], *, within_s: float = PATIENCE_S) -> None:
    """Wait for something that happens in another process."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"it did not happen within {within_s:g} s"
        time.sleep(0.05)


def _ready_port(child: subprocess.Popen[bytes]) -> int:
    assert child.stdout is not None
    readable, _, _ = select.select([child.stdout], [], [], START_TIMEOUT_S)
    line = child.stdout.readline() if readable else b""
    assert line, f"the twin did not get ready (exit code {child.poll()})"
    return json.loads(line)["port"]


def _stop(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.close()
    try:
        child.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(STOP_TIMEOUT_S)
    finally:
        child.stdout.close()
