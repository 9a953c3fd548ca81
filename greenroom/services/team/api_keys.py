"""API keys per person or program: created and revoked by an admin, shown once, stored as a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

from greenroom.clock import Clock
from greenroom.errors import InvalidInput, LimitReached, NotAuthenticated
from greenroom.model.api_key import API_KEY_PREFIX, API_SCOPES, NAME_MAX, ApiKey, ApiKeyId, ApiScope
from greenroom.redaction import SECRETS
from greenroom.security_log import record
from greenroom.store.api_keys import ApiKeyStore

MOST_KEYS = 200
DAYS_MAX = 3650
#: Compared when there is no such key, so that the answer takes as long.
_NO_KEY = hashlib.sha256(b"no key").hexdigest()
_REFUSED = "The key is missing or wrong."


class ApiKeys:
    """Every method may raise StoreUnavailable."""

    def __init__(self, store: ApiKeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def create(
        self, name: str, scopes: Sequence[ApiScope], *, agent: str = "", days: int = 0, created_by: str = ""
    ) -> tuple[ApiKey, str]:
        """The new key and its text, which isn't stored. ``days`` 0 = no expiry. Raises GreenroomError."""
        name, now = " ".join(name.split()), self._clock.now()
        if not name or len(name) > NAME_MAX:
            raise InvalidInput(
                f"A key needs a name of at most {NAME_MAX} characters.", field="name", advice="Name who or what uses it."
            )
        if not scopes or not set(scopes) <= set(API_SCOPES):
            raise InvalidInput("A key needs at least one permission.", field="scopes", advice="Choose what it may do.")
        if not 0 <= days <= DAYS_MAX:
            raise InvalidInput(
                f"A key can expire after at most {DAYS_MAX} days.", field="days", advice="Choose fewer days, or 0 for none."
            )
        if self._store.count_active(now) >= MOST_KEYS:
            raise LimitReached(f"There are {MOST_KEYS} active keys already.", advice="Revoke those that are no longer used.")
        secret = secrets.token_urlsafe(32)
        key = ApiKey(
            id=ApiKeyId(secrets.token_hex(8)),
            name=name,
            scopes=tuple(scope for scope in API_SCOPES if scope in scopes),
            agent=agent.strip(),
            secret_hash=_hash(secret),
            created_by=created_by,
            created_at=now,
            expires_at=now + timedelta(days=days) if days else None,
        )
        self._store.create(key)
        text = f"{API_KEY_PREFIX}{key.id}_{secret}"
        SECRETS.learn((text, secret))
        record("api_key_created", key=key.id, name=name, by=created_by)
        return key, text

    def list(self) -> list[ApiKey]:
        """Newest first, revoked ones included."""
        return self._store.list()

    def revoke(self, key_id: ApiKeyId, revoked_by: str = "") -> bool:
        """Revoke a key at once in all processes. False if it was revoked before. Raises NotFound."""
        revoked = self._store.revoke(key_id, self._clock.now())
        if revoked:
            record("api_key_revoked", key=key_id, by=revoked_by)
        return revoked

    def any(self) -> bool:
        """Whether a key is active."""
        return self._store.count_active(self._clock.now()) > 0

    def read(self, text: str) -> ApiKey:
        """The active key with this text, whose use is noted. Raises NotAuthenticated."""
        key_id, _, secret = text.removeprefix(API_KEY_PREFIX).partition("_")
        key = self._store.find(ApiKeyId(key_id)) if text.startswith(API_KEY_PREFIX) and len(text) < 200 else None
        fits = hmac.compare_digest(_hash(secret), key.secret_hash if key else _NO_KEY)
        if key is None or not fits:
            raise NotAuthenticated(_REFUSED)
        self._require_active(key)
        self._store.used(key, self._clock.now())
        return key

    def issuer(self, key_id: str) -> ApiKey:
        """The key that issued a client key. Raises NotAuthenticated when it was revoked or has expired since."""
        key = self._store.find(ApiKeyId(key_id))
        if key is None:
            raise NotAuthenticated(_REFUSED, advice="Ask your backend for a new one.")
        self._require_active(key)
        return key

    def _require_active(self, key: ApiKey) -> None:
        if (state := key.state(self._clock.now())) != "active":
            raise NotAuthenticated(f"This API key is {state}.", advice="Ask an admin of this studio for a new one.")


def _hash(secret: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf8", "surrogateescape")).hexdigest()
