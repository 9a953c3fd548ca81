"""From a clone to a studio that answers, with whatever pip has in its cache."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

from tests.studio_process import ROOT, free_port

TIMEOUT_S = 600.0


def clone_to_studio_s() -> float:
    """Seconds for ``git clone`` and ``make run`` until ``/api/health`` says ok. Raises TimeoutError after ten minutes."""
    port, folder = free_port(), Path(tempfile.mkdtemp()) / "greenroom"
    started = time.monotonic()
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    environ = os.environ | {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_HEADLESS": "true"}
    run = subprocess.Popen(["make", "run"], cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           start_new_session=True)  # fmt: skip
    try:
        while time.monotonic() - started < TIMEOUT_S:
            try:
                if httpx.get(f"http://localhost:{port}/api/health", timeout=2.0).json()["status"] == "ok":
                    return round(time.monotonic() - started, 1)
            except (httpx.HTTPError, ValueError, KeyError):
                time.sleep(0.5)
        raise TimeoutError("the studio did not come up")
    finally:
        os.killpg(run.pid, signal.SIGTERM)
        run.wait(20)
