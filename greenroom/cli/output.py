"""A command's output, as text or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from greenroom.errors import GreenroomError

#: Exit codes.
FINE, REFUSED, USAGE = 0, 1, 2


class BadUsage(Exception):
    """Invalid usage: a missing file, or options that exclude each other."""


@dataclass(frozen=True, slots=True)
class CliResult:
    """``data`` is printed with ``--json``, ``text`` without. ``code`` is the exit code."""

    data: Any
    text: str
    code: int = FINE


def show(result: CliResult, as_json: bool) -> int:
    """Print a result and return its exit code."""
    text = json.dumps(result.data, ensure_ascii=False, indent=2, default=str) if as_json else result.text
    if text:
        print(text)
    return result.code


def refuse(error: GreenroomError, as_json: bool) -> int:
    """Print why a command was refused: JSON to stdout, text to stderr."""
    if as_json:
        print(json.dumps({"error": str(error), "advice": error.advice}, ensure_ascii=False, indent=2))
    else:
        print(f"{error} {error.advice}".strip(), file=sys.stderr)
    return REFUSED


def table(rows: Sequence[Sequence[Any]], head: Sequence[str]) -> str:
    """Aligned columns without a frame."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
