"""From a clone to a studio that answers, with whatever pip has in its cache."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from bench.figures import Goal
from tests.studio_process import ROOT, free_port

GOAL = Goal("no limit set: depends on pip's cache and the network")
TIMEOUT_S, END_S = 600.0, 20.0


def clone_to_studio_s() -> float:
    """Seconds for ``git clone`` of what is committed and ``make run`` until ``/api/health`` says ok.

    Raises TimeoutError after ten minutes, RuntimeError when ``make run`` ends before.
    """
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="greenroom-clone-") as folder:
        clone = Path(folder) / "greenroom"
        started = time.monotonic()
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True, timeout=TIMEOUT_S)
        with _making(clone, port) as run:
            _await(f"http://localhost:{port}/api/health", run, started + TIMEOUT_S)
            return round(time.monotonic() - started, 1)


@contextlib.contextmanager
def _making(clone: Path, port: int):
    """``make run`` in a process group of its own, ended as a whole."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AGORA_", "GREENROOM_", "OPENAI_", "VIRTUAL_ENV"))}
    environ = kept | {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_HEADLESS": "true"}
    run = subprocess.Popen(
        ["make", "run"], cwd=clone, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield run
    finally:
        for ending in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, ending)
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(END_S)
                break


def _await(url: str, run: subprocess.Popen[bytes], deadline: float) -> None:
    while time.monotonic() < deadline:
        if run.poll() is not None:
            raise RuntimeError(f"make run ended with code {run.returncode}")
        try:
            if httpx.get(url, timeout=2.0, trust_env=False).json()["status"] == "ok":
                return
        except (httpx.HTTPError, ValueError, KeyError):
            time.sleep(0.2)
    raise TimeoutError("the studio did not come up")
