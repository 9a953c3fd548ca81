"""Time and randomness, replaceable in tests. All code gets the time of day from here."""

from __future__ import annotations

import secrets
import string
import time
from datetime import UTC, datetime

_ALNUM = string.ascii_letters + string.digits


class Clock:
    """Wall time, monotonic time and randomness. Tests subclass it."""

    def now(self) -> datetime:
        """The present moment, timezone-aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; counts upwards."""
        return time.monotonic()

    def now_ms(self) -> int:
        """Milliseconds since the Unix epoch, as in Agora's API."""
        return int(self.now().timestamp() * 1000)

    def new_id(self, length: int = 16) -> str:
        """A new identifier of ``length`` letters and digits (about 5.95 bits each)."""
        return "".join(secrets.choice(_ALNUM) for _ in range(length))

    def secret(self) -> str:
        """A 256-bit URL-safe secret, for capabilities."""
        return secrets.token_urlsafe(32)

    def uid(self, taken: frozenset[int] = frozenset()) -> int:
        """An RTC uid in 100000..2147483646 that is not in ``taken``."""
        while (value := 100_000 + secrets.randbelow(2_147_383_647)) in taken:
            pass
        return value
