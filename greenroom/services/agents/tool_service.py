"""Tries an agent's tools by hand, and keeps which private hosts an agent may reach. The twin runs them, as it does in a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from greenroom import outside_json
from greenroom.catalog import rules
from greenroom.catalog.key_use import key_uses
from greenroom.clock import Clock
from greenroom.errors import GreenroomError, Problem, TwinUnavailable
from greenroom.http_security.addresses import looks_private, place_of
from greenroom.model.agent import AgentId, Settings
from greenroom.outside_json import Shape, UnreadableJson
from greenroom.security_log import record
from greenroom.services.agents.name_lookup import NameLookup
from greenroom.services.operations.twin_process import TwinProcess
from greenroom.store.tool_hosts import ToolHostStore
from greenroom.tools.mocks import ToolMock, mock_as_json, mocks_in, offered_mocks, servers_mocked

#: Above the longest timeout of a tool.
TIMEOUT_S = 115.0
#: The settings whose headers and addresses may hold ``${NAME}``.
_WITH_KEYS = frozenset({"tools.functions", "tools.mcp_servers"})


class TriedTool(Shape, frozen=True):
    """The result of a trial. ``content`` is what the model would get."""

    status: str
    content: str
    mocked: bool = False
    duration_ms: int = 0
    problems: list[str] = []


class FoundTool(Shape, frozen=True):
    """A tool of an MCP server."""

    name: str
    server: str = ""
    remote_name: str = ""
    description: str = ""
    parameters: dict[str, Any] = {}


class FoundTools(Shape, frozen=True):
    """The tools of all MCP servers; ``problems`` names the servers that couldn't be asked, and why."""

    tools: list[FoundTool] = []
    problems: list[str] = []


class _TrialRefusal(Shape, frozen=True):
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PrivateHost:
    """A host inside this computer's network that the agent's model or tools name."""

    place: str
    allowed: bool


