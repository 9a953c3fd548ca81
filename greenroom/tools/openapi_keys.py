"""How the calls of an OpenAPI document are authorized: headers and query values with ``${NAME}`` in place of keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from greenroom.tools.definitions import Json

_PREFIX_CHARS = 24
#: More of an operation, and longer ones, are no keys: they only cost time.
_MOST_SCHEMES, _LONGEST_NAME = 10, 200
_KEY_PARAMETERS = frozenset({"authorization", "token", "access_token", "api_key", "apikey", "x-api-key"})


@dataclass(slots=True)
class OperationKeys:
    """``headers`` and ``query`` to send; ``notes`` name the credentials to store."""

    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def covers(self, name: str, place: str) -> bool:
        """Whether a parameter is one of these keys, or another way to send the same."""
        if place not in ("header", "query", "formData"):
            return False
        known = {key.lower() for key in (*self.headers, *self.query)}
        return name.lower() in known or (bool(known) and name.lower() in _KEY_PARAMETERS)


def keys_of(document: Json, operation: Json) -> OperationKeys:
    """The keys that an operation asks for. Of alternative security requirements the first is read."""
    asked = operation.get("security", document.get("security"))
    first = asked[0] if isinstance(asked, list) and asked and isinstance(asked[0], Mapping) else {}
    schemes = _mapping(_mapping(document.get("components")).get("securitySchemes")) or _mapping(
        document.get("securityDefinitions")
    )
    title = _mapping(document.get("info")).get("title")
    prefix = constant(str(title or "API")[:_LONGEST_NAME])[:_PREFIX_CHARS].rstrip("_")
    keys = OperationKeys()
    for name in islice(first, _MOST_SCHEMES):
        _add(keys, _mapping(schemes.get(name)), prefix)
    return keys


def constant(name: str) -> str:
    """A text as the name of a credential: "Museum API" → "MUSEUM_API"."""
    return re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") or "KEY"


def _add(keys: OperationKeys, scheme: Json, prefix: str) -> None:
    kind, place, name = scheme.get("type"), scheme.get("in"), str(scheme.get("name") or "")[:_LONGEST_NAME]
    if kind == "apiKey" and place in ("header", "query") and name:
        credential = f"{prefix}_{constant(name)}"
        (keys.headers if place == "header" else keys.query)[name] = f"${{{credential}}}"
        keys.notes.append(f"Calls need a key: store it as the credential {credential} in Settings.")
    elif kind == "basic" or (kind == "http" and str(scheme.get("scheme")).lower() == "basic"):
        keys.headers["Authorization"] = f"Basic ${{{prefix}_BASIC}}"
        keys.notes.append(f"Calls need a login: store the Base64 of user:password as the credential {prefix}_BASIC in Settings.")
    elif kind in ("http", "oauth2", "openIdConnect"):
        keys.headers["Authorization"] = f"Bearer ${{{prefix}_TOKEN}}"
        keys.notes.append(f"Calls need a token: store it as the credential {prefix}_TOKEN in Settings.")


def _mapping(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {}
