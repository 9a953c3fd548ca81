"""Operations of an OpenAPI document as functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from greenroom.catalog.tool_checks import MOST_TOOLS
from greenroom.tools.definitions import Json
from greenroom.tools.imported import ImportedTools

_METHODS = ("get", "post")
_DEEPEST = 8
#: Values of one document that are filled in.
_MOST_VALUES = 20_000


def functions_of(document: Json) -> ImportedTools:
    """The operations of an OpenAPI document as Agora's functions."""
    functions: list[dict[str, Any]] = []
    notes: list[str] = []
    root, references = _server_of(document), _References(document)
    for path, item in document["paths"].items():
        for method, operation in item.items() if isinstance(item, Mapping) else ():
            if str(method).lower() not in (*_METHODS, "put", "patch", "delete") or not isinstance(operation, Mapping):
                continue
            name = f"{str(method).upper()} {path}"
            if str(method).lower() not in _METHODS:
                notes.append(f"{name}: left out. Agora calls functions with GET or POST only.")
            elif len(functions) >= MOST_TOOLS:
                notes.append(f"{name}: left out. An agent has at most {MOST_TOOLS} tools.")
            else:
                functions.append(_function(references, root, str(path), str(method).lower(), item, operation, notes))
    if references.too_many:
        notes.append("The document refers to itself too often: some parameters are incomplete.")
    if functions and not root.startswith("https://"):
        notes.append("The document names no https server: complete the URLs of the functions.")
    return ImportedTools(functions=_named(functions), notes=tuple(notes))


class _References:
    """Fills in the references of a document, up to a limit: twenty lines can refer to each other a billion times."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._left = _MOST_VALUES

    @property
    def too_many(self) -> bool:
        return self._left < 0

    def resolved(self, node: Any, depth: int = 0) -> dict[str, Any]:
        """A node with references inside of the document filled in, to a bounded depth."""
        self._left -= 1
        if not isinstance(node, Mapping) or depth > _DEEPEST or self._left < 0:
            return {}
        reference = node.get("$ref")
        if isinstance(reference, str):
            return self.resolved(self._target(reference), depth + 1)
        return {str(name): self._inner(value, depth) for name, value in node.items()}

    def _inner(self, value: Any, depth: int) -> Any:
        if isinstance(value, list):
            return [self.resolved(element, depth + 1) if isinstance(element, Mapping) else element for element in value]
        return self.resolved(value, depth + 1) if isinstance(value, Mapping) else value

    def _target(self, reference: str) -> Any:
        target: Any = self._document
        for step in reference.removeprefix("#/").split("/") if reference.startswith("#/") else ("",):
            target = target.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        return target


def _server_of(document: Json) -> str:
    servers = document.get("servers")
    first = servers[0] if isinstance(servers, list) and servers and isinstance(servers[0], Mapping) else {}
    if isinstance(first.get("url"), str):
        return first["url"].rstrip("/")
    host = document.get("host")
    return f"https://{host}{document.get('basePath') or ''}".rstrip("/") if isinstance(host, str) else ""


def _function(
    references: _References, root: str, path: str, method: str, item: Json, operation: Json, notes: list[str]
) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    url, query = f"{root}{path}", []
    for parameter in _parameters(references, item, operation):
        name, place = str(parameter.get("name") or ""), parameter.get("in")
        safe = re.sub(r"\W", "_", name)
        if place not in ("path", "query") or not safe:
            if place in ("header", "cookie"):
                notes.append(f"{name}: a {place} of {path}. Set it under the function's headers.")
            continue
        schema = references.resolved(
            parameter.get("schema") or {key: parameter[key] for key in ("type", "enum") if key in parameter}
        )
        properties[safe] = {**schema, **({"description": parameter["description"]} if parameter.get("description") else {})}
        required += [safe] if parameter.get("required") or place == "path" else []
        url = url.replace(f"{{{name}}}", f"{{{{args.{safe}}}}}")
        query += [f"{name}={{{{args.{safe}}}}}"] if place == "query" else []
    server: dict[str, Any] = {"method": method.upper(), "url": url + (f"?{'&'.join(query)}" if query else "")}
    if method == "post":
        body = _body(references, operation)
        properties |= body.get("properties", {})
        required += [name for name in body.get("required", ()) if name in properties]
        server["body"] = {name: f"{{{{args.{name}}}}}" for name in body.get("properties", {})}
    about = str(operation.get("description") or operation.get("summary") or f"{method.upper()} {path}")
    parameters = {"type": "object", "properties": properties, "required": list(dict.fromkeys(required))}
    name = _camel(str(operation.get("operationId") or f"{method} {path}"))
    return {
        "type": "function",
        "function": {"name": name, "description": about[:1024], "parameters": parameters},
        "server": server,
    }


def _parameters(references: _References, item: Json, operation: Json) -> Iterator[Json]:
    for rows in (item.get("parameters"), operation.get("parameters")):
        for row in rows if isinstance(rows, list) else ():
            parameter = references.resolved(row)
            if parameter:
                yield parameter


def _body(references: _References, operation: Json) -> Json:
    """The fields of a JSON body whose names can be arguments."""
    content = references.resolved(operation.get("requestBody")).get("content")
    media = content.get("application/json") if isinstance(content, Mapping) else None
    schema = references.resolved(media.get("schema")) if isinstance(media, Mapping) else {}
    properties = schema.get("properties")
    usable = {n: s for n, s in properties.items() if re.fullmatch(r"[A-Za-z_]\w*", n)} if isinstance(properties, Mapping) else {}
    required = schema.get("required")
    return {"properties": usable, "required": required if isinstance(required, list) else []}


def _camel(name: str) -> str:
    words = [word for word in re.split(r"[^A-Za-z0-9]+", name) if word]
    joined = "".join([words[0][:1].lower() + words[0][1:], *(word[:1].upper() + word[1:] for word in words[1:])]) if words else ""
    named = (
        joined
        if re.match(r"[A-Za-z]", joined) and not joined.lower().startswith("mcp")
        else f"call{joined[:1].upper()}{joined[1:]}"
    )
    return named[:60]


def _named(functions: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Duplicates numbered: names are told apart without regard to case."""
    seen: set[str] = set()
    for function in functions:
        stem, number = function["function"]["name"], 2
        while function["function"]["name"].lower() in seen:
            function["function"]["name"] = f"{stem}{number}"
            number += 1
        seen.add(function["function"]["name"].lower())
    return tuple(functions)
