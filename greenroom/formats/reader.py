"""Reads the agents of a text in any of the formats: guesses the format, then tries the readers in order."""

from __future__ import annotations

import contextlib
import html
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from greenroom.formats import api_clients
from greenroom.formats.curl import is_curl, read_curl
from greenroom.formats.document import LARGEST, FoundDocument, KnownText, UnreadableText
from greenroom.formats.embedded_json import embedded_objects
from greenroom.formats.env_files import read_env, read_variables, variables_in
from greenroom.formats.foreign_agents import refuse_foreign_document, refuse_foreign_program
from greenroom.formats.http_files import read_http_file
from greenroom.formats.javascript import read_javascript
from greenroom.formats.join_body import find_body, is_only_a_call, score
from greenroom.formats.json_text import TYPOGRAPHIC, parse_json, parse_json_stream, repeated_names
from greenroom.formats.languages import other_language
from greenroom.formats.line_heads import without_line_heads
from greenroom.formats.looks import NAMES, is_worth_trying, looks_like
from greenroom.formats.notebooks import is_notebook, notebook_text, read_notebook
from greenroom.formats.open_parts import REPEATED
from greenroom.formats.powershell import read_powershell
from greenroom.formats.prose import fenced_blocks
from greenroom.formats.python_code import read_python
from greenroom.formats.reading_time import bounded_reading, require_time
from greenroom.formats.yaml_text import is_mostly_yaml, parse_yaml_stream, repeated_yaml_names

