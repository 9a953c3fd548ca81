"""Mocked tools of MCP servers follow the server's settings: its list of allowed tools and its timeout."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.tools.calls import ToolRequest
from greenroom.twin.agent.tools.toolbox import Toolbox
from tests.twin.agent.tool_server import mcp_app, serving
from tests.twin.agent.tools.test_toolbox import settings

pytestmark = pytest.mark.twin

FIND = {"tool": "mcp_stock_find_it", "server": "stock", "remote_name": "find it", "rules": [{"result": "found"}]}


def server(endpoint: str = "https://nowhere.invalid/mcp", **row: Any) -> dict[str, Any]:
    return {"name": "stock", "endpoint": endpoint, **row}


async def offered_and_called(*rows: dict[str, Any], mocks: tuple[dict[str, Any], ...] = (FIND,)) -> tuple[list[str], str]:
    box = Toolbox(settings(servers=rows, mocks=mocks))
    await box.open()
    outcome = await box.call(ToolRequest("1", "mcp_stock_find_it", {}))
    await box.close()
    return [tool.name for tool in box.definitions], outcome.status


@pytest.mark.parametrize("allowed", [["find it"], ["other", "*"]])
async def test_a_mocked_tool_is_offered_if_it_is_allowed(allowed):
    assert await offered_and_called(server(allowed_tools=allowed)) == (["mcp_stock_find_it"], "ok")


@pytest.mark.parametrize("rows", [(server(allowed_tools=["other"]),), (server(allowed_tools=[]),), ()])
async def test_a_mocked_tool_that_is_not_allowed_is_neither_offered_nor_callable(rows, monkeypatch):
    async def nothing(self: Toolbox, row: Any) -> list[Any]:
        return []

    monkeypatch.setattr(Toolbox, "_discover", nothing)
    assert await offered_and_called(*rows) == ([], "error")


async def test_a_server_whose_allowed_tools_are_all_mocked_is_not_asked():
    live = {"tool": "mcp_stock_slow", "server": "stock", "remote_name": "slow", "mocked": False}
    box = Toolbox(settings(servers=(server(allowed_tools=["find it"]),), mocks=(FIND, live)))
    await box.open()
    await box.close()
    assert box.problems == []


async def test_a_mock_that_never_answers_runs_into_the_timeout_of_its_server():
    never = {**FIND, "rules": [{"never": True}]}
    app, _ = mcp_app()
    async with serving(app) as root:
        box = Toolbox(settings(servers=(server(f"{root}/mcp", timeout_ms=1100),), mocks=(never,)))
        await box.open()
        outcome = await box.call(ToolRequest("1", "mcp_stock_find_it", {}))
        await box.close()
    assert outcome.status == "timeout"
    assert "after 1100 ms" in outcome.content
