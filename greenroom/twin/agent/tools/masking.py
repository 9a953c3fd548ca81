"""Keeps an agent's keys out of what a tool answers and a model writes: a server may repeat what it was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from greenroom.catalog.secrecy import secret_values, secrets_in
from greenroom.redaction import MASK, SECRETS, Redactor
from greenroom.tools.definitions import Json

#: The shortest value of a header that may be a secret, in characters.
_SECRET_CHARS = 6
#: Values that look like a key. Other values of headers may be words that an agent says, such as the name of a tenant.
_LIKE_A_KEY = re.compile(r"(?=\S*\d)\S{12,}")


def keys_in(properties: Json) -> Redactor:
    """A redactor with the keys of a join body: those that the studio lists for the twin, and values that look like one.

    Listed keys are masked in the logs of this process wherever they are in the body, such as in the path of an address.
    """
    offline = properties.get("offline")
    listed = offline.get("keys") if isinstance(offline, Mapping) else None
    keys = [key for key in (listed if isinstance(listed, list) else ()) if isinstance(key, str)]
    SECRETS.learn(keys)
    redactor = Redactor()
    redactor.learn(keys)
    redactor.learn(value for value in secret_values(properties) if _LIKE_A_KEY.fullmatch(value))
    return redactor


class KeyFilter:
    """Masks keys in one answer, however it is split into tokens."""

    def __init__(self, keys: Redactor) -> None:
        self._keys, self._held = keys, ""

    def without(self, token: str) -> str:
        """What ``token`` adds to the answer."""
        text = self._held + token
        sure = len(text) - self._keys.possible_start(text)
        self._held = text[sure:]
        return self._keys.text(text[:sure])

    def rest(self) -> str:
        """What was held back, at the end of the answer."""
        held, self._held = self._held, ""
        return self._keys.text(held)


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
