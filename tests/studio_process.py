"""The studio as a person starts it: ``python app.py`` in a process of its own, on a free port and an empty folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
import psutil

from greenroom.store.offline_project import OfflineProject, offline_project
from tests.conftest import PATIENCE_S

ROOT = Path(__file__).parent.parent
START_TIMEOUT_S = 60.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class StudioProcess:
    """Owns the process; :meth:`kill` is SIGKILL, :meth:`stop` is the orderly end."""

    def __init__(
        self,
        data_dir: Path,
        environ: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        launcher: Sequence[str] = ("app.py",),
    ) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._environ = dict(environ or {})
        self._options = options
        self._launcher = launcher
        self.process: subprocess.Popen[bytes] | None = None
        self._log: list[str] = []
        self._reader: threading.Thread | None = None

    def start(self, engines: bool = True) -> StudioProcess:
        """Start and wait until it answers; with ``engines`` also until the twin's models are loaded."""
        env = {k: v for k, v in os.environ.items() if not k.startswith(("AGORA_", "GREENROOM_", "OPENAI_"))}
        env |= {"GREENROOM_DATA_DIR": str(self.data_dir), "GREENROOM_TWIN_BRAIN": "scripted", **self._environ}
        options = ["--server.port", str(self.port), "--server.headless", "true", *self._options]
        command = [sys.executable, *self._launcher, *options]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.await_health(engines)
        return self

    def _read(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._log.append(line.decode(errors="replace"))

    @property
    def process_id(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> str:
        return "".join(self._log)

    def health(self) -> dict:
        return httpx.get(f"{self.url}/api/health", timeout=PATIENCE_S).json()

    @property
    def project(self) -> OfflineProject:
        """The App ID and certificate of this installation's offline calls."""
        return offline_project(self.data_dir)

    def twin_port(self) -> int:
        """The twin's HTTP port, found among the listening sockets of the studio's children; its language models have some too."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children(recursive=True)
        ports = [c.laddr.port for child in children for c in child.net_connections("tcp") if c.status == "LISTEN"]
        return next(port for port in ports if _is_twin(port))

    def await_health(self, engines: bool) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                break
            try:
                health = self.health()
                if health.get("status") == "ok" and (not engines or health["twin"].get("ready")):
                    return
            except (httpx.HTTPError, ValueError):
                pass
            time.sleep(0.1)
        raise AssertionError(f"the studio did not come up:\n{self.log[-4000:]}")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._end()

    def kill(self) -> None:
        """As the kernel would: no farewell."""
        assert self.process is not None
        self.process.kill()
        self._end()

    def _end(self) -> None:
        if self.process is not None:
            self.process.wait(10)
        if self._reader is not None:
            self._reader.join(5)
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()


def _is_twin(port: int) -> bool:
    try:
        return "engines" in httpx.get(f"http://127.0.0.1:{port}/health", timeout=PATIENCE_S, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return False
