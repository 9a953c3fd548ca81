"""A start that fails says why in one sentence, with advice, and no traceback."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import NoReturn

from greenroom.errors import GreenroomError
from greenroom.redaction import SECRETS

ADVICE_OS = "Check that the folder exists, is writable and has free space, or set GREENROOM_DATA_DIR to another one."

#: Each visitor takes four open files, and those of a visitor who left are closed some time later. macOS starts programs with
#: 256 of them, Linux with 1,024.
_OPEN_FILES = (65_536, 10_240, 4_096)


def allow_many_files() -> None:
    """Raise this process's limit of open files as far as the system lets it; those it starts inherit it."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in _OPEN_FILES:
        asked = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft == resource.RLIM_INFINITY or asked <= soft:
            return
        with contextlib.suppress(OSError, ValueError):  # macOS refuses more than it has
            resource.setrlimit(resource.RLIMIT_NOFILE, (asked, hard))
            return


def sentence_of(error: Exception) -> str:
    """What happened and what to do."""
    if isinstance(error, GreenroomError):
        return f"{error} {error.advice}"
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        return f"{error.strerror or error}:{where}. {ADVICE_OS}"
    return str(error)


def refuse_start(error: Exception) -> NoReturn:
    """End the process with status 1. Within a running server its log stays silent: it would add the traceback."""
    print(f"Greenroom can't start: {SECRETS.text(sentence_of(error))}", file=sys.stderr, flush=True)
    logging.getLogger("uvicorn.error").disabled = True
    raise SystemExit(1)
