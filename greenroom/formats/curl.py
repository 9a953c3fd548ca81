"""curl commands: which of them starts an agent, and the body it sends."""

from __future__ import annotations

import re
from typing import Any

from greenroom.formats.document import FoundDocument, UnreadableText
from greenroom.formats.expressions import TooLong
from greenroom.formats.join_body import find_body, score
from greenroom.formats.json_text import parse_json
from greenroom.formats.shell import ShellCommand, ShellReader

_START = re.compile(r"(?m)^[ \t]*(?:[$>#][ \t]+)?(?:\w+=\S*[ \t]+)*curl(?:\.exe)?[ \t\\^`]")
_DATA = ("--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "--data-urlencode")
_KEYED = re.compile(r"(?i)^(authorization|x-api-key|agora-.*)\s*:")


def is_curl(text: str) -> bool:
    """Whether a line begins with curl."""
    return _START.search(text) is not None


def read_curl(text: str) -> tuple[FoundDocument, ...]:
    """The bodies of all commands that send one, joins first. Raises UnreadableText with the reason."""
    reader = ShellReader(re.sub(r"(?m)^([ \t]*)[$>][ \t]+(?=curl)", r"\1", text))
    try:
        requests = [_request(command) for command in reader.commands() if _is_curl(command)]
    except TooLong:
        raise UnreadableText("The variables of this script fill in more text than an agent has.") from None
    documents: list[tuple[int, FoundDocument]] = []
    reasons: list[str] = []
    for address, data, headers in requests:
        document, reason = _document(data)
        if reason:
            reasons.append(reason)
        if find_body(document) is None:
            continue
        left_out = tuple((f"header {name}", "The request's own header, not part of the agent.") for name in headers)
        weight = score(find_body(document)) + (100 if "/join" in address else 0)
        documents.append((weight, FoundDocument(document, "curl", placeholders=reader.placeholders, left_out=left_out)))
    if not documents:
        raise UnreadableText(_why(requests, reasons))
    return tuple(document for _, document in sorted(documents, key=lambda pair: -pair[0]))


def _why(requests: list[Any], reasons: list[str]) -> str:
    if reasons:
        return reasons[0]
    if not any(data for _, data, _ in requests):
        return "This curl command sends no body."
    return (
        f"None of the {len(requests)} curl commands here starts an agent."
        if len(requests) > 1
        else "This curl command starts no agent."
    )


def _is_curl(command: ShellCommand) -> bool:
    return any(re.fullmatch(r"(?:.*/)?curl(?:\.exe)?", word) for word in command.words[:3])


def _request(command: ShellCommand) -> tuple[str, str, list[str]]:
    """Address, body and the names of headers that hold a key."""
    address, data, headers = "", [], []
    words = iter(command.words)
    for word in words:
        option, _, inline = word.partition("=")
        if option in _DATA:
            data.append(inline if "=" in word else next(words, ""))
        elif word.startswith("-d") and not word.startswith("--"):
            data.append(word[2:] or next(words, ""))
        elif word in ("-H", "--header"):
            headers += [name[1] for name in [_KEYED.match(next(words, ""))] if name]
        elif word == "--url":
            address = next(words, "")
        elif "://" in word or "/join" in word:
            address = address or word
    body = "&".join(data)
    if command.heredoc is not None and (body in ("", "@-", "@/dev/stdin")):
        body = command.heredoc
    return address, body, headers


def _document(data: str) -> tuple[Any, str]:
    if data.startswith("@"):
        return None, f"The body of this curl command is in the file {data[1:60]}. Paste that file instead."
    if not data.lstrip().startswith(("{", "[")):
        return None, ""
    try:
        return parse_json(data), ""
    except UnreadableText as error:
        return None, f"The body of this curl command is not valid JSON: {error}"
