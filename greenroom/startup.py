"""A start that fails says why in one sentence, with advice, and no traceback."""

from __future__ import annotations

import logging
import sys
from typing import NoReturn

from greenroom.errors import GreenroomError
from greenroom.redaction import SECRETS

ADVICE_OS = "Check that the folder exists, is writable and has free space, or set GREENROOM_DATA_DIR to another one."


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
