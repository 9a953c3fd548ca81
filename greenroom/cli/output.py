"""A command's output, as text or as JSON."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from greenroom.errors import GreenroomError
from greenroom.redaction import SECRETS

#: Exit codes.
SUCCESS, REFUSED, USAGE = 0, 1, 2
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class BadUsage(Exception):
    """Invalid usage: a missing file, or options that exclude each other. ``usage`` is the line that says what fits."""

    def __init__(self, message: str, usage: str = "") -> None:
        super().__init__(message)
        self.usage = usage


@dataclass(frozen=True, slots=True)
class CliResult:
    """``data`` is printed with ``--json``, ``text`` without. ``code`` is the exit code."""

    data: Any
    text: str
    code: int = SUCCESS


def show(result: CliResult, as_json: bool) -> int:
    """Print a result and return its exit code."""
    text = json.dumps(result.data, ensure_ascii=False, indent=2, default=str) if as_json else result.text
    if text:
        write(text)
    return result.code


def write(text: str, stream: TextIO | None = None) -> None:
    """Print a text, with known keys masked. A terminal gets no control characters: a file that is imported could move its cursor
    or rename its window."""
    target, text = sys.stdout if stream is None else stream, SECRETS.text(text)
    print(_CONTROL.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text) if target.isatty() else text, file=target)


def refuse(error: GreenroomError, as_json: bool) -> int:
    """Print why a command was refused: JSON to stdout, text to stderr."""
    if as_json:
        write(json.dumps({"error": str(error), "advice": error.advice}, ensure_ascii=False, indent=2))
    else:
        write(f"{error} {error.advice}".strip(), sys.stderr)
    return REFUSED


def refuse_usage(error: BadUsage, as_json: bool) -> int:
    """Print what doesn't fit, and what would: JSON to stdout, text to stderr."""
    if as_json:
        write(json.dumps({"error": str(error), "advice": error.usage}, ensure_ascii=False, indent=2))
    else:
        write("\n".join(filter(None, (error.usage, f"greenroom: {error}"))), sys.stderr)
    return USAGE


def table(rows: Sequence[Sequence[Any]], head: Sequence[str]) -> str:
    """Aligned columns without a frame."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
