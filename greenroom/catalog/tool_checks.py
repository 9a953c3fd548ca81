"""Agora's constraints on functions and MCP server names; each message names the entry and the fix."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from greenroom.loopback import is_loopback

MOST_TOOLS = 32
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_SERVER_NAME = re.compile(r"[A-Za-z0-9]{1,48}")
_PLACEHOLDER = re.compile(r"\{\{\s*+((?:[^{}\s]++(?:\s++(?!\}\}))?+)*+)\s*+\}\}")
_ONE_LEVEL = re.compile(r"(args|template_variables)\.[A-Za-z_][A-Za-z0-9_]*|tool_call_id")
_LONGEST_URL, _LONGEST_DESCRIPTION, _PARAMETER_BYTES = 2048, 1024, 64 * 1024
_MOST_HEADERS, _HEADER_NAME, _HEADER_BYTES, _ALL_HEADER_BYTES = 32, 128, 4096, 16 * 1024
_TIMEOUT = (1000, 100_000)
#: Agora's own tool.
_TAKEN = "ragsearch_tool"

#: Looks at one function; yields what is wrong with it, as the end of a sentence that begins with its name.
_Check = Callable[[Mapping[str, Any]], Iterator[str]]


def function_faults(functions: Any) -> Iterator[str]:
    """The problems of an ``llm.tools`` list, one message each. Never raises."""
    if not isinstance(functions, list | tuple):
        yield "must be a JSON list: [ … ]."
        return
    if len(functions) > MOST_TOOLS:
        yield f"has {len(functions)} entries; the limit is {MOST_TOOLS}. Remove some."
    seen: set[str] = set()
    for number, tool in enumerate(functions, 1):
        if not isinstance(tool, Mapping):
            yield f"entry {number} must be an object: {{ … }}."
            continue
        name = _part(tool, "function").get("name")
        called = f"{name!r}" if isinstance(name, str) and name else f"entry {number}"
        yield from (f"{called} {fault}" for check in _CHECKS for fault in check(tool))
        folded = name.lower() if isinstance(name, str) else ""
        if folded and folded in seen:
            yield f"{called} is defined twice; names are case-insensitive. Rename one."
        seen.add(folded)


def server_faults(servers: Any) -> Iterator[str]:
    """The problems of MCP server names. Never raises; other fields are checked per column."""
    seen: set[str] = set()
    for number, server in enumerate(servers if isinstance(servers, list | tuple) else (), 1):
        name = server.get("name") if isinstance(server, Mapping) else None
        if not isinstance(name, str) or not name.strip():
            continue
        name = name.strip()
        if not _SERVER_NAME.fullmatch(name):
            yield f"the name of entry {number}, {name[:48]!r}, must be letters and digits only, at most 48."
        elif name in seen:
            yield f"two servers are named {name!r}. Rename one."
        seen.add(name)


def named_servers(servers: Any) -> list[Any]:
    """The same servers with valid names: other characters removed, duplicates numbered."""
    named, seen = [], set[str]()
    for number, server in enumerate(servers if isinstance(servers, list | tuple) else (), 1):
        if not isinstance(server, Mapping):
            named.append(server)
            continue
        stem = re.sub(r"[^A-Za-z0-9]", "", str(server.get("name") or ""))[:44] or f"server{number}"
        name = stem if stem not in seen else next(f"{stem}{n}" for n in range(2, 10_000) if f"{stem}{n}" not in seen)
        seen.add(name)
        named.append({**server, "name": name})
    return named


def _fields(tool: Mapping[str, Any]) -> Iterator[str]:
    """Agora accepts these fields and no others."""
    allowed = {
        "": ("type", "function", "execution", "server"),
        "function": ("name", "description", "parameters"),
        "execution": ("mode",),
        "server": ("method", "url", "headers", "body", "timeout_ms"),
    }
    for place, names in allowed.items():
        part = _part(tool, place) if place else tool
        for name in part:
            if name not in names:
                where = f" in {place}" if place else ""
                yield f"has {str(name)[:40]!r}{where}, which Agora doesn't support. Remove it."


def _kind(tool: Mapping[str, Any]) -> Iterator[str]:
    """type is function, and execution is synchronous."""
    if tool.get("type") != "function":
        yield 'must have "type": "function".'
    if "execution" in tool and tool["execution"] != {"mode": "sync"}:
        yield 'only supports "execution": {"mode": "sync"}. Remove the field.'


def _name(tool: Mapping[str, Any]) -> Iterator[str]:
    """A letter, then letters and digits; no names reserved for Agora's own or MCP tools."""
    name = _part(tool, "function").get("name")
    if isinstance(name, str) and name.lower() == _TAKEN:
        yield "is the name of a built-in Agora tool. Rename it."
    elif not isinstance(name, str) or not _NAME.fullmatch(name):
        yield "needs a name that starts with a letter and has only letters and digits, at most 64."
    elif name.lower().startswith("mcp"):
        yield 'must not start with "mcp", which is reserved for MCP tools. Rename it.'


