"""Rate limits for guests, by client address and link: in this process first, which costs nothing, then in all of them."""

from __future__ import annotations

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from greenroom.errors import LimitReached
from greenroom.security_log import record
from greenroom.services.sharing import RequestLimits

#: Per client. No two limits may be equal, or they would be counted together.
REQUESTS, LAUNCHES, WRONG_KEYS = parse("120/minute"), parse("12/minute"), parse("20/minute")
#: Browsers of one client that become voters of a link. An office has many; clearing the storage to vote again ends here.
NEW_VOTERS = parse("30/hour")
#: Wrong passwords of a client for a link, and of all clients for it.
WRONG_PASSWORDS, WRONG_PASSWORDS_OF_ALL = parse("6/5 minutes"), parse("100/hour")


class TooManyRequests(LimitReached):
    """One address, or one link, asked more often than guests may. HTTP routes answer 429."""

    advice = "Wait a few minutes, then try again."


class GuestThrottle:
    """Thread-safe. Its methods read the database: call them outside the event loop.

    :meth:`take` counts exactly. Wrong keys and passwords are counted after they were checked, so concurrent requests can all
    pass :meth:`require`: at most ``REQUESTS`` per client. That is too few to guess a 192-bit key, and a minute's worth of
    passwords before the same limit applies.
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