class ToolService:
    """Methods that ask the twin raise TwinUnavailable; those that store something, StoreUnavailable."""

    def __init__(
        self, twin: TwinProcess, keys: Callable[[Settings, str], Mapping[str, str]], hosts: ToolHostStore, clock: Clock
    ) -> None:
        """``keys`` releases the credentials that settings use; it raises KeyNotAllowed."""
        self._twin, self._keys, self._hosts, self._names = twin, keys, hosts, NameLookup(clock)

    def offline(self, agent_id: AgentId, settings: Settings, keys: Mapping[str, str]) -> dict[str, Any]:
        """What the twin gets besides the join body: mocks, private hosts it may call, and which values in the body are ``keys``,
        by name, so that no answer repeats one."""
        mocks = [mock_as_json(mock) for mock in mocks_in(settings.get("tools.mocks"))]
        world = settings.get("tools.mock_world")
        data = {"mock_world": dict(world)} if isinstance(world, Mapping) and world else {}
        return {"tool_mocks": mocks, "private_hosts": sorted(self._hosts.of(agent_id)), "keys": sorted(keys.values()), **data}

    def try_out(self, agent_id: AgentId, settings: Settings, tool: str, arguments: Mapping[str, Any]) -> TriedTool:
        """Run one tool as a call would, mocked or live. Raises KeyNotAllowed, and GreenroomError for a live one without a key."""
        own = [function for function in settings.get("tools.functions") or () if _function_name(function) == tool]
        mocked = any(mock.tool == tool and mock.mocked for mock in mocks_in(settings.get("tools.mocks")))
        live = {**settings, "tools.functions": own, "tools.mcp_servers": [] if own else settings.get("tools.mcp_servers")}
        properties = self._properties(agent_id, settings, {} if mocked else live)
        request = {"properties": properties, "tool": tool, "arguments": dict(arguments)}
        return self._ask("/twin/tools/call", request, TriedTool)

    def discover(self, agent_id: AgentId, settings: Settings) -> FoundTools:
        """The tools that the agent's MCP servers offer. Raises KeyNotAllowed, and GreenroomError when a key isn't there."""
        live = {**settings, "tools.mocks": [], "tools.functions": []}
        return self._ask("/twin/tools/list", {"properties": self._properties(agent_id, live, live)}, FoundTools)

    def problems(self, agent_id: AgentId, settings: Settings, own_model: str) -> tuple[Problem, ...]:
        """The agent's own model server, if its address is inside this computer's network and wasn't allowed. ``own_model``: its
        address offline, "" = none. A name that leads inside is refused by the twin instead, with the same words."""
        place = place_of(own_model)
        if not place or not looks_private(own_model) or place in self._hosts.of(agent_id):
            return ()
        advice = "Allow it under Language model in the Studio if you trust this agent with it."
        setting = f"llm.{rules.vendor_of('llm', settings).id}.url"
        return (Problem(setting, f"{rules.label_of(setting)}: {place} is inside your own network.", advice),)

    def private_hosts(self, agent_id: AgentId, settings: Settings, own_model: str = "") -> list[PrivateHost]:
        """Hosts of tools and of its own model server inside this computer's own network, by their name or, for live tools, by
        where the name leads; and those that were allowed."""
        allowed, mocks = self._hosts.of(agent_id), _offered(settings)
        mocked = {mock.tool for mock in mocks if mock.mocked} | servers_mocked(mocks)
        addresses = [*_addresses(settings), ("", own_model)]
        named = {place_of(url) for _, url in addresses if looks_private(url)}
        live = {place_of(url) for name, url in addresses if name not in mocked} - named - allowed
        named |= self._names.leading_inside({place for place in live if place and "{" not in place})
        return [PrivateHost(place, place in allowed) for place in sorted(named | allowed) if place]

    def allow(self, agent_id: AgentId, place: str) -> None:
        """Let this agent's model and tools reach a private host."""
        self._hosts.allow(agent_id, place)
        record("tool_host_allowed", agent=agent_id, destination=place)

    def withdraw(self, agent_id: AgentId, place: str) -> None:
        """From the next call on, this agent doesn't reach the host. Idempotent; goes to the security log."""
        self._hosts.withdraw(agent_id, place)
        record("tool_host_withdrawn", agent=agent_id, destination=place)

    def _properties(self, agent_id: AgentId, settings: Settings, live: Settings) -> dict[str, Any]:
        """``live``: the settings of what will be called for real, whose keys must be there."""
        keys = self._keys(settings, "tool trial")
        if missing := {use.name for use in key_uses(live) if use.setting in _WITH_KEYS and use.name not in keys}:
            names = ", ".join(sorted(missing))
            raise GreenroomError(f"No key is stored as {names}.", advice="Add it in Settings → Credentials, then try again.")
        sent = rules.payload(settings, keys)
        kept = {role: _tools_of(sent.get(role)) for role in ("llm", "mllm") if role in sent}
        return {**kept, "offline": self.offline(agent_id, settings, keys)}

    def _ask(self, path: str, body: Mapping[str, Any], shape: type[Any]) -> Any:
        try:
            answer = httpx.post(f"{self._twin.url}{path}", json=body, timeout=TIMEOUT_S, trust_env=False)
            if answer.status_code == 400:
                reason = outside_json.read(answer.content, _TrialRefusal).detail
                raise GreenroomError(reason or "The tool can't be tried.", advice="Fix the tool, then try again.")
            answer.raise_for_status()
            return outside_json.read(answer.content, shape)
        except (httpx.HTTPError, UnreadableJson) as error:
            raise TwinUnavailable(f"The offline twin couldn't run the tool ({type(error).__name__}).") from error


def _tools_of(block: Any) -> dict[str, Any]:
    names = ("enable", "tools", "mcp_servers", "template_variables")
    return {name: block[name] for name in names if name in block} if isinstance(block, Mapping) else {}


def _offered(settings: Settings) -> tuple[ToolMock, ...]:
    return offered_mocks(settings.get("tools.mocks"), settings.get("tools.mcp_servers"))


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    """The name of each function or MCP server, with its URL."""
    for tool in settings.get("tools.functions") or ():
        server = tool.get("server") if isinstance(tool, Mapping) else None
        if isinstance(server, Mapping) and isinstance(server.get("url"), str):
            yield _function_name(tool), server["url"]
    for row in settings.get("tools.mcp_servers") or ():
        if isinstance(row, Mapping) and isinstance(row.get("endpoint"), str):
            yield str(row.get("name")), row["endpoint"]


def _function_name(tool: Any) -> str:
    function = tool.get("function") if isinstance(tool, Mapping) else None
    return str(function.get("name")) if isinstance(function, Mapping) else ""
