"""Removes known secrets from text by their value, wherever they occur."""

from __future__ import annotations

import base64
import json
import logging
import resource
import threading
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "•••"
#: Shorter texts aren't keys; masking them would damage ordinary words.
SHORTEST = 8
#: The number of known secrets; beyond it the oldest are dropped.
MOST = 2_000


class Redactor:
    """Holds the values to mask. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, None] = {}
        self._spellings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Redactor()"

    def learn(self, values: Iterable[str]) -> None:
        """Add secrets. A replaced secret stays known, because it may still occur."""
        fresh = [value for value in values if len(value) >= SHORTEST and value not in self._values]
        if not fresh:
            return
        with self._lock:
            self._values |= dict.fromkeys(fresh)
            for oldest in list(self._values)[: max(0, len(self._values) - MOST)]:
                del self._values[oldest]
            spellings = {spelling for value in self._values for spelling in _spellings(value)}
            self._spellings = tuple(sorted(spellings, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text with each known secret masked, also in its URL, JSON and base64 forms."""
        for spelling in self._spellings:
            if spelling in text:
                text = text.replace(spelling, MASK)
        return text

    def json(self, value: Any) -> Any:
        """Like :meth:`text`, for all strings in a JSON value, names included."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.json(inner) for name, inner in value.items()}
        return [self.json(inner) for inner in value] if isinstance(value, list | tuple) else value


#: The process's redactor, for its logs and responses.
SECRETS = Redactor()


def no_core_files() -> None:
    """A crash of this process, or of one that it starts, leaves no copy of its memory on the disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def redact_logs() -> None:
    """Redact all log records of this process, exceptions included. Idempotent."""
    make = logging.getLogRecordFactory()
    if not isinstance(make, _RedactingFactory):
        logging.setLogRecordFactory(_RedactingFactory(make, SECRETS))


class _RedactingFactory:
    def __init__(self, make: Callable[..., logging.LogRecord], secrets: Redactor) -> None:
        self._make, self._secrets = make, secrets
        self._formatter = logging.Formatter()

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self._make(*args, **kwargs)
        if isinstance(record.args, Mapping):  # structured: the security log reads it
            record.args = self._secrets.json(record.args)
        elif record.args:
            try:
                record.msg, record.args = self._secrets.text(record.getMessage()), ()
            except (TypeError, ValueError):
                return record  # logging reports a message that doesn't match its arguments
        elif isinstance(record.msg, str):
            record.msg = self._secrets.text(record.msg)
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = self._secrets.text(self._formatter.formatException(record.exc_info))
        return record


def _spellings(value: str) -> set[str]:
    """A secret's forms in URLs, JSON, HTML and Authorization headers."""
    coded = base64.b64encode(value.encode(errors="replace")).decode().rstrip("=")
    return {value, quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1], escape(value), coded}
