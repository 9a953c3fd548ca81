"""Endpoints for trying an agent's tools without a call: run one, list those of its MCP servers. For this computer."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.catalog.secrecy import secret_values
from greenroom.redaction import SECRETS
from greenroom.tools.calls import ToolRequest
from greenroom.twin.agent import Toolbox, ToolSettings, ToolSetupError
from greenroom.twin.loopback import local
from greenroom.twin.rest import BodyField, InvalidFieldValue, check, json_object

#: At once, so that a page cannot open connections without end.
AT_ONCE = 4
_LIST = (BodyField("properties", "object", True),)
_CALL = (*_LIST, BodyField("tool", "text", True, high=80), BodyField("arguments", "object", True))


class ToolTrials:
    """The endpoints as methods. ``properties`` are those of a join body, with ``offline`` in them."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def call(self, request: Request) -> Response:
        """Run one tool. The answer has its status, content and duration in milliseconds, and what could not be set up.

        400 for tools that no agent could start with.
        """
        body = await json_object(request)
        check(_CALL, body)
        name = body["tool"]
        async with self._turn:
            box = await _opened(body["properties"])
            try:
                began = time.monotonic()
                outcome = await box.call(ToolRequest("try", name, body["arguments"]))
                took_ms = round((time.monotonic() - began) * 1000)
            finally:
                await box.close()
        said = {"status": outcome.status, "content": outcome.content, "mocked": outcome.mocked, "duration_ms": took_ms}
        return JSONResponse({**said, "problems": box.problems})

    async def list(self, request: Request) -> Response:
        """The tools that an agent with these properties would offer its model, and what could not be set up."""
        body = await json_object(request)
        check(_LIST, body)
        async with self._turn:
            box = await _opened(body["properties"])
            await box.close()
        tools = [
            {
                "name": tool.name,
                "server": tool.server,
                "remote_name": tool.remote_name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            }
            for tool in box.definitions
        ]
        return JSONResponse({"tools": tools, "problems": box.problems})

    def routes(self) -> list[BaseRoute]:
        """``/twin/tools/…``, for programs on this machine."""
        return [
            Route("/twin/tools/call", local(self.call), methods=["POST"]),
            Route("/twin/tools/list", local(self.list), methods=["POST"]),
        ]


async def _opened(properties: dict[str, Any]) -> Toolbox:
    SECRETS.learn(secret_values(properties))  # so that no log of this process shows them
    box = Toolbox(ToolSettings.read({**properties, "advanced_features": {"enable_tools": True}}))
    try:
        await box.open()
    except ToolSetupError as error:
        await box.close()
        raise InvalidFieldValue("properties.llm.tools", str(error)) from None
    return box