def _description(tool: Mapping[str, Any]) -> Iterator[str]:
    """The model uses the description to decide when to call the function."""
    text = _part(tool, "function").get("description")
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_DESCRIPTION:
        yield f"needs a description of 1 to {_LONGEST_DESCRIPTION} characters that says when the model should call it."


def _parameters(tool: Mapping[str, Any]) -> Iterator[str]:
    """A JSON Schema whose root is an object, at most 64 KiB."""
    schema = _part(tool, "function").get("parameters")
    if not isinstance(schema, Mapping) or schema.get("type") != "object" or not isinstance(schema.get("properties"), Mapping):
        yield 'needs parameters: {"type": "object", "properties": { … }}. Leave properties empty if there are none.'
    elif _size(schema) > _PARAMETER_BYTES:
        yield "has parameters larger than 64 KiB. Shorten them."


def _server(tool: Mapping[str, Any]) -> Iterator[str]:
    """Called with GET or POST over https, with a timeout; over http inside one's own network."""
    server = _part(tool, "server")
    method, url, wait = server.get("method"), server.get("url"), server.get("timeout_ms")
    if method not in ("GET", "POST"):
        yield 'needs a server with "method": "GET" or "POST".'
    if not isinstance(url, str) or not (url.startswith("https://") or is_inside(url)) or len(url) > _LONGEST_URL:
        yield f"needs a server with a url that starts with https://, at most {_LONGEST_URL:,} characters."
    if "body" in server and method == "GET":
        yield "can't have a body with GET. Use POST, or put the values in the url."
    if "body" in server and not isinstance(server["body"], Mapping):
        yield "needs a JSON object as its body."
    right = isinstance(wait, int) and not isinstance(wait, bool) and _TIMEOUT[0] <= wait <= _TIMEOUT[1]
    if "timeout_ms" in server and not right:
        yield f"needs a timeout_ms from {_TIMEOUT[0]:,} to {_TIMEOUT[1]:,} ms."


def is_inside(url: Any) -> bool:
    """Whether it is an http address of this computer or of its own network: offline agents call it, Agora can't reach it."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        host = (parts.hostname or "").lower() if parts is not None and parts.scheme == "http" else ""
        return is_loopback(host) or host.endswith(".local") or (bool(host) and ip_address(host).is_private)
    except ValueError:
        return False


def _headers(tool: Mapping[str, Any]) -> Iterator[str]:
    """At most 32 of at most 4 KiB, 16 KiB together."""
    headers = _part(tool, "server").get("headers")
    if headers is None:
        return
    if not isinstance(headers, Mapping) or not all(isinstance(k, str) and isinstance(v, str) for k, v in headers.items()):
        yield "needs headers that map names to text."
        return
    sizes = [len(value.encode("utf8", "replace")) for value in headers.values()]
    if len(headers) > _MOST_HEADERS or sum(sizes) + sum(map(len, headers)) > _ALL_HEADER_BYTES:
        yield f"has too many headers; the limit is {_MOST_HEADERS}, and 16 KiB in total."
    if any(not 1 <= len(name) <= _HEADER_NAME for name in headers) or any(size > _HEADER_BYTES for size in sizes):
        yield f"has a header that is too long; the limit is {_HEADER_NAME} characters plus {_HEADER_BYTES:,} bytes of value."


def _placeholders(tool: Mapping[str, Any]) -> Iterator[str]:
    """Arguments are allowed in url and body, not in headers; a body value is a constant or a single placeholder."""
    server = _part(tool, "server")
    url = server.get("url")
    for inner in _PLACEHOLDER.findall(url) if isinstance(url, str) else ():
        yield from _unknown(inner, "url")
    for place in ("headers", "body"):
        for text in _texts(server.get(place)):
            placeholders = _PLACEHOLDER.findall(text)
            if placeholders and not _PLACEHOLDER.fullmatch(text.strip()):
                yield f"mixes text and a placeholder in its {place} ({text[:40]!r}). Use one or the other."
            for inner in placeholders:
                yield from _unknown(inner, place)
                if place == "headers" and inner.startswith("args."):
                    yield f"uses {{{{{inner[:40]}}}}} in a header. Model arguments are only allowed in url and body."


def _unknown(inner: str, place: str) -> Iterator[str]:
    if not _ONE_LEVEL.fullmatch(inner):
        yield (
            f"has {{{{{inner[:40]}}}}} in its {place}; only {{{{args.name}}}}, {{{{template_variables.name}}}} "
            "and {{tool_call_id}} are filled in."
        )


_CHECKS: tuple[_Check, ...] = (_fields, _kind, _name, _description, _parameters, _server, _headers, _placeholders)


def _part(tool: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = tool.get(name)
    return part if isinstance(part, Mapping) else {}


def _texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value, without recursion because it may be deep."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value


def _size(schema: Any) -> int:
    try:
        return len(json.dumps(schema, ensure_ascii=False).encode("utf8", "replace"))
    except (TypeError, ValueError, RecursionError):
        return _PARAMETER_BYTES + 1
