"""Removes known secrets from text by their value, wherever they occur."""

from __future__ import annotations

import base64
import json
import logging
import re
import resource
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "•••"
#: Shorter texts aren't keys; masking them would damage ordinary words.
SHORTEST = 8
#: This many characters of a secret at the end of a text are masked: messages are shortened before they come here.
_CUT_MIN = 12
#: Ends of lines as they are, and as JSON writes them. A line of a private key has 64 characters.
_LINE_END, _LINE = re.compile(r"\n|\\n"), re.compile(r"[A-Za-z0-9+/=_-]{40,}")
_URL_SAFE = str.maketrans("+/", "-_")
#: The number of known secrets; beyond it the oldest are dropped.
MOST = 2_000


class Redactor:
    """Holds the values to mask. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, None] = {}
        self._spellings: tuple[str, ...] = ()
        self._starts: tuple[str, ...] = ()

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
            self._starts = tuple({spelling[:_CUT_MIN] for spelling in spellings})

    def may_be_in(self, text: str) -> bool:
        """Whether the text may hold a secret; if not, :meth:`text` changes nothing. One look at a long text costs far less than
        many looks at its parts."""
        return any(start in text for start in self._starts)

    def text(self, text: str) -> str:
        """The text with each known secret masked, also in its URL, JSON and base64 forms, or cut off at the end of the text."""
        if not self.may_be_in(text):
            return text
        for spelling in self._spellings:
            if spelling in text:
                text = text.replace(spelling, MASK)
            cut = text.rfind(spelling[:_CUT_MIN], max(0, len(text) - len(spelling) - 3))
            if cut >= 0 and spelling.startswith(text[cut:].rstrip("….")):
                text = text[:cut] + MASK
        return text

    def possible_start(self, text: str) -> int:
        """How many of the last characters may be the start of a secret, if the text continues: hold them back."""
        spellings = self._spellings
        ends = range(max(0, len(text) - max(map(len, spellings), default=0)), len(text))
        return next((len(text) - at for at in ends if any(one.startswith(text[at:]) for one in spellings)), 0)

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
    """Redact all log records of this process, exceptions included, and what Python itself prints of exceptions that nobody
    caught or could catch. Idempotent."""
    make = logging.getLogRecordFactory()
    if not isinstance(make, _RedactingFactory):
        logging.setLogRecordFactory(_RedactingFactory(make, SECRETS))
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = lambda kind, error, trace: print_exception(error)
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _print_of_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _print_unraisable


def print_exception(error: BaseException | None) -> None:
    """On standard error, with known secrets masked."""
    if error is not None:
        print(SECRETS.text("".join(traceback.format_exception(error))), end="", file=sys.stderr, flush=True)


def _print_of_thread(failure: threading.ExceptHookArgs) -> None:
    if not isinstance(failure.exc_value, SystemExit):
        print_exception(failure.exc_value)


def _print_unraisable(failure: sys.UnraisableHookArgs) -> None:
    """Of a finalizer, for example."""
    print(SECRETS.text(f"{failure.err_msg or 'Exception ignored in'}: {failure.object!r}"), file=sys.stderr)
    print_exception(failure.exc_value)


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
        else:  # an exception, too
            record.msg = self._secrets.text(str(record.msg))
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = self._secrets.text(self._formatter.formatException(record.exc_info))
        return record


def _spellings(value: str) -> set[str]:
    """A secret's forms in URLs, JSON, HTML and Authorization headers, alone or in the middle of something else."""
    written = json.dumps(value)[1:-1]
    quoted = {quote(value, errors="replace"), quote(value, safe="", errors="replace"), quote_plus(value, errors="replace")}
    plain = {value, written, json.dumps(written)[1:-1], escape(value)} | quoted
    plain |= {repr(value)[1:-1], repr(value.encode(errors="replace"))[2:-1]}  # of Python's errors
    return plain | _lines(value) | _base64(value.encode(errors="replace"))


def _lines(value: str) -> set[str]:
    """The parts of a secret of several lines, such as a private key, also when it is JSON."""
    parts = {part.strip() for part in _LINE_END.split(value)}
    return {part for part in parts if _LINE.fullmatch(part)}


def _base64(value: bytes) -> set[str]:
    """What a secret always looks like inside base64, wherever it begins: ``user:key`` of Basic sign-in, for example."""
    found = {base64.b64encode(value).decode().rstrip("=")}
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(value)) * 8 // 6
        found.add(base64.b64encode(bytes(before) + value).decode()[first:last])
    return {spelled for one in found for spelled in (one, one.translate(_URL_SAFE)) if len(one) >= SHORTEST}
