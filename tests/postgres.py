"""A private PostgreSQL server for tests: an own data folder, a Unix socket, no port, gone with the process that started it."""

from __future__ import annotations

import ctypes
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

_PR_SET_PDEATHSIG = 1


def find_binaries() -> Path | None:
    """The folder with initdb and postgres: the newest of Debian's, else what is on PATH; None without a server."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name.split(".")[0]))
    on_path = shutil.which("initdb")
    candidates = [*reversed(debian), *([Path(on_path).parent] if on_path else [])]
    return next((folder for folder in candidates if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


class PrivatePostgres:
    """Started by the constructor, ended by :meth:`stop`, and by the kernel should this process be killed."""

    def __init__(self, binaries: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="greenroom-pg-"))
        self._numbers = itertools.count(1)
        self._binaries = binaries
        account = _unprivileged()
        if account:
            shutil.chown(self._folder, account["user"], account["group"])
        data = self._folder / "data"
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "greenroom", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            check=True,
            capture_output=True,
            timeout=60,
            cwd="/",
            **account,
        )
        self._server = self._started()

    def crash(self) -> None:
        """Gone in the middle of everything, its data left as they are; :meth:`come_back` starts it again."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(10)

    def come_back(self) -> None:
        self._server = self._started()

    def url(self, database: str) -> str:
        return f"postgresql://greenroom@/{database}?host={self._folder}"

    def new_database(self, template: str = "template1") -> str:
        """The name of a fresh database, a copy of ``template``."""
        name = f"t{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            # Files are copied sooner than a log of them is written; servers before 15 know no other way.
            strategy = " STRATEGY file_copy" if connection.info.server_version >= 150_000 else ""
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}{strategy}".encode())
        return name

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        self._server.send_signal(signal.SIGINT)  # "fast": clients are cut off
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _started(self) -> subprocess.Popen[Any]:
        # Of hundreds of small databases the server would look after one every few moments.
        cheap = ("fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=16MB")
        settings = ("listen_addresses=", f"unix_socket_directories={self._folder}", *cheap)
        words: list[str] = [part for setting in settings for part in ("-c", setting)]
        with (self._folder / "log").open("ab") as log:
            server: subprocess.Popen[Any] = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._folder / "data", *words],
                stdout=log,
                stderr=log,
                cwd="/",
                preexec_fn=_die_with_parent,
                **_unprivileged(),
            )
        self._server = server
        self._wait_until_up()
        return server

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._server.poll() is None:
            with suppress(psycopg.OperationalError):
                self.execute("SELECT 1")
                return
            time.sleep(0.05)
        log = (self._folder / "log").read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start:\n{log}")


def _unprivileged() -> Mapping[str, Any]:
    """PostgreSQL refuses to run as root: whom to run it as then. Empty for an ordinary user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("no unprivileged account to run PostgreSQL with")


def _die_with_parent() -> None:
    """Linux: SIGQUIT when the test run dies, even by SIGKILL."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
