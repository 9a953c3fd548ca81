"""Reads the bodies of commands that send a request (curl, wget, HTTPie) and start an agent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from greenroom.formats import httpie
from greenroom.formats.document import FoundDocument, UnreadableText
from greenroom.formats.expressions import TooLong
from greenroom.formats.join_body import find_body, score
from greenroom.formats.json_text import parse_json
from greenroom.formats.shell import ShellCommand, ShellReader
from greenroom.formats.shell_output import input_of, output_of, written_files

#: The prompt before a command that was copied from a terminal.
_PROMPT = r"(?:[^\n'\"{}]{0,80}?[$#%>❯➜~][ \t]+)?"
_PROMPT_ENDS = tuple("$#%>❯➜~")
_CURL = r"(?:curl|wget)(?:\.exe)?[ \t\\^`]"
_HTTPIE = r"(?:https?|xhs?)[ \t]+(?:-\S+[ \t]+)*(?:(?i:POST|PUT)\b|\S*/join\b)"
_CALL = re.compile(rf"(?<![\w./-])(?:{_CURL}|{_HTTPIE})")
_BEFORE = re.compile(rf"[ \t]*{_PROMPT}(?:\w+=\S*[ \t]+)*")
#: The most characters that are read of what precedes a command on its line or in a pipe.
_LONGEST_BEFORE = 1000
_PROGRAM = re.compile(r"(?:.*/)?(?:(curl|wget)(?:\.exe)?|(https?|xhs?))")
_DATA = (
    "--data",
    "--data-raw",
    "--data-binary",
    "--data-ascii",
    "--json",
    "--data-urlencode",
    "--body-data",
    "--post-data",
)
_KEYED = re.compile(r"(?i)^(authorization|x-api-key|agora-.*)\s*(:|$)")


@dataclass(frozen=True, slots=True)
class _ShellRequest:
    """A request of a command. ``headers``: the names of those that hold a key. ``data``: None if another command makes it."""

    program: str
    address: str
    data: str | None
    headers: list[str]


def is_curl(text: str) -> bool:
    """Whether a line begins with curl, wget or HTTPie, or pipes into one of them."""
    return any(_begins(text, call.start()) for call in _CALL.finditer(text))


def _begins(text: str, at: int) -> bool:
    """Whether nothing but a prompt and variables stands before this place on its line, or behind the last pipe there."""
    window = text[max(0, at - _LONGEST_BEFORE) : at]
    cut = max(window.rfind("\n"), window.rfind("|"))
    return (cut >= 0 or at <= _LONGEST_BEFORE) and _BEFORE.fullmatch(window[cut + 1 :]) is not None


def read_curl(text: str) -> tuple[FoundDocument, ...]:
    """The bodies of all commands that send one, joins first. Raises UnreadableText with the reason."""
    reader = ShellReader(text, lambda command: output_of(command, {}))
    try:
        commands = reader.commands()
    except TooLong:
        raise UnreadableText("This script's variables expand to more text than an agent can have.") from None
    files = written_files(commands)
    requests = [request for command in commands if (request := _request(command, files)) is not None]
    documents: list[tuple[int, FoundDocument]] = []
    reasons: list[str] = []
    for request in requests:
        document, reason = _document(request)
        if reason:
            reasons.append(reason)
        if find_body(document) is None:
            continue
        left_out = tuple((f"header {name}", "A header of the request, not part of the agent.") for name in request.headers)
        weight = score(find_body(document)) + (100 if "/join" in request.address else 0)
        format = "httpie" if request.program == "HTTPie" else "curl"
        documents.append((weight, FoundDocument(document, format, placeholders=reader.placeholders, left_out=left_out)))
    if not documents:
        raise UnreadableText(_why(requests, reasons))
    return tuple(document for _, document in sorted(documents, key=lambda pair: -pair[0]))


def _why(requests: list[_ShellRequest], reasons: list[str]) -> str:
    if reasons:
        return reasons[0]
    if not requests:
        return "This looks like a shell script, but no curl command in it starts an agent."
    if not any(request.data for request in requests):
        return f"This {requests[0].program} command has no body."
    if len(requests) > 1:
        return f"None of the {len(requests)} {requests[0].program} commands starts an agent."
    return f"This {requests[0].program} command doesn't start an agent."


def _request(command: ShellCommand, files: dict[str, str]) -> _ShellRequest | None:
    """The request that a command sends; None for other commands."""
    at, program = next(((n, m) for n, word in enumerate(command.words[:3]) if (m := _PROGRAM.fullmatch(word))), (0, None))
    if program is None or program[2] and at and command.words[at - 1][-1:] not in _PROMPT_ENDS:
        return None
    if program[2]:
        address, made, headers = httpie.request_of(command.words[at + 1 :])
        data = made if isinstance(made, str) or made is None else json.dumps(made, ensure_ascii=False)
        headers = [name for name in headers if _KEYED.match(name)]
        return _ShellRequest("HTTPie", address, input_of(command, files) or "" if data is None else data, headers)
    address, body, headers = _options(command)
    if body in ("@-", "@/dev/stdin") or not body and command.heredoc is not None:
        return _ShellRequest(program[1], address, input_of(command, files), headers)
    return _ShellRequest(program[1], address, files.get(body[1:].removeprefix("./"), body) if body[:1] == "@" else body, headers)


def _options(command: ShellCommand) -> tuple[str, str, list[str]]:
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
    return address, "&".join(data), headers


def _document(request: _ShellRequest) -> tuple[Any, str]:
    data = request.data
    if data is None:
        return None, f"The body of this {request.program} command comes from another command. Paste that command's output."
    if data.startswith("@"):
        return None, f"The body of this {request.program} command is in the file {data[1:60]}. Paste that file instead."
    if not data.lstrip().startswith(("{", "[")):
        return None, ""
    try:
        return parse_json(data), ""
    except UnreadableText as error:
        return None, f"The body of this {request.program} command isn't valid JSON: {error}"
