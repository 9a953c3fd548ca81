"""Recognise secrets by field name, and mask them in values that are shown, linked or logged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from greenroom.catalog.payload import CREDENTIAL

MASK = "•••"

_WHOLE = frozenset({"token", "key", "authorization"})
_PARTS = ("api_key", "secret", "credential", "_token", "password", "access_key", "subscription_key")
_NOT = frozenset({"credential_mode", "max_tokens"})
#: In an address: the password, and what a query names like a secret.
_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)")
_QUERY = re.compile(r"([?&]([\w.-]+)=)([^&\s#\"']+)")


def is_secret(key: str) -> bool:
    """Whether the value under this key of a request body is a secret."""
    name = key.lower()
    return name in _WHOLE or (name not in _NOT and any(part in name for part in _PARTS))


def without_secrets(value: Any, secret: bool = False) -> Any:
    """The JSON value with secrets, recognised by name, replaced by ``MASK``; ``secret`` masks all of it. ``${NAME}`` names a
    credential and stays."""
    if isinstance(value, Mapping):
        return {name: without_secrets(inner, secret or _names_a_secret(str(name))) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(inner, secret) for inner in value]
    if not isinstance(value, str):
        return MASK if secret and value is not None and not isinstance(value, bool) else value
    if secret:
        return value if not value or CREDENTIAL.search(value) else MASK
    return _QUERY.sub(_hidden, _PASSWORD.sub(rf"\1{MASK}", value)) if "://" in value else value


def secrets_in(address: str) -> Iterator[str]:
    """The secret values in a URL's query, recognised by parameter name, in encoded and decoded form."""
    for _, name, value in _QUERY.findall(address) if "://" in address else ():
        if _names_a_secret(name):
            yield value
            yield unquote(value)


def _names_a_secret(name: str) -> bool:
    """Headers use hyphens where bodies use underscores."""
    return is_secret(name.replace("-", "_"))


def _hidden(part: re.Match[str]) -> str:
    named = _names_a_secret(part[2]) and not CREDENTIAL.search(part[3])
    return f"{part[1]}{MASK}" if named else part[0]
