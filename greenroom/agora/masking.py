"""Which parts of a request are secret, and keeping them out of what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MASK = "•••"

_WHOLE = frozenset({"token", "key", "authorization"})
_PARTS = ("api_key", "secret", "credential", "_token", "password", "access_key", "subscription_key")
_NOT = frozenset({"credential_mode", "max_tokens"})
#: Shorter texts are no keys, and masking them would tear holes into ordinary words.
_SHORTEST = 4


def is_secret(key: str) -> bool:
    """Whether the value under this key of a request body is a secret."""
    name = key.lower()
    return name in _WHOLE or (name not in _NOT and any(part in name for part in _PARTS))


def masked(text: str, body: Any) -> str:
    """``text`` without the secrets of the request ``body``, which an error message may quote."""
    for secret in sorted(_secrets(body), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _secrets(node: Any, secret: bool = False) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _secrets(value, secret or is_secret(str(key)))
    elif isinstance(node, list):
        for value in node:
            yield from _secrets(value, secret)
    elif secret and isinstance(node, str) and len(node) >= _SHORTEST:
        yield node
