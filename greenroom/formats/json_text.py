"""JSON as people write it: with comments, trailing commas, single quotes, a byte order mark, or variables without quotes."""

from __future__ import annotations

import json
import re
from typing import Any

from greenroom.formats.document import DEEPEST, UnreadableText, depth_of
from greenroom.formats.object_literals import read_object

#: A variable of a shell or a template where JSON wants a value.
_BARE = re.compile(
    r"(?<=[:\[,])(\s*)(\$\{?[A-Za-z_]\w*\}?|\{\{\s*[\w.-]+\s*\}\}|<[A-Za-z_][\w -]*>|True|False|None)(?=\s*[,}\]])"
)

#: A dictionary as Python prints it.
_PYTHON = {"True": "true", "False": "false", "None": "null"}


def parse_json(text: str) -> Any:
    """The document. Raises UnreadableText with line and column."""
    clean = text.lstrip("\ufeff").strip()
    try:
        value = json.loads(clean)
    except json.JSONDecodeError as error:
        value = _relaxed(clean, error)
    except RecursionError:
        raise UnreadableText("The JSON is nested too deeply.") from None
    if depth_of(value) > DEEPEST:
        raise UnreadableText("The JSON is nested too deeply.")
    return value


def _relaxed(text: str, error: json.JSONDecodeError) -> Any:
    try:
        return json.loads(text, strict=False)  # line breaks inside a string, as a shell passes them on
    except (json.JSONDecodeError, RecursionError):
        pass
    quoted = _BARE.sub(lambda bare: bare[1] + (_PYTHON.get(bare[2]) or f'"{_variable(bare[2])}"'), text)
    try:
        return read_object(quoted)
    except UnreadableText:
        where = f"line {error.lineno}, column {error.colno}"
        raise UnreadableText(f"The JSON is broken at {where}: {error.msg}.") from None


def _variable(bare: str) -> str:
    name = re.sub(r"\W+", "_", bare.strip("${}<> ")).upper().strip("_")
    return bare if bare.startswith("<") else f"${{{name}}}"
