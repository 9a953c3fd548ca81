"""Requests as text: ``.http`` files of VS Code and JetBrains, Bruno's ``.bru`` files, requests copied from a proxy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from greenroom.formats.api_clients import found_requests
from greenroom.formats.document import FoundDocument, UnreadableText

_REQUEST = re.compile(r"(?m)^[ \t]*(?:(?:POST|PUT|PATCH|GET|DELETE)[ \t]+)(\S+)(?:[ \t]+HTTP/[\d.]+)?[ \t]*\r?$")
_VARIABLE = re.compile(r"(?m)^@([\w-]+)\s*+=[ \t]*+([^\n]*)")
_BRUNO = re.compile(r"(?m)^body:json \{$")
_BRUNO_ADDRESS = re.compile(r"(?m)^\s+url:\s*(\S+)")


def is_http_file(text: str) -> bool:
    """Whether a text has a line such as ``POST https://…`` and a body below, or is a request of Bruno."""
    match = _REQUEST.search(text)
    return _BRUNO.search(text) is not None or match is not None and "{" in text[match.end() :]


def read_http_file(text: str) -> tuple[FoundDocument, ...]:
    """The bodies of all requests that start an agent, joins first. Raises UnreadableText."""
    requests = _bruno(text) if _BRUNO.search(text) else _requests(text)
    variables = {name: value.strip() for name, value in _VARIABLE.findall(text)}
    documents = found_requests(requests, variables, "http")
    if not documents:
        raise UnreadableText("No request in this file starts an agent.")
    return documents


def _requests(text: str) -> Iterator[tuple[str, str, str]]:
    for block in re.split(r"(?m)^###[^\n]*\n?", text):
        matches = list(_REQUEST.finditer(block))
        ends = [match.start() for match in matches[1:]] + [len(block)]
        for match, end in zip(matches, ends, strict=False):
            rest = block[match.end() : end]
            _, _, body = rest.replace("\r\n", "\n").partition("\n\n")
            yield "", match[1], _without_handlers(body)


def _without_handlers(body: str) -> str:
    """The body without the response handler scripts that JetBrains writes below it."""
    return re.split(r"(?m)^[<>] ", body)[0].strip()


def _bruno(text: str) -> Iterator[tuple[str, str, str]]:
    address = _BRUNO_ADDRESS.search(text)
    for match in _BRUNO.finditer(text):
        end = text.find("\n}", match.end())
        yield "", address[1] if address else "", text[match.end() : end if end >= 0 else len(text)].strip()
        if end < 0:
            return
