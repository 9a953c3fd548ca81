"""MCP servers over streamable HTTP: discovers their tools and calls them, with the official SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

import httpx

from greenroom.http_security.address_guard import GuardedTransport
from greenroom.tools.calls import ToolOutcome, error_content
from greenroom.tools.definitions import (
    DEFAULT_TIMEOUT_MS,
    MOST_RESPONSE_BYTES,
    MOST_TOOLS,
    Json,
    ToolDefinition,
    is_allowed,
    remote_tool,
    timeout_of,
)
from greenroom.twin.agent.tools.masking import masked
from greenroom.twin.agent.tools.mcp_transport import TOO_LARGE, McpTransport, call_key, why_unreachable

DISCOVERY_S = 10.0
#: The longest error message shown, in characters.
_ERROR_CHARS = 300


class McpUnavailable(Exception):
    """The server cannot be used; the message says why, without secrets."""


@dataclass(frozen=True, slots=True)
class McpSettings:
    """One entry of ``mcp_servers``. ``allowed`` is None for every tool."""

    name: str
    endpoint: str
    headers: Json
    allowed: tuple[str, ...] | None = None
    timeout_ms: int = DEFAULT_TIMEOUT_MS


def servers_in(value: Any) -> tuple[McpSettings, ...]:
    """The entries of ``mcp_servers`` that have a name and an address."""
    return tuple(_settings(row) for row in (value if isinstance(value, list | tuple) else ()) if _usable(row))


class McpServer:
    """A session with one server. The SDK's connection belongs to the task that opened it, so one task holds it."""

    def __init__(self, settings: McpSettings, transport: Callable[[], GuardedTransport]) -> None:
        """``transport`` makes the HTTP of one session: a session that was lost is opened again."""
        self.settings = settings
        self._new_transport = transport
        self._transport: McpTransport | None = None
        self._session: Any = None
        self._opening = asyncio.Lock()
        self._over = asyncio.Event()
        self._holder: asyncio.Task[None] | None = None

    async def open(self) -> list[ToolDefinition]:
        """Connect and list the allowed tools, within :data:`DISCOVERY_S`. Raises McpUnavailable."""
        ready: asyncio.Future[list[ToolDefinition]] = asyncio.get_running_loop().create_future()
        self._over = asyncio.Event()
        self._holder = asyncio.create_task(self._hold(ready), name=f"mcp {self.settings.name}")
        try:
            async with asyncio.timeout(DISCOVERY_S):
                return await asyncio.shield(ready)
        except TimeoutError:
            await self.close()
            raise McpUnavailable(f"The MCP server {self.settings.name} didn't respond within {DISCOVERY_S:g} s.") from None

    async def call(self, tool: ToolDefinition, arguments: Json) -> ToolOutcome:
        """Call a tool, within the server's ``timeout_ms``. What goes wrong becomes an outcome for the model.

        A session that the server doesn't know any more, or that broke at an earlier call, is opened again.
        """
        limit_ms = self.settings.timeout_ms
        try:
            async with asyncio.timeout(limit_ms / 1000):
                result = await self._result(tool.remote_name, arguments)
        except TimeoutError:
            return ToolOutcome("timeout", error_content(f"The tool call timed out after {limit_ms} ms."))
        except McpUnavailable as error:
            return ToolOutcome("error", self._masked(error_content(str(error))))
        except Exception as error:  # the SDK passes on what its layers raise
            return ToolOutcome("error", self._masked(error_content(f"The MCP server failed: {_why(error)}.")))
        content = self._masked(_content(result))
        if len(content.encode()) > MOST_RESPONSE_BYTES:
            return ToolOutcome("error", error_content(f"The MCP server failed: {TOO_LARGE}."))
        return ToolOutcome("error" if result.isError else "ok", error_content(content) if result.isError else content)

    async def _result(self, tool: str, arguments: Json) -> Any:
        """Opens the session once more where the server has forgotten it: then the call was not carried out."""
        for again in (False, True):
            async with self._opening:
                if self._session is None or self._transport is None:
                    await self.close()
                    await self.open()
                session, transport, holder = self._session, self._transport, self._holder
            assert transport is not None
            assert holder is not None
            try:
                return await self._asked(session, transport, holder, tool, arguments)
            except Exception as error:
                if self._session is session and TOO_LARGE not in str(error):
                    self._session = None
                if again or not _is_forgotten(error):
                    raise
        raise AssertionError("the second try returns or raises")

    async def _asked(self, session: Any, transport: McpTransport, holder: asyncio.Task[None], tool: str, arguments: Json) -> Any:
        """The result, or the reason as soon as it is known that there will be none."""
        key = call_key(tool, arguments)
        failure = transport.failures.setdefault(key, asyncio.get_running_loop().create_future())
        wait = timedelta(milliseconds=self.settings.timeout_ms + 1000)
        asking = asyncio.ensure_future(session.call_tool(tool, dict(arguments), read_timeout_seconds=wait))
        try:
            await asyncio.wait({asking, failure, holder}, return_when=asyncio.FIRST_COMPLETED)
            if failure.done() and not failure.cancelled():
                raise McpUnavailable(f"The MCP server {self.settings.name} failed: {failure.result()}.")
            if not asking.done():
                raise McpUnavailable(f"The MCP server {self.settings.name} failed: the connection broke.")
            return asking.result()
        finally:
            transport.failures.pop(key, None)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    def _masked(self, content: str) -> str:
        return masked(content, self.settings.headers, self.settings.endpoint)

    async def close(self) -> None:
        """End the session: 2 s to say goodbye, then its task is cancelled. Idempotent."""
        self._over.set()
        if self._holder is not None:
            done, _ = await asyncio.wait([self._holder], timeout=2.0)
            if not done:
                self._holder.cancel()
                await asyncio.gather(self._holder, return_exceptions=True)

    async def _hold(self, ready: asyncio.Future[list[ToolDefinition]]) -> None:
        name = self.settings.name
        try:
            # The import takes a second, which would hold up the sound of every call.
            sdk = await asyncio.to_thread(import_module, "mcp.client.streamable_http")
            mcp = await asyncio.to_thread(import_module, "mcp")
            headers = {key: str(value) for key, value in self.settings.headers.items()}
            self._transport = McpTransport(self._new_transport())
            client = httpx.AsyncClient(transport=self._transport, headers=headers, timeout=None, trust_env=False)
            connected = sdk.streamable_http_client(self.settings.endpoint, http_client=client)
            async with client, connected as (read, write, _), mcp.ClientSession(read, write) as session:
                await session.initialize()
                ready.set_result(await self._discover(session))
                self._session = session
                await self._over.wait()
        except Exception as error:
            if not ready.done():
                ready.set_exception(McpUnavailable(f"The MCP server {name} can't be used: {_why(error)}."))
        finally:
            self._session = None
            if not ready.done():
                ready.cancel()

    async def _discover(self, session: Any) -> list[ToolDefinition]:
        found: list[ToolDefinition] = []
        cursor: str | None = None
        while len(found) <= MOST_TOOLS:
            page = await session.list_tools(cursor)
            allowed = (tool for tool in page.tools if is_allowed(tool.name, self.settings.allowed))
            found += [remote_tool(self.settings.name, t.name, (t.description or "")[:1024], t.inputSchema) for t in allowed]
            cursor = page.nextCursor
            if not cursor or not page.tools:
                break
        return found


