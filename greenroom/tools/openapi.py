"""Operations of an OpenAPI document (3.0, 3.1, Swagger 2.0) as functions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from greenroom.tools.definitions import Json
from greenroom.tools.imported import ImportedTools
from greenroom.tools.openapi_keys import keys_of
from greenroom.tools.openapi_schemas import MOST_IN_ALL, OperationSchemas

_METHODS, _OTHER_METHODS = ("get", "post"), ("put", "patch", "delete")
#: More than an agent may have, so that one can choose among them.
MOST_FUNCTIONS = 500
_LONGEST_DESCRIPTION = 1024
#: What many operations refer to is read for each of them. Agora takes URLs of 2,048 characters.
_MOST_PARAMETERS, _LONGEST_NAME, _LONGEST_URL = 200, 200, 2048
_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
#: In Swagger 2.0 these stand beside the name, not in a schema.
_SCHEMA_FIELDS = ("type", "enum", "items", "format", "default", "minimum", "maximum", "pattern")
_NAMED_IN_NOTE = 3


def functions_of(document: Json) -> ImportedTools:
    """Read the operations that Agora can call as functions, with notes about the others."""
    functions: list[dict[str, Any]] = []
    left = MOST_IN_ALL
    keys: dict[str, None] = {}
    noted: dict[str, _NotedOperations] = defaultdict(_NotedOperations)
    for path, method, item, operation in _operations(document):
        if method not in _METHODS:
            noted["left out. Agora calls functions with GET or POST only."].add(method, path)
        elif len(functions) < MOST_FUNCTIONS:
            function = _Function(document, path, method, item, operation, left)
            functions.append(function.read())
            left -= function.spent
            keys |= dict.fromkeys(function.keys.notes)
            for note in function.notes:
                noted[note].add(method, path)
    notes = [*keys, *(f"{operations}: {note}" for note, operations in noted.items())]
    if any(not function["server"]["url"].startswith("https://") for function in functions):
        notes.append("The document has no https server, which Agora requires: complete the functions' URLs.")
    return ImportedTools(functions=_named(functions), notes=tuple(notes))


def _operations(document: Json) -> Iterator[tuple[str, str, Json, Json]]:
    schemas = OperationSchemas(document)
    for path, node in document["paths"].items():
        item = schemas.followed(node)
        for method, operation in item.items():
            if str(method).lower() in (*_METHODS, *_OTHER_METHODS) and isinstance(operation, Mapping):
                yield str(path), str(method).lower(), item, operation


class _Function:
    """Reads one operation and collects notes about what can't be kept of it."""

    def __init__(self, document: Json, path: str, method: str, item: Json, operation: Json, most: int) -> None:
        self.keys = keys_of(document, operation)
        self.notes: dict[str, None] = {}
        self._document, self._operation, self._item = document, operation, item
        self._path, self._method = path, method
        self._schemas = OperationSchemas(document, max(0, most))
        self._properties: dict[str, Any] = {}
        self._required: list[str] = []
        self._query = dict(self.keys.query)
        self._body: dict[str, str] = {}

    @property
    def spent(self) -> int:
        """How many values of the document were read for it."""
        return self._schemas.spent

    def read(self) -> dict[str, Any]:
        """The function as Agora takes it."""
        url = _server_of(self._document, self._item, self._operation) + self._path[:_LONGEST_URL]
        in_path: dict[str, str] = {}
        for parameter in self._parameters():
            self._take(parameter, in_path)
        url = _IN_BRACES.sub(lambda braces: in_path.get(braces[1], braces[0]), url)
        if self._method == "post":
            self._take_body()
        if self._schemas.too_many:
            self._note("the document has too many references, so some parameters are incomplete.")
        query = "&".join(f"{name}={value}" for name, value in self._query.items())
        server: dict[str, Any] = {"method": self._method.upper(), "url": f"{url}?{query}" if query else url}
        if self.keys.headers:
            server["headers"] = self.keys.headers
        if self._method == "post":
            server["body"] = self._body
        operation, fallback = self._operation, f"{self._method.upper()} {self._path}"
        about = str(operation.get("description") or operation.get("summary") or fallback)
        parameters = {"type": "object", "properties": self._properties, "required": list(dict.fromkeys(self._required))}
        name = _camel(str(operation.get("operationId") or f"{self._method} {self._path}")[:_LONGEST_NAME])
        return {
            "type": "function",
            "function": {"name": name, "description": about[:_LONGEST_DESCRIPTION], "parameters": parameters},
            "server": server,
        }

    def _parameters(self) -> list[Json]:
        """The parameters of the path and of the operation. The operation's own replace those of the path."""
        found: dict[tuple[str, str], Json] = {}
        for rows in (self._item.get("parameters"), self._operation.get("parameters")):
            listed = rows if isinstance(rows, list) else []
            if len(listed) > _MOST_PARAMETERS:
                self._note(f"has more than {_MOST_PARAMETERS} parameters. The rest is left out.")
            for row in listed[:_MOST_PARAMETERS]:
                parameter = self._schemas.followed(row)
                if parameter and len(str(parameter.get("name"))) <= _LONGEST_NAME:
                    found[str(parameter.get("name")), str(parameter.get("in"))] = parameter
        return list(found.values())

    def _take(self, parameter: Json, in_path: dict[str, str]) -> None:
        """Add one parameter. The placeholder for a parameter of the path is put into ``in_path``."""
        name, place = str(parameter.get("name") or ""), parameter.get("in")
        safe = re.sub(r"\W", "_", name, flags=re.ASCII)
        safe = safe if not safe or _NAME.fullmatch(safe) else f"p_{safe}"
        if self.keys.covers(name, str(place)):
            return
        if place == "header":
            self._note(f"set the header {name} under the function's headers.")
        elif place == "cookie":
            self._note(f"needs a cookie {name}, which Agora can't send.")
        elif place == "body" and self._method == "post":
            self._take_fields(*self._schemas.body_fields(parameter.get("schema")))
        elif place == "formData" and safe:
            self._note("takes a form, and Agora sends JSON. Check that the server accepts it.")
            self._take_fields({name: self._schema_of(parameter)}, [name] if parameter.get("required") else [])
        elif place in ("path", "query") and safe:
            about = parameter.get("description")
            self._properties[safe] = {
                **self._schema_of(parameter),
                **({"description": str(about)[:_LONGEST_DESCRIPTION]} if about else {}),
            }
            self._required += [safe] if parameter.get("required") or place == "path" else []
            if place == "query":
                self._query[name] = f"{{{{args.{safe}}}}}"
            else:
                in_path[name] = f"{{{{args.{safe}}}}}"

    def _schema_of(self, parameter: Json) -> dict[str, Any]:
        content = parameter.get("content")
        media = next(iter(content.values()), {}) if isinstance(content, Mapping) else {}
        schema = parameter.get("schema") or (media.get("schema") if isinstance(media, Mapping) else None)
        return self._schemas.resolved(schema or {key: parameter[key] for key in _SCHEMA_FIELDS if key in parameter})

    def _take_body(self) -> None:
        content = self._schemas.followed(self._operation.get("requestBody")).get("content")
        if not isinstance(content, Mapping) or not content:
            return
        kind = next((str(kind) for kind in content if "json" in str(kind)), str(next(iter(content))))
        media = content[kind]
        fields, required = self._schemas.body_fields(media.get("schema") if isinstance(media, Mapping) else None)
        if not fields:
            self._note("the body has no named fields. Complete it under the function's body.")
        elif "json" not in kind:
            self._note(f"takes {kind[:_LONGEST_NAME]}, and Agora sends JSON. Check that the server accepts it.")
        self._take_fields(fields, required)

    def _take_fields(self, fields: Json, required: list[str]) -> None:
        """Add the body's fields as parameters. Notes the fields whose names can't be arguments."""
        for name, schema in fields.items():
            if not _NAME.fullmatch(name):
                self._note(f"the field {name[:40]!r} is left out; its name can't be an argument.")
                continue
            self._properties[name] = schema
            self._body[name] = f"{{{{args.{name}}}}}"
            self._required += [name] if name in required else []

    def _note(self, what: str) -> None:
        self.notes[what] = None


