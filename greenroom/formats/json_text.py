"""Parses JSON as people write and paste it: comments, trailing commas, single or typographic quotes, bare variables."""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from greenroom.formats.document import DEEPEST, UnreadableText, depth_of
from greenroom.formats.elisions import marked_elisions
from greenroom.formats.object_literals import read_object

#: A variable of a shell or a template where JSON wants a value.
_BARE = re.compile(
    r"(?<=[:\[,])(\s*)(\$\{?[A-Za-z_]\w*\}?|\{\{\s*[\w.-]+\s*\}\}|<[A-Za-z_][\w -]*>|True|False|None)(?=\s*[,}\]])"
)

#: Constants of a dictionary that Python printed.
_PYTHON = {"True": "true", "False": "false", "None": "null"}
#: Quotes that Word, Slack and the like put in place of straight ones.
TYPOGRAPHIC = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f", '"'))
#: A string, or what follows a quote that isn't closed.
_STRING = re.compile(r'"(?:[^"\\]++|\\[\s\S])*+(?:"|\\?\Z)')
#: The beginning of an entry, as in a part of a document.
_QUOTED = re.compile(r'\s*"\s*[\[{][\s\S]*"\s*')
_ENTRY = re.compile(r'\s*"[^"\n]{1,60}"\s*:\s*["{\[\dtfn-]')


def whole_number(digits: str) -> int | float:
    """An integer; a float if it has more digits than Python reads as an integer."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


_DECODER = json.JSONDecoder(parse_int=whole_number)
#: Accepts line breaks inside a string, which a shell passes on.
LENIENT = json.JSONDecoder(parse_int=whole_number, strict=False)


def parse_json(text: str, *, notes: bool = False) -> Any:
    """The document. Raises UnreadableText with line and column. ``notes``: keep the notes of ``read_object``."""
    clean = text.lstrip("\ufeff").strip()
    try:
        value = _DECODER.decode(clean)
    except json.JSONDecodeError as error:
        value = _relaxed(clean, error, notes)
    except RecursionError:
        raise UnreadableText("The JSON is nested too deeply.") from None
    if depth_of(value) > DEEPEST:
        raise UnreadableText("The JSON is nested too deeply.")
    return value


def _relaxed(text: str, error: json.JSONDecodeError, notes: bool) -> Any:
    try:
        return LENIENT.decode(text)
    except (json.JSONDecodeError, RecursionError):
        pass  # read below as people write it
    for attempt in dict.fromkeys((_whole(text), _whole(text.translate(TYPOGRAPHIC)))):
        given = marked_elisions(attempt)
        quoted = _BARE.sub(lambda bare: bare[1] + (_PYTHON.get(bare[2]) or f'"{_variable(bare[2])}"'), given)
        with contextlib.suppress(UnreadableText):
            return read_object(quoted, notes=notes)
    raise UnreadableText(_broken(text, error)) from None


def repeated_names(text: str) -> list[str]:
    """The paths of names that stand twice in an object of a JSON text: the last one counts."""
    repeated: dict[int, set[str]] = {}
    kept: list[dict[str, Any]] = []

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) < len(pairs):
            names = [name for name, _ in pairs]
            repeated[id(value)] = {name for name, count in Counter(names).items() if count > 1}
            kept.append(value)
        return value

    try:
        document = json.loads(text.strip(), object_pairs_hook=made)
    except (ValueError, RecursionError):
        return []
    return list(_repeated(document, repeated, "")) if repeated else []


def _repeated(value: Any, repeated: dict[int, set[str]], path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name in repeated.get(id(value), ()):
            yield f"{path}.{name}".lstrip(".")
        for name, inner in value.items():
            yield from _repeated(inner, repeated, f"{path}.{name}".lstrip("."))
    for number, inner in enumerate(value if isinstance(value, list) else ()):
        yield from _repeated(inner, repeated, f"{path}[{number}]")


def is_entries(text: str) -> bool:
    """Whether a text begins with an entry of an object, without the bracket before it."""
    return _ENTRY.match(text) is not None


def is_quoted_json(text: str) -> bool:
    """Whether a text is JSON that was written as a string."""
    return _QUOTED.fullmatch(text) is not None


def parse_json_stream(text: str) -> list[Any]:
    """The documents of a text that has one after the other, as in JSON Lines. Raises UnreadableText for any other text."""
    text = text.strip("\ufeff \t\r\n")
    documents: list[Any] = []
    at = 0
    while at < len(text) or not documents:
        try:
            document, at = LENIENT.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            raise UnreadableText("This isn't a sequence of JSON documents.") from None
        documents.append(document)
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
    if any(depth_of(document) > DEEPEST for document in documents):
        raise UnreadableText("The JSON is nested too deeply.")
    return documents


def _whole(text: str) -> str:
    """A part of a document as an object: entries without the brackets around them."""
    if not is_entries(text):
        return text
    inside = text.rstrip(" \t\n,;")
    return "{" + (inside[:-1] if _open_brackets(inside) < 0 else inside) + "}"


def _open_brackets(text: str) -> int:
    """How many brackets are opened and not closed; below 0: closed and not opened."""
    bare = _STRING.sub("", text)
    return sum(bare.count(sign) for sign in "{[") - sum(bare.count(sign) for sign in "}]")


def _broken(text: str, error: json.JSONDecodeError) -> str:
    where = f"line {error.lineno}, column {error.colno}"
    count = _open_brackets(text)
    if text[:1] in "{[" and count > 0 and (error.msg.startswith("Unterminated") or error.pos >= len(text) - 1):
        still = "1 bracket is" if count == 1 else f"{count} brackets are"
        return f"The JSON ends too early, at line {text.count(chr(10)) + 1}: {still} still open. Copy all of it."
    if text.translate(TYPOGRAPHIC) != text and '"' not in text[max(0, error.pos - 1) : error.pos + 1]:
        return f"The JSON has typographic quotes (“ ”) at {where}. Replace them with straight ones."
    return f"The JSON is broken at {where}: {error.msg}."


def _variable(bare: str) -> str:
    name = re.sub(r"\W+", "_", bare.strip("${}<> ")).upper().strip("_")
    return bare if bare.startswith("<") else f"${{{name}}}"
