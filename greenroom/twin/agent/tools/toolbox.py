"""The tools of one agent: offers them to its model, and runs what the model calls, for real or mocked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from greenroom.http_security.address_guard import GuardedTransport
from greenroom.redaction import Redactor
from greenroom.tools.calls import ToolOutcome, ToolRequest, error_content
from greenroom.tools.definitions import (
    DEFAULT_TIMEOUT_MS,
    MOST_RESPONSE_BYTES,
    MOST_TOOLS,
    Json,
    ToolDefinition,
    functions_in,
)
from greenroom.tools.mock_state import MockState
from greenroom.tools.mocks import ToolMock, definition_of, offered_mocks, servers_mocked
from greenroom.tools.schemas import argument_faults
from greenroom.twin.agent.tools.http_functions import HttpFunctions
from greenroom.twin.agent.tools.masking import keys_in
from greenroom.twin.agent.tools.mcp_servers import McpServer, McpSettings, McpUnavailable, servers_in

_RESPONSES_BYTES = 4 * MOST_RESPONSE_BYTES


class ToolSetupError(Exception):
    """The agent cannot start with these tools; the message is Agora's reason."""


@dataclass(frozen=True, slots=True)
class ToolSettings:
    """What a join body says about tools. ``private``: places inside this machine's network that the user allowed. ``keys``: what
    neither a tool's answer nor a model's may say."""

    functions: tuple[ToolDefinition, ...] = ()
    servers: tuple[McpSettings, ...] = field(default=(), repr=False)
    mocks: Mapping[str, ToolMock] = field(default_factory=dict)
    mock_world: Json = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    variables: Json = field(default_factory=dict, repr=False)
    keys: Redactor = field(default_factory=Redactor)

    @classmethod
    def read(cls, properties: Json) -> ToolSettings:
        """From the ``properties`` of a join body; no tools unless ``advanced_features.enable_tools`` is on."""
        offline = _part(properties, "offline")
        places = offline.get("private_hosts")
        private = frozenset(str(place) for place in places) if isinstance(places, list) else frozenset()
        keys = keys_in(properties)
        if _part(properties, "advanced_features").get("enable_tools") is not True:
            return cls(private=private, keys=keys)
        mllm = _part(properties, "mllm")
        realtime = mllm.get("enable") is True or _part(properties, "advanced_features").get("enable_mllm") is True
        model = mllm if realtime else _part(properties, "llm")
        return cls(
            functions=tuple(functions_in(model.get("tools"))),
            servers=servers_in(model.get("mcp_servers")),
            mocks={mock.tool: mock for mock in offered_mocks(offline.get("tool_mocks"), model.get("mcp_servers"))},
            mock_world=_part(offline, "mock_world"),
            private=private,
            keys=keys,
            variables=_part(model, "template_variables") or _part(_part(properties, "llm"), "template_variables"),
        )


