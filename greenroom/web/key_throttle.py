"""Throttle wrong API keys: each is logged and delays the next response, which prevents guessing."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from greenroom.clock import Clock
from greenroom.errors import NotAllowed
from greenroom.http_security.client_network import client_of
from greenroom.security_log import record
from greenroom.web.error_responses import refusal

#: Delay after a client's first wrong key; doubled by each further one.
FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 5.0
#: After this time without a wrong key, a client's count restarts.
FORGIVEN_AFTER_S = 300.0
CLIENTS_MAX, WAITING_MAX = 1_000, 20


class KeyThrottle:
    """For use on the event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._waiting = 0

    async def refused(self, request: Request, error: NotAllowed) -> Response:
        """The response to a wrong key, delayed by the number of the client's recent ones; 429 if too many wait already."""
        client = client_of(request)
        wait_s = self._note(client)
        record("api_key_refused", client=client, path=request.url.path, wait_s=round(wait_s, 2))
        if self._waiting >= WAITING_MAX:
            body = {"error": "Too many requests with a wrong key.", "advice": "Try again later with a valid key."}
            return JSONResponse(body, status_code=429, headers={"retry-after": str(int(LONGEST_WAIT_S))})
        self._waiting += 1
        try:
            await asyncio.sleep(wait_s)
        finally:
            self._waiting -= 1
        return refusal(error)

    def _note(self, client: str) -> float:
        now = self._clock.monotonic()
        count, last = self._wrong.get(client, (0, now))
        count = 1 if now - last > FORGIVEN_AFTER_S else count + 1
        self._wrong[client] = (count, now)
        self._wrong.move_to_end(client)
        if len(self._wrong) > CLIENTS_MAX:
            self._wrong.popitem(last=False)
        return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(count - 1, 20))
