"""Throttle wrong API keys: each is logged and delays the next response, which prevents guessing."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from greenroom.clock import Clock
from greenroom.errors import NotAllowed
from greenroom.http_security.client_network import client_of
from greenroom.loopback import is_loopback
from greenroom.security_log import record
from greenroom.web.error_responses import refusal

#: Delay after a client's first wrong key; doubled by each further one.
FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 5.0
#: After this time without a wrong key, a client's count restarts.
FORGIVEN_AFTER_S = 300.0
CLIENTS_MAX, WAITING_MAX = 1_000, 200
#: Wrong keys of one client that wait at once. Its further requests are all answered alike: to know at once which key is right
#: would let it try keys at any rate.
WAITING_OF_ONE = 8


class KeyThrottle:
    """For use on the event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._waiting: Counter[str] = Counter()

    def overrun(self, request: Request) -> Response | None:
        """A 429 for a client with too many wrong keys waiting, whatever key it sends now. None for any other."""
        return _too_many() if self._has_overrun(client_of(request)) else None

    async def refused(self, request: Request, error: NotAllowed) -> Response:
        """The response to a wrong key, delayed by the number of the client's recent ones; 429 if too many wait already."""
        client = client_of(request)
        wait_s = self._note(client)
        record("api_key_refused", client=client, path=request.url.path, wait_s=round(wait_s, 2))
        if self._waiting.total() >= WAITING_MAX or self._has_overrun(client):
            return _too_many()
        self._waiting[client] += 1
        try:
            await asyncio.sleep(wait_s)
        finally:
            self._waiting[client] -= 1
            self._waiting += Counter()  # forget those without any
        return refusal(error)

    def _has_overrun(self, client: str) -> bool:
        """False for this machine's own address: behind a proxy that hides addresses, everyone has it."""
        own = client == "local" or is_loopback(client.partition("/")[0])
        return self._waiting[client] >= WAITING_OF_ONE and not own

    def _note(self, client: str) -> float:
        now = self._clock.monotonic()
        count, last = self._wrong.get(client, (0, now))
        count = 1 if now - last > FORGIVEN_AFTER_S else count + 1
        self._wrong[client] = (count, now)
        self._wrong.move_to_end(client)
        if len(self._wrong) > CLIENTS_MAX:
            self._wrong.popitem(last=False)
        return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(count - 1, 20))


def _too_many() -> Response:
    body = {"error": "Too many requests with a wrong key.", "advice": "Try again later with a valid key."}
    return JSONResponse(body, status_code=429, headers={"retry-after": str(int(LONGEST_WAIT_S))})
