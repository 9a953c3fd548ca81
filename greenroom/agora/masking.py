"""Finds the secrets in a request and masks them in the response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from greenroom.catalog.secrecy import is_secret, secrets_in
from greenroom.redaction import MASK, SECRETS

#: Shorter texts aren't keys; masking them would damage ordinary words.
_SHORTEST = 4


def masked(text: str, body: Any) -> str:
    """``text`` without the secrets in the request ``body``, which an error message may quote, and without known values."""
    for secret in sorted(_secrets(body), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return SECRETS.text(text)


def _secrets(node: Any, secret: bool = False) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _secrets(value, secret or is_secret(str(key)) or str(key).lower().endswith("headers"))
    elif isinstance(node, list):
        for value in node:
            yield from _secrets(value, secret)
    elif isinstance(node, str):
        # Google's models take the key in the URL.
        secrets = (node,) if secret else secrets_in(node)
        yield from (value for value in secrets if len(value) >= _SHORTEST)
