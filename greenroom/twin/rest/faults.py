"""Fault injection for the API: delayed or refused answers, for testing clients."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

ENDPOINTS = ("join", "leave", "update", "get", "list", "speak", "interrupt", "think", "history", "turns")

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class RestFault:
    """What happens to the next ``times`` requests of ``endpoint``.

    The answer comes ``delay_s`` seconds late. With ``status`` 0 it is the true one; any other status refuses, after doing
    what was asked when ``performed`` (an answer that got lost on its way). ``retry_after_s`` 0 sends no Retry-After.
    """

    endpoint: str
    status: int = 503
    reason: str = "ServiceUnavailable"
    times: int = 1
    delay_s: float = 0.0
    performed: bool = False
    retry_after_s: int = 0


class RestFaults:
    """The faults that are still to come, by endpoint; a newer one replaces the older."""

    def __init__(self) -> None:
        self._coming: dict[str, tuple[RestFault, int]] = {}

    def order(self, fault: RestFault) -> None:
        """Apply ``fault`` to the next requests of its endpoint, in place of one that is still to come."""
        self._coming[fault.endpoint] = fault, fault.times

    def clear(self) -> None:
        """Forget the faults that are still to come. A delayed answer stays delayed."""
        self._coming.clear()

    def around(self, name: str, endpoint: Endpoint) -> Endpoint:
        """The endpoint with its faults applied."""

        async def served(request: Request) -> Response:
            fault = self._next(name)
            if fault is None:
                return await endpoint(request)
            truth = await endpoint(request) if fault.performed or not fault.status else None
            await asyncio.sleep(fault.delay_s)
            return truth if truth and not fault.status else _refusal(fault)

        return served

    def _next(self, name: str) -> RestFault | None:
        fault, left = self._coming.get(name, (None, 0))
        if fault is not None:
            if left > 1:
                self._coming[name] = fault, left - 1
            else:
                del self._coming[name]
        return fault


def _refusal(fault: RestFault) -> Response:
    headers = {"Retry-After": str(fault.retry_after_s)} if fault.retry_after_s else {}
    body = {"detail": "Injected fault.", "reason": fault.reason}
    return JSONResponse(body, fault.status, headers=headers)
