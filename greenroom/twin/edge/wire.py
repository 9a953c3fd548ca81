"""The gateway's send queue for one browser: JSON frames in order, posted without waiting."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from greenroom.twin.edge.error_codes import JoinRefused

if TYPE_CHECKING:
    from greenroom.twin.edge.session import GatewaySession

log = logging.getLogger(__name__)

#: A browser that lets this many frames pile up, or takes a frame for this long, is given up.
MOST_WAITING = 2000
SEND_TIMEOUT_S = 10.0


class SignalingSocket:
    """One WebSocket. ``session`` is None before the join and after leaving."""

    def __init__(self, socket: WebSocket) -> None:
        self.session: GatewaySession | None = None
        self._socket = socket
        self._frames: asyncio.Queue[str | None] = asyncio.Queue()
        self._closing = False

    def reply(self, request: str, message: dict[str, Any] | None = None) -> None:
        """Grant the request with this ``_id``; ``message`` has the fields of the answer."""
        self._post({"_id": request, "_result": "success", "_message": message or {}})

    def fail(self, request: str, refused: JoinRefused) -> None:
        """Refuse the request with this ``_id``: the SDK gets the code's number and its name."""
        message = {"error_code": refused.code.value, "error_str": refused.code.name}
        self._post({"_id": request, "_result": "failed", "_message": message})

    def event(self, kind: str, message: dict[str, Any]) -> None:
        """Send an event, a frame that answers no request."""
        self._post({"_type": kind, "_message": message})

    def close(self) -> None:
        """End the socket after what is already posted."""
        if not self._closing:
            self._closing = True
            self._frames.put_nowait(None)

    def _post(self, frame: dict[str, Any]) -> None:
        if self._closing:
            return
        if self._frames.qsize() >= MOST_WAITING:
            log.warning("a browser doesn't read its frames; its socket is closed")
            self.close()
            return
        self._frames.put_nowait(json.dumps(frame, separators=(",", ":")))

    async def run(self) -> None:
        """Send what is posted until :meth:`close`, or until the browser is gone."""
        try:
            while (frame := await self._frames.get()) is not None:
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await self._socket.send_text(frame)
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._socket.close()
        except (WebSocketDisconnect, RuntimeError, TimeoutError) as error:  # RuntimeError: it was closed meanwhile
            log.debug("the browser's socket is gone: %s", error)
        finally:
            self._closing = True