def _why(error: BaseException) -> str:
    """The first cause inside of the SDK's groups of errors."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    if isinstance(error, httpx.HTTPStatusError):
        return f"it answered HTTP {error.response.status_code}"
    if isinstance(error, httpx.HTTPError):
        return why_unreachable(error)
    if _is_forgotten(error):
        return "there is no MCP server at this address (HTTP 404)"
    if type(error).__name__ == "McpError":
        return str(error)[:_ERROR_CHARS].rstrip(".")
    return f"it can't be reached ({type(error).__name__})"


def _is_forgotten(error: BaseException) -> bool:
    """The SDK's word for HTTP 404, which a server answers to a session that it doesn't know."""
    return type(error).__name__ == "McpError" and str(error) == "Session terminated"


def _content(result: Any) -> str:
    if result.structuredContent is not None:
        return json.dumps(result.structuredContent, ensure_ascii=False)
    parts = [part.text if part.type == "text" else f"[{part.type}]" for part in result.content]
    return "\n".join(parts) or "[]"


def _usable(row: Any) -> bool:
    return isinstance(row, Mapping) and all(isinstance(row.get(key), str) and row[key] for key in ("name", "endpoint"))


def _settings(row: Json) -> McpSettings:
    allowed, headers = row.get("allowed_tools"), row.get("headers")
    return McpSettings(
        name=row["name"],
        endpoint=row["endpoint"],
        headers=headers if isinstance(headers, Mapping) else {},
        allowed=tuple(str(name) for name in allowed) if isinstance(allowed, list | tuple) else None,
        timeout_ms=timeout_of(row),
    )
