"""Tool definitions: HTTP functions from ``llm.tools`` and tools that an MCP server offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]

#: Agora's limits: tools of an agent after discovery, bytes of a response, and milliseconds a call may take.
MOST_TOOLS = 32
MOST_RESPONSE_BYTES = 1 << 20
DEFAULT_TIMEOUT_MS, LEAST_TIMEOUT_MS, MOST_TIMEOUT_MS = 10_000, 1000, 100_000
_ANYTHING: Json = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class FunctionEndpoint:
    """Where a function runs. ``headers`` may hold secrets: not for logs or pages."""

    method: str
    url: str
    headers: Json = field(default_factory=dict, repr=False)
    body: Json | None = None
    timeout_ms: int = DEFAULT_TIMEOUT_MS


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """One tool as the model sees it. ``server`` is the MCP server that offers it as ``remote_name``; "" = a function."""

    name: str
    description: str = ""
    parameters: Json = field(default_factory=lambda: _ANYTHING)
    endpoint: FunctionEndpoint | None = field(default=None, repr=False)
    server: str = ""
    remote_name: str = ""

    @property
    def offered(self) -> dict[str, Any]:
        """In the shape of OpenAI's ``tools``."""
        function = {"name": self.name, "description": self.description, "parameters": dict(self.parameters)}
        return {"type": "function", "function": function}


def functions_in(tools: Any) -> Iterator[ToolDefinition]:
    """The functions of an ``llm.tools`` list. Skips entries without a name; ``catalog.tool_checks`` reports what is wrong."""
    for tool in tools if isinstance(tools, list | tuple) else ():
        function, server = _part(tool, "function"), _part(tool, "server")
        name = function.get("name")
        if not isinstance(name, str) or not name:
            continue
        parameters = function.get("parameters")
        yield ToolDefinition(
            name=name,
            description=_text(function, "description"),
            parameters=parameters if isinstance(parameters, Mapping) else _ANYTHING,
            endpoint=_endpoint(server),
        )


def remote_tool(server: str, remote_name: str, description: str, parameters: Any) -> ToolDefinition:
    """A tool of an MCP server, under the name that the model gets to see."""
    schema = parameters if isinstance(parameters, Mapping) else _ANYTHING
    return ToolDefinition(remote_tool_name(server, remote_name), description, schema, server=server, remote_name=remote_name)


def remote_tool_name(server: str, remote_name: str) -> str:
    """``mcp_SERVER_TOOL``: functions must not begin with "mcp", so the two don't clash. At most 64 characters."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "_" for c in remote_name)
    return f"mcp_{server}_{kept}"[:64]


def is_allowed(remote_name: str, allowed: Any) -> bool:
    """Agora's ``allowed_tools``: absent = all, empty = none, ``*`` = all."""
    if not isinstance(allowed, list | tuple):
        return True
    return "*" in allowed or remote_name in allowed


def is_tool_allowed(name: str, server: str, allowed: Any) -> bool:
    """The same for a tool under the name that the model gets to see."""
    return is_allowed("", allowed) or any(remote_tool_name(server, str(one)) == name for one in allowed)


def timeout_of(block: Json) -> int:
    """``timeout_ms`` of a function's server or of an MCP server, within Agora's limits."""
    asked = block.get("timeout_ms")
    if isinstance(asked, bool) or not isinstance(asked, int | float):
        return DEFAULT_TIMEOUT_MS
    return round(min(MOST_TIMEOUT_MS, max(LEAST_TIMEOUT_MS, asked)))


def _endpoint(server: Json) -> FunctionEndpoint | None:
    url = _text(server, "url")
    if not url:
        return None
    body = server.get("body")
    return FunctionEndpoint(
        method="POST" if server.get("method") == "POST" else "GET",
        url=url,
        headers=_part(server, "headers"),
        body=body if isinstance(body, Mapping) else None,
        timeout_ms=timeout_of(server),
    )


def _part(parent: Any, name: str) -> Json:
    part = parent.get(name) if isinstance(parent, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _text(parent: Json, name: str) -> str:
    value = parent.get(name)
    return value if isinstance(value, str) else ""
