"""Jupyter notebooks: the code cells as one program, cells for the shell, and the blocks of the texts between them."""

from __future__ import annotations

import ast
import contextlib
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from greenroom.formats.curl import is_curl, read_curl
from greenroom.formats.document import FoundDocument, UnreadableText
from greenroom.formats.python_code import read_python

_SHELL = re.compile(r"\A\s*%%(bash|sh|script \w+)[^\n]*\n")
_COMMAND = re.compile(r"(?m)^[ \t]*!(?=curl\b)")


def is_notebook(value: Any) -> bool:
    """Whether a JSON document is a notebook."""
    return isinstance(value, Mapping) and isinstance(value.get("cells"), list)


def read_notebook(value: Mapping[str, Any]) -> tuple[FoundDocument, ...]:
    """The agents that the code cells build, else those that the first shell cell with one starts."""
    sources = [text for kind, text in _cells(value) if kind == "code"]
    lines = [line for text in sources if _parses(text) for line in _python(text)]
    if documents := read_python("\n".join(lines)):
        return tuple(replace(document, format="python") for document in documents)
    for text in sources:
        script = _COMMAND.sub("", _SHELL.sub("", text))
        if is_curl(script):
            with contextlib.suppress(UnreadableText):  # the next cell may start one
                return read_curl(script)
    return ()


def notebook_text(value: Mapping[str, Any]) -> str:
    """The texts between the code cells, as Markdown."""
    return "\n\n".join(text for kind, text in _cells(value) if kind == "markdown")


def _cells(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for cell in value["cells"]:
        if isinstance(cell, Mapping):
            source = cell.get("source", "")
            text = "".join(map(str, source)) if isinstance(source, list) else str(source)
            yield str(cell.get("cell_type")), text


def _python(source: str) -> list[str]:
    """The lines of a cell without Jupyter's commands, which begin with ! or %."""
    return [line for line in source.splitlines() if not line.lstrip().startswith(("!", "%"))]


def _parses(source: str) -> bool:
    if source.lstrip().startswith("%%"):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse("\n".join(_python(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
