"""The HTTP transport of an MCP session. It notes how each call failed, because the SDK reports some failures as a timeout."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

from greenroom.http_security.address_guard import AddressRefused, GuardedTransport, ResponseTooLarge

#: A tool and its arguments as JSON: calls that are the same fail the same way.
CallKey = tuple[str, str]
TOO_LARGE = "the response is larger than 1 MiB"


def call_key(tool: str, arguments: Mapping[str, Any]) -> CallKey:
    """What a call is found by, among those that run."""
    return tool, json.dumps(arguments, sort_keys=True)


class McpTransport(httpx.AsyncBaseTransport):
    """Passes requests on; :attr:`failures` holds a future per running call, which gets the reason."""

    def __init__(self, inner: GuardedTransport) -> None:
        self.failures: dict[CallKey, asyncio.Future[str]] = {}
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass it on and note an error or a refusal, if it is a call."""
        key = _key_of(request)
        try:
            response = await self._inner.handle_async_request(request)
        except httpx.HTTPError as error:
            self._note(key, why_unreachable(error))
            raise
        if response.status_code >= 300 and response.status_code != 404:  # 404: the session is over, and another is opened
            self._note(key, f"it answered HTTP {response.status_code}")
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Noted(response.stream, lambda why: self._note(key, why))
        return response

    async def aclose(self) -> None:
        """End the connections."""
        await self._inner.aclose()

    def _note(self, key: CallKey | None, why: str) -> None:
        failure = self.failures.get(key) if key else None
        if failure is not None and not failure.done():
            failure.set_result(why)


def why_unreachable(error: BaseException) -> str:
    """An error of the connection in words."""
    if isinstance(error, AddressRefused):
        return f"{error}. Allow it in the Studio, under Tools"
    return TOO_LARGE if isinstance(error, ResponseTooLarge) else "it can't be reached"


class _Noted(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, note: Any) -> None:
        self._stream, self._note = stream, note

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._stream:
                yield piece
        except ResponseTooLarge:
            self._note(TOO_LARGE)
            raise
        except httpx.HTTPError:
            self._note("the connection broke")
            raise

    async def aclose(self) -> None:
        await self._stream.aclose()


def _key_of(request: httpx.Request) -> CallKey | None:
    if request.method != "POST":
        return None
    try:
        message = json.loads(request.content)
    except (ValueError, RecursionError):
        return None
    params = message.get("params") if message.get("method") == "tools/call" else None
    return call_key(str(params.get("name")), params.get("arguments") or {}) if isinstance(params, dict) else None
