"""HTTP transports that connect to public addresses, and to private ones that were allowed by host and port.

Without a proxy, the address that was checked is the one that is connected to, so a name cannot resolve to another one in between.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Collection
from functools import cache

import httpx

from greenroom.http_security.addresses import is_private, place_of

_CONNECT_S = 10.0
#: Behind a proxy, outside names often don't resolve on this computer, and the resolver may take long to say so.
_PROXIED_S = 1.0


class AddressRefused(httpx.ConnectError):
    """The host is inside this machine's own network, and nobody has allowed it."""


class HostNotFound(httpx.ConnectError):
    """The host's name doesn't resolve on this computer."""


class ResponseTooLarge(httpx.ReadError):
    """The response is larger than the limit."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """Connects straight to the checked address. ``allowed``: places (``host:port``) that may be private. ``one_host``: the
    transport serves a single host, so its connection is kept."""

    def __init__(
        self, allowed: Collection[str], most_bytes: int, verify: ssl.SSLContext | None = None, one_host: bool = False
    ) -> None:
        self._allowed = frozenset(allowed)
        self._most_bytes = most_bytes
        # Kept connections are found by address: another host at the same one would get a connection verified for the first.
        limits = httpx.Limits(max_keepalive_connections=1 if one_host else 0)
        self._inner = httpx.AsyncHTTPTransport(verify=verify or _trusted(), trust_env=False, limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Check every address of the host and connect to the first that answers. Raises AddressRefused, or ConnectError.

        Reading the response raises ResponseTooLarge beyond the limit (bytes on the wire, before decompression).
        """
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        *others, last = await _addresses(str(request.url), host, port, self._allowed)
        for address in others:
            with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._ask(request, host, address)
        return await self._ask(request, host, last)

    async def _ask(self, request: httpx.Request, host: str, address: str) -> httpx.Response:
        checked = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,  # with the Host of the name
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        response = await self._inner.handle_async_request(checked)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Capped(response.stream, self._most_bytes)
        return response

    async def aclose(self) -> None:
        """End the connections."""
        await self._inner.aclose()


class ProxiedTransport(httpx.AsyncBaseTransport):
    """Goes through a proxy, which resolves names itself. Refuses names that resolve to a private address on this computer, and
    leaves names that don't resolve here to the proxy."""

    def __init__(self, proxy: str, allowed: Collection[str], verify: ssl.SSLContext | None = None) -> None:
        self._allowed = frozenset(allowed)
        self._inner = httpx.AsyncHTTPTransport(verify=verify or _trusted(), proxy=proxy)
        self._unknown: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises AddressRefused."""
        host = request.url.host
        if host not in self._unknown:
            try:
                await _addresses(str(request.url), host, request.url.port or 0, self._allowed, _PROXIED_S)
            except HostNotFound:
                self._unknown.add(host)  # asking again would delay each answer
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """End the connections."""
        await self._inner.aclose()


async def _addresses(url: str, host: str, port: int, allowed: Collection[str], within_s: float = _CONNECT_S) -> list[str]:
    """The addresses of a host, after all of them have been checked. Raises AddressRefused, HostNotFound."""
    try:
        async with asyncio.timeout(within_s):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        raise HostNotFound(f"the host {host} wasn't found") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if place_of(url) not in allowed and any(is_private(address) for address in addresses):
        raise AddressRefused(f"{place_of(url)} is inside this computer's own network")
    return addresses


class _Capped(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, most: int) -> None:
        self._stream, self._most = stream, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for piece in self._stream:
            size += len(piece)
            if size > self._most:
                raise ResponseTooLarge(f"the response is larger than {self._most:,} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()