def _server_of(document: Json, item: Json, operation: Json) -> str:
    """The first server, with the defaults of its variables."""
    for owner in (operation, item, document):
        servers = owner.get("servers")
        first = servers[0] if isinstance(servers, list) and servers and isinstance(servers[0], Mapping) else {}
        if isinstance(address := first.get("url"), str):
            return _IN_BRACES.sub(partial(_default_of, first.get("variables")), address[:_LONGEST_URL])[:_LONGEST_URL].rstrip("/")
    host = document.get("host")
    return f"https://{host}{document.get('basePath') or ''}"[:_LONGEST_URL].rstrip("/") if isinstance(host, str) else ""


def _default_of(variables: Any, braces: re.Match[str]) -> str:
    """The default of a variable in a server's address, which names no others; without one its name stays."""
    variable = variables.get(braces[1]) if isinstance(variables, Mapping) else None
    return str(variable.get("default") or "")[:_LONGEST_URL] if isinstance(variable, Mapping) else braces[0]


@dataclass(slots=True)
class _NotedOperations:
    """Operations that one note is about: the first by name, the others by number."""

    names: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, method: str, path: str) -> None:
        self.count += 1
        if len(self.names) < _NAMED_IN_NOTE:
            self.names.append(f"{method.upper()} {path[:_LONGEST_NAME]}")

    def __str__(self) -> str:
        more = self.count - len(self.names)
        return ", ".join(self.names) + (f" and {more} more" if more else "")


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
    """Number the functions' duplicate names, ignoring case. Changes and returns ``functions``."""
    seen: set[str] = set()
    for function in functions:
        stem, number = function["function"]["name"], 2
        while function["function"]["name"].lower() in seen:
            function["function"]["name"] = f"{stem}{number}"
            number += 1
        seen.add(function["function"]["name"].lower())
    return tuple(functions)
