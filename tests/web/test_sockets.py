"""Closing a socket whose browser left first: no traceback in the log of every call that ends so."""

from __future__ import annotations

import asyncio

import pytest
from starlette.websockets import WebSocket

from greenroom.web import sockets

pytestmark = pytest.mark.unit


def test_a_browser_that_left_first_is_no_error():
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message["type"])
        if message["type"] == "websocket.close":
            raise OSError("the connection is gone")

    async def close_twice():
        socket = WebSocket({"type": "websocket", "path": "/", "headers": []}, receive, send)
        await socket.accept()
        await sockets.close(socket, 1001)
        await sockets.close(socket, 1001)

    asyncio.run(close_twice())
    assert sent == ["websocket.accept", "websocket.close"]
