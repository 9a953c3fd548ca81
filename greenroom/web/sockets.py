"""Closing a WebSocket whose browser may have left already."""

from __future__ import annotations

import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect


async def close(socket: WebSocket, code: int) -> None:
    """Close with this code; does nothing when the other side is gone or the socket is closed."""
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code)
