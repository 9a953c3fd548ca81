"""Rate limits for guests, by client address and link: in this process first, which costs nothing, then in all of them."""

from __future__ import annotations

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from greenroom.errors import LimitReached
from greenroom.security_log import record
from greenroom.services.sharing import RequestLimits

#: No two are the same, or they would be counted together. Of one client, for one link or not.
REQUESTS, LAUNCHES, WRONG_KEYS = parse("120/minute"), parse("12/minute"), parse("20/minute")
#: Browsers of one client that become voters of a link: an office has many, and who clears the storage again and again ends.
NEW_VOTERS = parse("30/hour")
#: Wrong passwords of a client for a link, and of all clients for it.
WRONG_PASSWORDS, WRONG_PASSWORDS_OF_ALL = parse("6/5 minutes"), parse("100/hour")


class TooManyRequests(LimitReached):
    """One address, or one link, asked more often than guests may. HTTP routes answer 429."""

    advice = "Wait a few minutes, then try again."


class GuestThrottle:
    """Thread-safe. Its methods read the database: call them outside the event loop.

    What :meth:`take` counts is exact. Wrong keys and passwords are counted once they are known to be wrong, so requests under
    way together can all pass :meth:`require`: at most as many as a client may make in a minute (``REQUESTS``), which helps
    nobody against 128-bit keys, and adds a minute's worth of guesses before the same lock closes.
    """

    def __init__(self, shared: RequestLimits) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._shared = shared

    def take(self, item: RateLimitItem, *who: str) -> None:
        """Count a request. Raises TooManyRequests."""
        if not self._limiter.hit(item, *who) or not self._shared.hit(item.key_for(*who), item.amount, item.get_expiry()):
            self._refuse(item, who)

    def require(self, item: RateLimitItem, *who: str) -> None:
        """Raise TooManyRequests if one more would be too many; counts nothing."""
        if not self._limiter.test(item, *who) or not self._shared.test(item.key_for(*who), item.amount, item.get_expiry()):
            self._refuse(item, who)

    def note(self, item: RateLimitItem, *who: str) -> None:
        """Count a wrong key or password."""
        self._limiter.hit(item, *who)
        self._shared.hit(item.key_for(*who), item.amount, item.get_expiry())

    def _refuse(self, item: RateLimitItem, who: tuple[str, ...]) -> None:
        record("guest_throttled", limit=str(item), who=" ".join(who))
        raise TooManyRequests("Too many requests.")
