"""The agent's tools: for each, whether it is mocked, the mock's rules, and a form to try it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import streamlit as st

from components.shell import fields, state
from components.shell.formatting import inline, plain
from components.studio import saving
from components.studio.mock_rules import draw_rules
from components.studio.private_hosts import draw_private_hosts
from components.studio.tool_import import draw_tool_import
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Settings
from greenroom.plurals import counted
from greenroom.services import current
from greenroom.tools.calls import arguments_in
from greenroom.tools.conditions import result_text
from greenroom.tools.definitions import ToolDefinition, functions_in
from greenroom.tools.mocks import MockRule, ToolMock, definition_of, mock_as_json, mock_faults, mocks_in, offered_mocks
from greenroom.tools.samples import sample_arguments

STATUSES = {"ok": "Result", "error": "Failed", "timeout": "Timed out", "invalid": "Invalid arguments"}


def draw_tools(agent: AgentId, values: Settings) -> None:
    """Draw the top of the Tools tab: import, private hosts, and each tool."""
    tools, mocks = known_tools(values), mocks_in(values.get("tools.mocks"))
    by_name = {mock.tool: mock for mock in mocks}
    with st.container(horizontal=True, vertical_alignment="center"):
        draw_tool_import(agent, values)
        if values.get("tools.mcp_servers"):
            st.button("Find MCP tools", icon=":material/travel_explore:", on_click=_discover, args=(agent, values))
    if not tools:
        st.caption("No tools yet. Import them, or add MCP servers and functions below.")
    draw_private_hosts(agent, values)
    for tool in tools:
        _tool(agent, values, tool, by_name.get(tool.name))


def known_tools(values: Settings) -> list[ToolDefinition]:
    """Functions, then the allowed MCP tools that were found."""
    mocks = offered_mocks(values.get("tools.mocks"), values.get("tools.mcp_servers"))
    discovered = [definition_of(mock) for mock in mocks if mock.server]
    return [*functions_in(values.get("tools.functions")), *discovered]


def _tool(agent: AgentId, values: Settings, tool: ToolDefinition, mock: ToolMock | None) -> None:
    mocked = mock is not None and mock.mocked
    with st.container(border=True, key=f"tool/{tool.name}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            where = f" :gray[· {plain(tool.server)}]" if tool.server else ""
            st.markdown(f":material/build: **{plain(tool.name)}**{where}", width="stretch")
            name = f"mocked/{agent}/{tool.name}"
            st.toggle(
                "Mocked offline",
                fields.follow(name, mocked),
                key=fields.key(name),
                help="On: offline calls get the answers below. Off: offline calls reach the real server. Agora always does.",
                on_change=_switch,
                args=(agent, values, tool, name),
            )
        if tool.description:
            st.caption(inline(tool.description))
        if mock is not None and mock.mocked:
            draw_rules(agent, mock, lambda changed: put_mock(agent, changed))
            for fault in mock_faults(mock, tool):
                st.caption(f":orange[:material/warning: {inline(fault)}]")
        with st.popover("Try it", icon=":material/play_arrow:"):
            _trial(agent, values, tool, mock)


def put_mock(agent: AgentId, mock: ToolMock) -> None:
    """Save one mock, in its place among the others."""
    mocks = list(mocks_in(saving.loaded_draft(agent).settings.get("tools.mocks")))
    place = next((at for at, one in enumerate(mocks) if one.tool == mock.tool), len(mocks))
    mocks[place : place + 1] = [mock]
    saving.change(agent, {"tools.mocks": [mock_as_json(mock) for mock in mocks]})


def _switch(agent: AgentId, values: Settings, tool: ToolDefinition, name: str) -> None:
    before = next((mock for mock in mocks_in(values.get("tools.mocks")) if mock.tool == tool.name), None)
    fresh = ToolMock(tool.name, rules=(MockRule(result={"message": "Done."}),), server=tool.server, parameters=tool.parameters)
    kept = before if before is not None else replace(fresh, description=tool.description, remote_name=tool.remote_name)
    rules = kept.rules or fresh.rules
    put_mock(agent, replace(kept, mocked=bool(fields.value(fields.key(name))), rules=rules))


def _trial(agent: AgentId, values: Settings, tool: ToolDefinition, mock: ToolMock | None) -> None:
    name = f"{fields.TAB}try/{agent}/{tool.name}"
    sample = json.dumps(sample_arguments(tool, mock), ensure_ascii=False, indent=2)
    text = st.text_area("Arguments (JSON)", fields.shown(name, sample), key=fields.key(name), height=110)
    fields.keep(name, text)
    arguments = arguments_in(text)
    if arguments is None:
        st.caption(":red[:material/error: The arguments must be a JSON object.]")
    label = "Run the mock" if mock is not None and mock.mocked else "Call the server"
    st.button(
        label,
        type="primary",
        key=f"run/{tool.name}",
        disabled=arguments is None,
        on_click=_run,
        args=(agent, values, tool.name, name),
    )
    tried: Any = fields.shown(f"tried/{agent}/{tool.name}", None)
    if tried is not None:
        mark = ":green[:material/check_circle:" if tried.status == "ok" else ":red[:material/error:"
        how = STATUSES.get(tried.status, tried.status)
        st.markdown(f"{mark} **{how}**] after {tried.duration_ms:,} ms{' · mocked' if tried.mocked else ''}")
        st.code(_pretty(tried.content), language="json", wrap_lines=True)
        for problem in tried.problems:
            st.caption(f":orange[{inline(problem)}]")


def _run(agent: AgentId, values: Settings, tool: str, field: str) -> None:
    """Handle the run of a trial. Reads the arguments here: what was just typed arrives in the same request as the click."""
    arguments = arguments_in(str(fields.value(fields.key(field)) or ""))
    if arguments is None:
        return  # the field shows the error
    try:
        tried = current().tools.try_out(agent, values, tool, dict(arguments))
    except GreenroomError as error:
        state.show_error(error)
        return
    fields.keep(f"tried/{agent}/{tool}", tried)


def _discover(agent: AgentId, values: Settings) -> None:
    try:
        answer = current().tools.discover(agent, values)
    except GreenroomError as error:
        state.show_error(error)
        return
    if answer.tools:
        _add_found(
            agent,
            (
                ToolMock(
                    tool=t.name,
                    mocked=False,
                    rules=(),
                    server=t.server,
                    remote_name=t.remote_name,
                    description=t.description,
                    parameters=t.parameters,
                )
                for t in answer.tools
            ),
        )
    count = f"Found {counted(len(answer.tools), 'tool')}."
    state.show(state.Banner(" ".join([count, *answer.problems]), good=not answer.problems))


def _add_found(agent: AgentId, discovered: Iterable[ToolMock]) -> None:
    """Save the definitions of discovered tools. Tools that have a mock keep its rules and switch."""
    by_tool = {mock.tool: mock for mock in mocks_in(saving.loaded_draft(agent).settings.get("tools.mocks"))}
    for mock in discovered:
        before = by_tool.get(mock.tool)
        by_tool[mock.tool] = mock if before is None else replace(mock, mocked=before.mocked, rules=before.rules)
    saving.change(agent, {"tools.mocks": [mock_as_json(mock) for mock in by_tool.values()]})


def _pretty(content: str) -> str:
    arguments = arguments_in(content)
    return result_text(arguments) if arguments is not None else content
