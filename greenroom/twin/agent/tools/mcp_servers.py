"""MCP servers over streamable HTTP: discovers their tools and calls them, with the official SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any

import httpx

from greenroom.http_security.address_guard import AddressRefused, GuardedTransport
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

DISCOVERY_S = 10.0


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

    def __init__(self, settings: McpSettings, transport: GuardedTransport) -> None:
        self.settings = settings
        self._transport = transport
        self._session: Any = None
        self._over = asyncio.Event()
        self._holder: asyncio.Task[None] | None = None

    async def open(self) -> list[ToolDefinition]:
        """Connect and list the allowed tools, within :data:`DISCOVERY_S`. Raises McpUnavailable."""
        ready: asyncio.Future[list[ToolDefinition]] = asyncio.get_running_loop().create_future()
        self._holder = asyncio.create_task(self._hold(ready), name=f"mcp {self.settings.name}")
        try:
            async with asyncio.timeout(DISCOVERY_S):
                return await asyncio.shield(ready)
        except TimeoutError:
            await self.close()
            raise McpUnavailable(f"The MCP server {self.settings.name} didn't respond within {DISCOVERY_S:g} s.") from None

    async def call(self, tool: ToolDefinition, arguments: Json) -> ToolOutcome:
        """Call a tool, within the server's ``timeout_ms``. What goes wrong becomes an outcome for the model."""
        limit_ms = self.settings.timeout_ms
        if self._session is None:
            return ToolOutcome("error", error_content(f"The MCP server {self.settings.name} isn't connected."))
        try:
            async with asyncio.timeout(limit_ms / 1000):
                wait = timedelta(milliseconds=limit_ms + 1000)
                result = await self._session.call_tool(tool.remote_name, dict(arguments), read_timeout_seconds=wait)
        except TimeoutError:
            return ToolOutcome("timeout", error_content(f"The tool call timed out after {limit_ms} ms."))
        except Exception as error:  # the SDK passes on what its layers raise
            return ToolOutcome("error", error_content(f"The MCP server failed ({type(error).__name__})."))
        content = masked(_content(result), self.settings.headers)
        if len(content.encode()) > MOST_RESPONSE_BYTES:
            return ToolOutcome("error", error_content("The tool's response is larger than 1 MiB."))
        return ToolOutcome("error" if result.isError else "ok", error_content(content) if result.isError else content)

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
    if isinstance(error, AddressRefused):
        return f"{error}. Allow it in the Studio, under Tools"
    if isinstance(error, httpx.HTTPStatusError):
        return f"it answered HTTP {error.response.status_code}"
    return f"it can't be reached ({type(error).__name__})"


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
