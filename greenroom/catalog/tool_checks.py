"""What Agora demands of functions and of the names of MCP servers; each sentence says which one and what to change."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

MOST_TOOLS = 32
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_SERVER_NAME = re.compile(r"[A-Za-z0-9]{1,48}")
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_ONE_LEVEL = re.compile(r"(args|template_variables)\.[A-Za-z_][A-Za-z0-9_]*|tool_call_id")
_LONGEST_URL, _LONGEST_DESCRIPTION, _PARAMETER_BYTES = 2048, 1024, 64 * 1024
_MOST_HEADERS, _HEADER_NAME, _HEADER_BYTES, _ALL_HEADER_BYTES = 32, 128, 4096, 16 * 1024
_TIMEOUT = (1000, 100_000)
#: Agora's own tool.
_TAKEN = "ragsearch_tool"

#: Looks at one function; yields what is wrong with it, as the end of a sentence that begins with its name.
_Check = Callable[[Mapping[str, Any]], Iterator[str]]


def function_faults(functions: Any) -> Iterator[str]:
    """What is wrong with a list of ``llm.tools``: a sentence each. Never raises."""
    if not isinstance(functions, list | tuple):
        yield "must be a list: [ … ]."
        return
    if len(functions) > MOST_TOOLS:
        yield f"{len(functions)} are too many; at most {MOST_TOOLS} are possible."
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
            yield f"{called} is there twice; upper and lower case count as the same. Rename one."
        seen.add(folded)


def server_faults(servers: Any) -> Iterator[str]:
    """What is wrong with the names of MCP servers. Never raises; other faults are those of their columns."""
    seen: set[str] = set()
    for number, server in enumerate(servers if isinstance(servers, list | tuple) else (), 1):
        name = server.get("name") if isinstance(server, Mapping) else None
        if not isinstance(name, str) or not name.strip():
            continue
        name = name.strip()
        if not _SERVER_NAME.fullmatch(name):
            yield f"the name of entry {number}, {name[:48]!r}, may only have letters and digits, at most 48."
        elif name in seen:
            yield f"two are called {name!r}; rename one."
        seen.add(name)


def named_servers(servers: Any) -> list[Any]:
    """The same servers, with names that Agora takes: other characters left out, twins numbered."""
    found, seen = [], set[str]()
    for number, server in enumerate(servers if isinstance(servers, list | tuple) else (), 1):
        if not isinstance(server, Mapping):
            found.append(server)
            continue
        stem = re.sub(r"[^A-Za-z0-9]", "", str(server.get("name") or ""))[:44] or f"server{number}"
        name = stem if stem not in seen else next(f"{stem}{n}" for n in range(2, 10_000) if f"{stem}{n}" not in seen)
        seen.add(name)
        found.append({**server, "name": name})
    return found


def _fields(tool: Mapping[str, Any]) -> Iterator[str]:
    """Agora: nothing but these fields."""
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
                yield f"has {str(name)[:40]!r}{where}, which Agora does not know. Remove it."


def _kind(tool: Mapping[str, Any]) -> Iterator[str]:
    """type is function, and it is carried out at once."""
    if tool.get("type") != "function":
        yield 'must have "type": "function".'
    if "execution" in tool and tool["execution"] != {"mode": "sync"}:
        yield 'can only have "execution": {"mode": "sync"}. Leave it out.'


def _name(tool: Mapping[str, Any]) -> Iterator[str]:
    """A letter, then letters and digits; not what Agora's own and MCP's tools are called."""
    name = _part(tool, "function").get("name")
    if isinstance(name, str) and name.lower() == _TAKEN:
        yield "is the name of a tool of Agora. Rename it."
    elif not isinstance(name, str) or not _NAME.fullmatch(name):
        yield "needs a name of a letter and then letters and digits only, at most 64."
    elif name.lower().startswith("mcp"):
        yield "must not begin with mcp, which stands for tools of MCP servers. Rename it."


def _description(tool: Mapping[str, Any]) -> Iterator[str]:
    """The model reads it to know when to call the function."""
    text = _part(tool, "function").get("description")
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST_DESCRIPTION:
        yield f"needs a description of 1 to {_LONGEST_DESCRIPTION} characters: when the model is to call it."


def _parameters(tool: Mapping[str, Any]) -> Iterator[str]:
    """A JSON Schema whose root is an object, at most 64 KiB."""
    schema = _part(tool, "function").get("parameters")
    if not isinstance(schema, Mapping) or schema.get("type") != "object" or not isinstance(schema.get("properties"), Mapping):
        yield 'needs parameters: {"type": "object", "properties": { … }}; with none, leave properties empty.'
    elif _size(schema) > _PARAMETER_BYTES:
        yield "has parameters of more than 64 KiB. Shorten them."


def _server(tool: Mapping[str, Any]) -> Iterator[str]:
    """Called by GET or POST, over https, within a time."""
    server = _part(tool, "server")
    method, url, wait = server.get("method"), server.get("url"), server.get("timeout_ms")
    if method not in ("GET", "POST"):
        yield 'needs a server with "method": "GET" or "POST".'
    if not isinstance(url, str) or not url.startswith("https://") or len(url) > _LONGEST_URL:
        yield f"needs a server with a url that starts with https://, at most {_LONGEST_URL:,} characters."
    if "body" in server and method == "GET":
        yield "cannot have a body with GET. Use POST, or put the values into the url."
    if "body" in server and not isinstance(server["body"], Mapping):
        yield "needs an object as body."
    right = isinstance(wait, int) and not isinstance(wait, bool) and _TIMEOUT[0] <= wait <= _TIMEOUT[1]
    if "timeout_ms" in server and not right:
        yield f"can wait {_TIMEOUT[0]:,} to {_TIMEOUT[1]:,} ms for its server (timeout_ms)."


def _headers(tool: Mapping[str, Any]) -> Iterator[str]:
    """At most 32 of at most 4 KiB, 16 KiB together."""
    headers = _part(tool, "server").get("headers")
    if headers is None:
        return
    if not isinstance(headers, Mapping) or not all(isinstance(k, str) and isinstance(v, str) for k, v in headers.items()):
        yield "needs texts by name as headers."
        return
    sizes = [len(value.encode("utf8", "replace")) for value in headers.values()]
    if len(headers) > _MOST_HEADERS or sum(sizes) + sum(map(len, headers)) > _ALL_HEADER_BYTES:
        yield f"has too many headers; at most {_MOST_HEADERS} of 16 KiB together are possible."
    if any(not 1 <= len(name) <= _HEADER_NAME for name in headers) or any(size > _HEADER_BYTES for size in sizes):
        yield f"has a header that is too long; its name may have {_HEADER_NAME} characters, its value {_HEADER_BYTES:,} bytes."


def _placeholders(tool: Mapping[str, Any]) -> Iterator[str]:
    """Arguments go into url and body, never into headers; there and in the body a value is a constant or one placeholder."""
    server = _part(tool, "server")
    url = server.get("url")
    for inner in _PLACEHOLDER.findall(url) if isinstance(url, str) else ():
        yield from _unknown(inner, "url")
    for place in ("headers", "body"):
        for text in _texts(server.get(place)):
            found = _PLACEHOLDER.findall(text)
            if found and not _PLACEHOLDER.fullmatch(text.strip()):
                yield f"mixes text and placeholder in its {place} ({text[:40]!r}); a value is one or the other."
            for inner in found:
                yield from _unknown(inner, place)
                if place == "headers" and inner.startswith("args."):
                    yield f"uses {{{{{inner[:40]}}}}} in a header; what the model says may only go into url and body."


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
    """All texts inside, without recursion: JSON may be deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting += one.values()
        elif isinstance(one, list | tuple):
            waiting += one


def _size(schema: Any) -> int:
    try:
        return len(json.dumps(schema, ensure_ascii=False).encode("utf8", "replace"))
    except (TypeError, ValueError, RecursionError):
        return _PARAMETER_BYTES + 1
