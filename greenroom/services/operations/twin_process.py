"""The offline twin as a child process that starts and ends with the app, even if the app is killed."""

from __future__ import annotations

import contextlib
import json
import logging
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from functools import cache

import httpx

from greenroom.config import Config
from greenroom.errors import TwinUnavailable
from greenroom.services.operations.child_environment import child_environment

log = logging.getLogger(__name__)

HEALTH_TIMEOUT_S, HEALTH_MAX_BYTES = 2.0, 64 * 1024
START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 5.0


class TwinProcess:
    """Owns the child process. The child's stdin is a pipe; the child exits when it closes."""

    def __init__(self, config: Config, *, quiet: bool = False) -> None:
        """``quiet``: the child logs warnings and errors, so that a command's own lines stay readable."""
        self._config = config
        self._quiet = quiet
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.RLock()
        self._starts = 0
        self._url = config.twin_url

    @property
    def url(self) -> str:
        """The base URL without a trailing slash. Restarts a crashed twin first; raises TwinUnavailable if it is not running."""
        self.revive()
        if not self._url:
            raise TwinUnavailable("The offline twin isn't running.")
        return self._url

    @property
    def starts(self) -> int:
        """How often the child was started. One that crashed is started again, and its agents are gone."""
        return self._starts

    @property
    def port(self) -> int:
        """The one TCP port of REST, access point and gateway."""
        return httpx.URL(self.url).port or 80

    def start(self) -> None:
        """Start the child and wait until it accepts connections (models load later). Raises TwinUnavailable with the reason."""
        with self._lock:
            if self._config.twin_url or self._child is not None:
                return
            command, secrets = self._command()
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment())
            self._child = child
            self._starts += 1
            try:
                _send_secrets(child, secrets)
                self._url = f"http://127.0.0.1:{self._await_ready(child)}"
            except TwinUnavailable:
                self._end_child()
                raise

    def stop(self) -> None:
        """End the child; idempotent."""
        with self._lock:
            self._end_child()

    def health(self) -> dict[str, object]:
        """The twin's ``/health`` response; raises TwinUnavailable after 2 s, however slowly the answer comes."""
        deadline, raw = time.monotonic() + HEALTH_TIMEOUT_S, b""
        try:
            with _client().stream("GET", f"{self.url}/health") as answer:
                answer.raise_for_status()
                for chunk in answer.iter_raw():
                    raw += chunk
                    if time.monotonic() > deadline or len(raw) > HEALTH_MAX_BYTES:
                        raise ValueError("no health")
            return dict(json.loads(raw))
        except (httpx.HTTPError, ValueError, TypeError, RecursionError) as error:
            raise TwinUnavailable(f"The offline twin isn't responding ({type(error).__name__}).") from error

    def revive(self) -> bool:
        """Restart the child if it died; True if it was restarted. Concurrent callers wait for the first one."""
        with self._lock:
            child = self._child
            if child is None or child.poll() is None:
                return False
            log.warning("the twin ended with code %s; starting it again", child.returncode)
            self._end_child()
            self.start()
            return True

    def _command(self) -> tuple[list[str], dict[str, str]]:
        """The child's command line, and what it reads from its standard input: everyone on this machine can read arguments."""
        config = self._config
        command = [sys.executable, "-m", "greenroom.twin", "--host", "127.0.0.1", "--port", str(config.twin_port)]
        command += ["--brain", config.twin_brain, "--models", str(config.data_dir / "models"), "--owner-pipe"]
        secrets: dict[str, str] = {}
        if config.on_twin and config.app_id:
            command += ["--app-id", config.app_id, "--secrets", "-"]
            secrets["app_certificate"] = config.app_certificate
        if self._quiet:
            command.append("--quiet")
        if config.public_url:
            command += ["--public-url", config.public_url]
        if announced := config.offline_guests:
            command += ["--media-port", str(config.media_port), "--media-announce", announced]
        return command, secrets

    def _await_ready(self, child: subprocess.Popen[bytes]) -> int:
        deadline = time.monotonic() + START_TIMEOUT_S
        assert child.stdout is not None
        line = b""
        while time.monotonic() < deadline:
            readable, _, _ = select.select([child.stdout], [], [], 0.2)
            if readable:
                line = child.stdout.readline()
                break
            if child.poll() is not None:
                break
        try:
            return int(json.loads(line)["port"])
        except (ValueError, KeyError, TypeError, RecursionError):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(1.0 if not line else 0.0)  # an end of file comes a moment before the exit code
            code = child.poll()
            why = f"it ended with code {code}" if code is not None else f"no answer within {START_TIMEOUT_S:.0f} s"
            advice = "See its message above. If a port is in use, set GREENROOM_TWIN_PORT or GREENROOM_MEDIA_PORT to a free one."
            raise TwinUnavailable(f"The offline twin didn't start: {why}.", advice=advice) from None

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        self._url = self._config.twin_url
        with contextlib.suppress(OSError):
            if child.stdin is not None:
                child.stdin.close()  # tells the child to exit
        try:
            child.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(STOP_TIMEOUT_S)
        if child.stdout is not None:
            child.stdout.close()


@cache
def _client() -> httpx.Client:
    """Shared, because creating it takes 15 ms. Without keep-alive: a restarted twin doesn't know its connections."""
    return httpx.Client(timeout=HEALTH_TIMEOUT_S, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


def _send_secrets(child: subprocess.Popen[bytes], secrets: Mapping[str, str]) -> None:
    """Send one line of JSON to the child's standard input, which stays open."""
    if secrets and child.stdin is not None:
        with contextlib.suppress(OSError):  # the child has ended, which its starter notices
            child.stdin.write(json.dumps(secrets).encode() + b"\n")
            child.stdin.flush()
