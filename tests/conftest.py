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
#: Browser tests that judge what is heard or seen live: one after the other, and ahead of whatever else runs.
HEARD_OR_SEEN = frozenset(
    f"test_{name}.py"
    for name in (
        "avatars",
        "devices",
        "edge_sdk",
        "other_machines",
        "picture",
        "presenting",
        "recording",
        "sound_check",
        "talking",
        "text",
        "twin_agents",
    )
)
#: Browser tests about the life of a call: a third piece of work beside those and the ones about pages.
LIFE_OF_A_CALL = frozenset(
    f"test_{name}.py"
    for name in ("after_the_call", "crashes", "faces", "guest", "joining_by_hand", "rehearsing", "staying_up", "tools")
)
#: How much less urgent everything is than what is heard or seen live, which a full machine would starve.
LESS_URGENT = 5
#: How long a busy machine may take for what a quiet one does at once. Nothing waits this long unless it fails.
PATIENCE_S = 60.0


def _piece(path: Path) -> str:
    """The piece of work that a file is in: a worker runs it as a whole."""
    if BROWSER not in path.parts:
        return str(path)
    if path.name in HEARD_OR_SEEN:
        return f"{BROWSER}, live"
    return f"{BROWSER}, calls" if path.name in LIFE_OF_A_CALL else f"{BROWSER}, pages"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """For several workers: a file stays together, and what runs in a browser is three pieces of work."""

    class ByPiece(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _piece(Path(nodeid.partition("::")[0]))

    return ByPiece(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest pieces first, so that the short ones fill the workers at the end. The third of the browser's waits until
    the first is nearly done: after the files up to the services."""
    browser = [item for item in items if BROWSER in item.path.parts]
    others = [item for item in items if BROWSER not in item.path.parts]
    by_piece = {piece: [item for item in browser if _piece(item.path).endswith(piece)] for piece in ("live", "pages", "calls")}
    here = next((i for i, item in enumerate(others) if "services" in item.path.parts), len(others))
    items[:] = [*by_piece["live"], *by_piece["pages"], *others[:here], *by_piece["calls"], *others[here:]]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A worker that has begun anything else than what is heard or seen live makes room for it."""
    urgent = item.path.name in HEARD_OR_SEEN and BROWSER in item.path.parts
    if "PYTEST_XDIST_WORKER" in os.environ and not urgent and os.nice(0) < LESS_URGENT:
        os.nice(LESS_URGENT)


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
