"""Short-lived keys for browser clients, which can't keep a secret: a program with the API key asks for one per visitor.

A client key starts agents and commands those that it started, until it expires. It is signed, not stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

from greenroom.clock import Clock
from greenroom.errors import NotAuthenticated

CLIENT_KEY_PREFIX = "gck_"
SHORTEST_S, USUAL_S, LONGEST_S = 60, 15 * 60, 4 * 3600
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class ClientKey:
    """``id`` tells keys apart in sessions and logs. ``profile``: the one agent that it may start; "" = any.
    ``issuer``: the id of the API key from Settings that asked for it, without which it opens nothing; "" = the environment's."""

    id: str
    expires_at: float
    profile: str = ""
    issuer: str = ""


class ClientKeys:
    """Issues and checks client keys with the installation's secret."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = hashlib.sha256(b"client keys:" + secret).digest()
        self._clock = clock

    def issue(self, profile: str = "", lifetime_s: int = USUAL_S, issuer: str = "") -> tuple[ClientKey, str]:
        """A new key and its text."""
        key = ClientKey(secrets.token_hex(6), self._clock.now().timestamp() + lifetime_s, profile, issuer)
        body = _packed(json.dumps([key.id, round(key.expires_at), key.profile, key.issuer]).encode())
        return key, f"{CLIENT_KEY_PREFIX}{body}.{self._signature(body)}"

    def read(self, text: str) -> ClientKey:
        """Raises NotAuthenticated unless this is a key of this installation that hasn't expired."""
        body, _, signature = text.removeprefix(CLIENT_KEY_PREFIX).partition(".")
        signed = hmac.compare_digest(signature.encode("utf8", "replace"), self._signature(body).encode())
        if not text.startswith(CLIENT_KEY_PREFIX) or len(text) > _LONGEST or not signed:
            raise NotAuthenticated("The key is missing or wrong.")
        name, expires_at, profile, *issuer = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        if self._clock.now().timestamp() >= expires_at:
            raise NotAuthenticated("This client key has expired.", advice="Ask your backend for a new one.")
        return ClientKey(name, expires_at, profile, *issuer)

    def _signature(self, body: str) -> str:
        return _packed(hmac.new(self._secret, body.encode("utf8", "replace"), hashlib.sha256).digest())


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
