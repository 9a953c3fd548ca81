"""Keeps secrets out of what a tool answers: a server may repeat what it was sent."""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.catalog.secrecy import secrets_in
from greenroom.redaction import MASK
from greenroom.tools.definitions import Json

#: From which length on a header's value may be a secret.
_SECRET_CHARS = 6


def masked(content: str, headers: Json, url: str = "") -> str:
    """``content`` without the values of these headers, and without the secrets of this address."""
    for secret in _secrets(headers, url):
        content = content.replace(secret, MASK)
    return content


def _secrets(headers: Json, url: str) -> Iterator[str]:
    for value in headers.values():
        if isinstance(value, str) and "{{" not in value:
            words = value.split()
            yield from (
                word for word in (value, *words[-1:]) if len(word) >= _SECRET_CHARS and not word.startswith("application/")
            )
    yield from (secret for secret in secrets_in(url) if secret and "{{" not in secret)