class Toolbox:
    """Owns connections; :meth:`close` ends them. Without tools it opens none."""

    def __init__(self, settings: ToolSettings) -> None:
        self.settings = settings
        #: What could not be set up, in sentences for the log.
        self.problems: list[str] = []
        #: The model's server has no field for tools: they are told and called as text.
        self.by_text = False
        #: The ids of all calls so far: the record, the transcript and the model's memory tell calls apart by them.
        self.used_ids: set[str] = set()
        self._mock_state = MockState(settings.mock_world)
        self._tools: dict[str, ToolDefinition] = {}
        self._servers: dict[str, McpServer] = {}
        self._http: HttpFunctions | None = None

    @property
    def definitions(self) -> tuple[ToolDefinition, ...]:
        """What the model is offered: functions, then mocked tools, then those of MCP servers. Empty before :meth:`open`."""
        return tuple(self._tools.values())

    async def open(self) -> None:
        """Connect to the MCP servers. Raises ToolSetupError for too many tools or two of the same name."""
        settings = self.settings
        absent = servers_mocked(settings.mocks.values())
        live = [server for server in settings.servers if server.name not in absent]
        if settings.functions or live:
            self._http = HttpFunctions(self._transport())
        discovered = await asyncio.gather(*(self._discover(server) for server in live))
        from_mocks = [definition_of(mock) for mock in settings.mocks.values() if mock.mocked and mock.server]
        mocked = {tool.name for tool in from_mocks}
        found = [tool for tools in discovered for tool in tools if tool.name not in mocked]
        self._offer([*settings.functions, *from_mocks, *found])

    async def close(self) -> None:
        """End the sessions with MCP servers and the HTTP connections. Idempotent."""
        await asyncio.gather(*(server.close() for server in self._servers.values()), return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()

    def is_mocked(self, name: str) -> bool:
        """Whether calls of the tool of exactly this name are answered by its mock."""
        mock = self.settings.mocks.get(name)
        return mock is not None and mock.mocked

    def definition(self, name: str) -> ToolDefinition | None:
        """The tool of this name, in any case."""
        return self._tools.get(name) or next((tool for tool in self.definitions if tool.name.lower() == name.lower()), None)

    async def call(self, request: ToolRequest) -> ToolOutcome:
        """Run one call; what goes wrong becomes an outcome for the model. No outcome has a key of the agent in it."""
        outcome = await self._outcome(request)
        return replace(outcome, content=self.settings.keys.text(outcome.content))

    async def _outcome(self, request: ToolRequest) -> ToolOutcome:
        tool = self.definition(request.name)
        if tool is None:
            return ToolOutcome("error", error_content(f"There is no tool named {request.name[:64]!r}."))
        if request.arguments is None:
            return ToolOutcome("invalid", error_content("The arguments are not a JSON object."))
        if faults := argument_faults(tool.parameters, request.arguments):
            return ToolOutcome("invalid", error_content(f"Invalid arguments: {'; '.join(faults)}."))
        if self.is_mocked(tool.name):
            return await self._mocked(self.settings.mocks[tool.name], tool, request.arguments)
        if tool.server:
            return await self._servers[tool.server].call(tool, request.arguments)
        if tool.endpoint is None or self._http is None:
            return ToolOutcome("error", error_content("The tool has no server."))
        return await self._http.run(tool.endpoint, request, self.settings.variables)

    async def _mocked(self, mock: ToolMock, tool: ToolDefinition, arguments: Json) -> ToolOutcome:
        """The mock's answer, after as long as its rule says. One without an answer runs into the tool's timeout."""
        rule, limit_ms = self._mock_state.take(mock, arguments), self._timeout_ms(tool)
        if rule.never or rule.after_ms >= limit_ms:
            await asyncio.sleep(limit_ms / 1000)
            return ToolOutcome("timeout", error_content(f"The tool call timed out after {limit_ms} ms."), mocked=True)
        await asyncio.sleep(rule.after_ms / 1000)
        return self._mock_state.answer(rule, arguments)

    def _timeout_ms(self, tool: ToolDefinition) -> int:
        limits = {server.name: server.timeout_ms for server in self.settings.servers}
        return tool.endpoint.timeout_ms if tool.endpoint else limits.get(tool.server, DEFAULT_TIMEOUT_MS)

    def _offer(self, tools: list[ToolDefinition]) -> None:
        if len(tools) > MOST_TOOLS:
            raise ToolSetupError(f"The agent has {len(tools)} tools; the limit is {MOST_TOOLS}.")
        for tool in tools:
            if self.definition(tool.name) is not None:
                raise ToolSetupError(f"Two tools are named {tool.name}.")
            self._tools[tool.name] = tool

    async def _discover(self, settings: McpSettings) -> list[ToolDefinition]:
        server = self._servers[settings.name] = McpServer(settings, self._transport)
        try:
            return await server.open()
        except McpUnavailable as error:
            self.problems.append(str(error))
            return []

    def _transport(self) -> GuardedTransport:
        return GuardedTransport(self.settings.private, _RESPONSES_BYTES)


def _part(parent: Any, name: str) -> Json:
    part = parent.get(name) if isinstance(parent, Mapping) else None
    return part if isinstance(part, Mapping) else {}
