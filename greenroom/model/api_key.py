"""API keys: who holds one, what it may do, and whether it still works. The key itself is shown once and not stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NewType

ApiKeyId = NewType("ApiKeyId", str)
#: start: start and end agents, renew their tokens · speak: make them say a text · client_keys: issue keys for browser clients
ApiScope = Literal["start", "speak", "client_keys"]
API_SCOPES: tuple[ApiScope, ...] = ("start", "speak", "client_keys")
API_KEY_PREFIX = "grk_"
NAME_MAX = 80


@dataclass(frozen=True, slots=True)
class ApiKey:
    """``name`` is the person or program that holds it. ``agent``: the name of the one agent it may start; "" = any.
    ``created_by`` is the admin's email, "" in a studio without sign-in. ``secret_hash`` is a SHA-256."""

    id: ApiKeyId
    name: str
    scopes: tuple[ApiScope, ...]
    agent: str
    secret_hash: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> Literal["active", "expired", "revoked"]:
        """Revoked wins over expired. A key expires at ``expires_at``, not after it."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and now >= self.expires_at else "active"
