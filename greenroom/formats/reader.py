"""One door for every format: what a text holds, found by what it looks like."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from greenroom.formats import api_clients
from greenroom.formats.curl import is_curl, read_curl
from greenroom.formats.document import LARGEST, FoundDocument, UnreadableText
from greenroom.formats.embedded_json import embedded_objects
from greenroom.formats.env_files import is_env, read_env
from greenroom.formats.javascript import read_javascript
from greenroom.formats.join_body import find_body, score
from greenroom.formats.json_text import parse_json
from greenroom.formats.powershell import is_powershell, read_powershell
from greenroom.formats.prose import fenced_blocks
from greenroom.formats.python_code import read_python
from greenroom.formats.yaml_text import is_yaml, parse_yaml_stream

Documents = tuple[FoundDocument, ...]
#: Endings of files → the reader to try first.
ENDINGS: Mapping[str, str] = {
    "json": "json",
    "jsonc": "json",
    "json5": "json",
    "har": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "sh": "curl",
    "bash": "curl",
    "curl": "curl",
    "py": "python",
    "ipynb": "json",
    "js": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "jsx": "javascript",
    "ts": "javascript",
    "tsx": "javascript",
    "ps1": "powershell",
    "env": "env",
    "md": "markdown",
    "mdx": "markdown",
}
_LOOKS = {
    "json": "JSON",
    "yaml": "YAML",
    "curl": "a shell script",
    "python": "Python",
    "javascript": "JavaScript or TypeScript",
    "powershell": "PowerShell",
    "env": "an environment file",
    "markdown": "Markdown",
}
_PYTHON = re.compile(r"(?m)^\s*(def |class |import \w|from [\w.]+ import |print\(|async def |if __name__)")
_JAVASCRIPT = re.compile(
    r"(?m)^\s*(const |let |var |import .*from |export |async function |function |await |//)|=>|require\(|\bnew [A-Z]"
)
#: Marks without which a text is not tried as something that it doesn't look like.
_MARKS = {"yaml": re.compile(r"(?m)^\s*[\w\"'-]+:(\s|$)"), "python": re.compile(r"[={(]"), "javascript": re.compile(r"\{")}
#: Longer texts are read only as what they look like.
_LARGEST_GUESS = 150_000
#: From this score on the body of a block is an agent of its own, not an excerpt.
_WHOLE = 13
#: Fenced blocks of one text.
_MOST_BLOCKS = 200
_OTHERS = {
    "HTTPie": r"(?m)^\s*https? (GET|POST|PUT|https?:)",
    "TOML": r"(?m)^\[[\w.-]+\]\s*$",
    "Go": r"(?m)^package \w+$|:= map\[string\]|^func ",
    "Java or Kotlin": r"(?m)^\s*(public class|import java\.|fun main|String \w+ = )",
    "Swift": r"(?m)^import Foundation|URLSession",
    "C#": r"(?m)^using System",
    "PHP": r"<\?php",
    "Ruby": r"(?m)^require ['\"]net/http",
    "HTML": r"(?i)<!doctype html|<html",
}


def read_text(text: str, file_name: str = "") -> Documents:
    """The agents in a text, the likeliest first; never empty. Raises UnreadableText: what it looks like, what would work."""
    if len(text) > LARGEST:
        raise UnreadableText(f"This is {len(text):,} characters long; the limit is {LARGEST:,}.")
    if "\x00" in text:
        raise UnreadableText("This is a binary file, not text.")
    clean = text.lstrip("\ufeff").replace("\r\n", "\n")
    if not clean.strip():
        raise UnreadableText("There is nothing to read yet.")
    guess = looks_like(clean, file_name)
    reasons: dict[str, UnreadableText] = {}
    for name in _order(clean, guess):
        if guess in _READERS and guess not in reasons and name not in (guess, "markdown") and guess != "yaml":
            continue  # it parses as what it looks like
        try:
            documents = _fenced(clean) if name == "markdown" else _READERS[name](clean)
        except UnreadableText as error:
            reasons[name] = error
            continue
        if documents:
            return documents
    if guess in ("yaml", "javascript", "markdown", "curl") and not is_curl(clean) and (documents := _embedded(clean)):
        return documents
    raise _refusal(clean, guess, reasons)


def _order(text: str, guess: str) -> list[str]:
    """The readers to try. Fenced blocks come before what reads anything as something, and after what a prompt may quote."""
    others = [name for name in _READERS if name != guess and _worth(name, text)] if len(text) <= _LARGEST_GUESS else []
    if guess in ("json", "python", "env", "powershell") or text.startswith("greenroom:"):
        return [guess, "markdown", *others]
    return ["markdown", *([guess] if guess in _READERS else []), *others]


def looks_like(text: str, file_name: str = "") -> str:
    """The name of the reader that fits best."""
    ending = file_name.lower().rpartition(".")[2] if "." in file_name or file_name.startswith(".") else ""
    if ending in ENDINGS:
        return ENDINGS[ending]
    if is_env(text) or re.fullmatch(r"\.?env(\..*)?", file_name.lower()):
        return "env"
    if text.lstrip()[:1] in "{[":
        return "json"
    if is_curl(text):
        return "curl"
    if is_powershell(text):
        return "powershell"
    if is_yaml(text):
        return "yaml"
    if _PYTHON.search(text):
        return "python"
    return "javascript" if _JAVASCRIPT.search(text) else "yaml"


def _worth(name: str, text: str) -> bool:
    """Whether a reader that is not the guess is worth trying."""
    if name == "curl":
        return is_curl(text)
    if name == "env":
        return is_env(text)
    if name == "json":
        return text.lstrip()[:1] in "{["
    if name == "powershell":
        return is_powershell(text)
    return bool(_MARKS[name].search(text))


def _fenced(text: str) -> Documents:
    """The agents of all blocks of a Markdown text, the likeliest first; the same one in two languages once."""
    documents: list[FoundDocument] = []
    for block in fenced_blocks(text)[:_MOST_BLOCKS]:
        with contextlib.suppress(UnreadableText):
            documents += _block(block.reader, block.text)
    best: list[FoundDocument] = []
    for document in sorted(documents, key=_weight, reverse=True):
        whole = _weight(document) >= _WHOLE
        if (whole or not best) and all(_name(document) != _name(earlier) for earlier in best):
            best.append(document)
    return tuple(best)


def _block(reader: str, text: str) -> Documents:
    if reader in _READERS:
        try:
            if documents := _READERS[reader](text):
                return documents
        except UnreadableText:
            pass
    return read_text(text)


def _weight(document: FoundDocument) -> int:
    return 1_000 if _is_own(document.value) else score(find_body(document.value))


def _name(document: FoundDocument) -> Any:
    """What tells the agents of one text apart: the name, or the whole body of one without."""
    body = document.value if _is_own(document.value) else find_body(document.value)
    return document.name or (body.get("name") if body else None) or document.value


def _json(text: str) -> Documents:
    return _documents(parse_json(text), "json")


def _yaml(text: str) -> Documents:
    return tuple(found for document in parse_yaml_stream(text) for found in _documents(document, "yaml"))


def _embedded(text: str) -> Documents:
    return tuple(document for found in embedded_objects(text) for document in _documents(found, "json"))


def _documents(value: Any, format: str) -> Documents:
    if api_clients.kind_of(value):
        return api_clients.read_api_client(value)
    if isinstance(value, Mapping) and isinstance(value.get("cells"), list):
        return _notebook(value)
    if (
        isinstance(value, list)
        and len(agents := [entry for entry in value if _is_own(entry) or find_body(entry) is not None]) > 1
    ):
        return tuple(FoundDocument(entry, "greenroom" if _is_own(entry) else format) for entry in agents)
    if _is_own(value) or find_body(value) is not None:
        return (FoundDocument(value, "greenroom" if _is_own(value) else format),)
    return ()


def _notebook(value: Mapping[str, Any]) -> Documents:
    """The code cells of a Jupyter notebook as one program."""
    cells = [c.get("source", "") for c in value["cells"] if isinstance(c, Mapping) and c.get("cell_type") == "code"]
    sources = ["".join(cell) if isinstance(cell, list) else str(cell) for cell in cells]
    program = "\n".join(line for source in sources for line in source.splitlines() if not line.lstrip().startswith(("!", "%")))
    return tuple(replace(document, format="python") for document in read_python(program))


def _is_own(value: Any) -> bool:
    return isinstance(value, Mapping) and "greenroom" in value


_READERS: Mapping[str, Callable[[str], Documents]] = {
    "curl": read_curl,
    "env": read_env,
    "json": _json,
    "powershell": read_powershell,
    "yaml": _yaml,
    "python": read_python,
    "javascript": read_javascript,
}


def _refusal(text: str, guess: str, reasons: Mapping[str, UnreadableText]) -> UnreadableText:
    """Why nothing was found, in terms of what the text looks like."""
    if guess in reasons:
        return reasons[guess]
    for language, marks in _OTHERS.items() if guess != "markdown" else ():
        if re.search(marks, text):
            return UnreadableText(f"This looks like {language}, which isn't supported.", advice=_CAPTURE)
    if guess == "yaml" and ":" not in text:
        return UnreadableText("This looks like plain text, not like an agent.")
    return UnreadableText(f"This looks like {_LOOKS.get(guess, 'text')}, but it has no body of an Agora join.")


_CAPTURE = "Paste the JSON body that the program sends, or the request copied from your browser as cURL."
