"""The security log: one line of JSON for each refusal, key use, link and launch from outside. It holds names, never values."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from urllib.parse import urlsplit

FILE = "security.log"
#: The maximum length of untrusted values in a line.
_LONGEST = 200
_SIZE_MAX, _OLD_FILES = 5_000_000, 3
_LOG_AGAIN_S = 60.0

log = logging.getLogger("greenroom.security")


def record(event: str, /, **fields: object) -> None:
    """Write one event. ``fields`` are names, hosts, paths and ids; untrusted values are truncated."""
    log.info("%(event)s", {"event": event, **{name: _short(value) for name, value in fields.items()}})


class FrequentKeyUse:
    """A key that is used for request after request: logged by name, at most once a minute and host. Thread-safe."""

    def __init__(self, name: str, purpose: str) -> None:
        self._name, self._purpose = name, purpose
        self._logged_until: dict[str, float] = {}

    def at(self, url: str) -> None:
        """The key goes to this address now."""
        host, now = urlsplit(url).hostname or "", time.monotonic()
        if now >= self._logged_until.get(host, 0.0):
            self._logged_until[host] = now + _LOG_AGAIN_S
            record("key_used", name=self._name, destination=host, purpose=self._purpose)


def write_to(folder: Path) -> None:
    """Append the log to ``security.log`` in the data folder, for its owner only. Idempotent."""
    file = (folder / FILE).absolute()
    if any(isinstance(handler, _PrivateFile) and Path(handler.baseFilename) == file for handler in log.handlers):
        return
    handler = _PrivateFile(file, maxBytes=_SIZE_MAX, backupCount=_OLD_FILES, encoding="utf8", delay=True)
    handler.setFormatter(_JsonLines())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


class _JsonLines(logging.Formatter):
    """Format one JSON object per line; ``json`` escapes line breaks, which prevents forged lines."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, **(record.args if isinstance(record.args, Mapping) else {})})


class _PrivateFile(RotatingFileHandler):
    """An owner-only log file. On a full disk, lines are lost and requests continue."""

    def _open(self):
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT, 0o600))
        os.chmod(self.baseFilename, 0o600)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:
        """Stay silent."""


def _short(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else str(value)[:_LONGEST]