Documents = tuple[FoundDocument, ...]
#: Guesses that are so uncertain that JSON inside the text is looked for, too.
_UNSURE = ("yaml", "javascript", "markdown", "curl", "http")
#: Longer texts are read by the reader that was guessed, and by no other.
_LARGEST_GUESS = 150_000
#: From this score on the body of a block is an agent of its own, not an excerpt.
_WHOLE = 13
#: Agents of one text, and its fenced blocks.
_MOST_AGENTS = 100
_MOST_BLOCKS = 200
_ENTITY = re.compile(r"&(quot|#34|#x22|apos|#39);", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")


def read_text(text: str, file_name: str = "") -> Documents:
    """The agents in a text, the likeliest first; never empty. Raises UnreadableText with the format and advice, and TooSlow."""
    with bounded_reading():
        documents = _read_text(text, file_name)
    if len(documents) > _MOST_AGENTS:
        raise KnownText(f"This contains {len(documents):,} agents; at most {_MOST_AGENTS} are read at once.", advice=_PART)
    return documents


def _read_text(text: str, file_name: str) -> Documents:
    if len(text) > LARGEST:
        raise UnreadableText(f"This is {len(text):,} characters long; the limit is {LARGEST:,}.")
    if "\x00" in text:
        raise UnreadableText("This is a binary file, not text.")
    clean = text.lstrip("\ufeff").replace("\r\n", "\n")
    if not clean.strip():
        raise UnreadableText("There is no text yet.")
    clean = without_line_heads(clean)
    refuse_foreign_program(clean)
    reasons: dict[str, UnreadableText] = {}
    guess = looks_like(clean, file_name)
    documents = _read_as(guess, clean, reasons)
    if not documents and (guess in _UNSURE or guess not in _READERS) and not is_curl(clean):
        documents = _embedded(clean)
    if not documents and len(clean) <= _LARGEST_GUESS:
        documents = _without_markup(clean) or _agents_in_variables(guess, clean)
    if documents:
        return documents
    raise _refusal(clean, guess, reasons)


def _read_as(guess: str, text: str, reasons: dict[str, UnreadableText]) -> Documents:
    """The agents that the first successful reader finds; () if none does. ``reasons`` collects why readers failed."""
    for name in _order(text, guess):
        if guess in _READERS and guess not in reasons and name not in (guess, "markdown") and guess != "yaml":
            continue  # it parses as what it looks like
        require_time()
        try:
            documents = _fenced(text) if name == "markdown" else _READERS[name](text)
            if documents and name in ("javascript", "python") and name != guess:
                documents = _embedded(text) or documents  # JSON in a log or a script parses as a program, too
        except KnownText:
            raise
        except UnreadableText as error:
            reasons[name] = error
            continue
        if documents:
            return documents
    return ()


def _without_markup(text: str) -> Documents:
    """The agents of a text copied from a web page's source, or from a program that inserts typographic quotes."""
    plain = html.unescape(_TAG.sub("", text)) if _ENTITY.search(text) else text
    plain = plain.translate(TYPOGRAPHIC) if '"' not in plain else plain
    if plain == text:
        return ()
    try:
        return _json(plain)
    except UnreadableText:
        return _embedded(plain)


def _agents_in_variables(guess: str, text: str) -> Documents:
    """The agents of the samples' variables in a Compose, Kubernetes, workflow or TOML file."""
    parse = {"json": _json_values, "yaml": parse_yaml_stream, "toml": _toml_values}.get(guess)
    with contextlib.suppress(UnreadableText):
        for document in parse(text) if parse else ():
            if variables := variables_in(document):
                return read_variables(variables)
    return ()


def _order(text: str, guess: str) -> list[str]:
    """The names of the readers to try, in order.

    Fenced blocks come before readers that accept almost any text, and after formats whose prompts may quote fenced blocks.
    """
    if guess not in _READERS and guess != "markdown":
        return ["markdown"]  # another language
    others = [name for name in _READERS if name != guess and is_worth_trying(name, text)] if len(text) <= _LARGEST_GUESS else []
    if guess in ("json", "python", "env", "powershell") or text.startswith("greenroom:"):
        return [guess, "markdown", *others]
    return ["markdown", *([guess] if guess in _READERS else []), *others]


def _fenced(text: str) -> Documents:
    """The agents in a Markdown text's fenced blocks, the likeliest first. An agent given in two languages is listed once."""
    documents: list[FoundDocument] = []
    for block in fenced_blocks(text)[:_MOST_BLOCKS]:
        require_time()
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
            pass  # the fence names another language than the text has
    return read_text(text)


def _weight(document: FoundDocument) -> int:
    """How likely a document is the agent: 1 for a call's parts alone, 1000 for a Greenroom export, else its score."""
    if _is_own(document.value):
        return 1_000
    return 1 if is_only_a_call(document.value) else score(find_body(document.value))


def _name(document: FoundDocument) -> Any:
    """The key that tells the agents of one text apart: the name, or the document if it has none."""
    body = document.value if _is_own(document.value) else find_body(document.value)
    return document.name or (body.get("name") if body else None) or document.value


def _json(text: str) -> Documents:
    values = _json_values(text)
    documents = _documents(values[0] if len(values) == 1 else values, "json")
    return _with_repeated(documents, repeated_names(text))


def _with_repeated(documents: Documents, names: list[str]) -> Documents:
    """The documents with a note for each of the paths, which the text has twice."""
    twice = tuple((path, REPEATED) for path in names)
    return tuple(replace(document, left_out=(*document.left_out, *twice)) for document in documents) if twice else documents


def _json_values(text: str) -> list[Any]:
    """The document of a text, or all those of JSON Lines. Raises UnreadableText."""
    with contextlib.suppress(UnreadableText):  # not JSON Lines
        return parse_json_stream(text)
    return [parse_json(text, notes=True)]


def _yaml(text: str) -> Documents:
    documents = tuple(found for document in parse_yaml_stream(text) for found in _documents(document, "yaml"))
    return _with_repeated(documents, repeated_yaml_names(text))


def _toml(text: str) -> Documents:
    return _documents(_toml_values(text)[0], "toml")


def _toml_values(text: str) -> list[Any]:
    try:
        return [tomllib.loads(text)]
    except (ValueError, RecursionError) as error:
        raise UnreadableText(f"The TOML is broken: {error}.") from None


def _embedded(text: str) -> Documents:
    documents: list[FoundDocument] = []
    for found in embedded_objects(text):
        require_time()
        with contextlib.suppress(UnreadableText):
            documents += _documents(found, "json")
    return tuple(documents)


def _documents(value: Any, format: str) -> Documents:
    if api_clients.kind_of(value):
        return api_clients.read_api_client(value)
    if is_notebook(value):
        return read_notebook(value) or _fenced(notebook_text(value))
    refuse_foreign_document(value)
    if (
        isinstance(value, list)
        and len(agents := [entry for entry in value if _is_own(entry) or find_body(entry) is not None]) > 1
    ):
        return tuple(FoundDocument(entry, "greenroom" if _is_own(entry) else format) for entry in agents)
    if _is_own(value) or find_body(value) is not None:
        return (FoundDocument(value, "greenroom" if _is_own(value) else format),)
    return api_clients.read_texts_inside(value, format)


def _is_own(value: Any) -> bool:
    return isinstance(value, Mapping) and "greenroom" in value


_READERS: Mapping[str, Callable[[str], Documents]] = {
    "curl": read_curl,
    "env": read_env,
    "json": _json,
    "powershell": read_powershell,
    "yaml": _yaml,
    "toml": _toml,
    "http": read_http_file,
    "python": read_python,
    "javascript": read_javascript,
}


def _refusal(text: str, guess: str, reasons: Mapping[str, UnreadableText]) -> UnreadableText:
    """The error that says why nothing was found, for the format that the text seems to have."""
    template = other_language(text) if guess == "yaml" else ""
    if guess in reasons and not template and (guess != "yaml" or is_mostly_yaml(text)):
        return reasons[guess]
    if template or guess not in _READERS and guess != "markdown":
        return UnreadableText(f"This looks like {template or guess}, which isn't supported.", advice=_CAPTURE)
    if guess == "yaml" and not is_mostly_yaml(text):
        return UnreadableText("This looks like plain text, not an agent.")
    return UnreadableText(f"This looks like {NAMES.get(guess, 'text')}, but it contains no Agora join body.")


_PART = "Paste a part of it."
_CAPTURE = "Paste the JSON body that the program sends, or the request copied from your browser as cURL."
