"""The gateway's WebSocket: Agora's JSON envelope and its dispatch.

A request ``{"_id", "_type", "_message"}`` is granted or refused with the same ``_id``. Frames without ``_id`` are notices.
Other frames are ignored; they end neither the socket nor the session.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.websockets import WebSocket

from greenroom.outside_json import Shape, UnreadableJson, fit, parse
from greenroom.twin.edge.error_codes import GatewayCode, JoinRefused
from greenroom.twin.edge.fields import Json
from greenroom.twin.edge.join import read_join
from greenroom.twin.edge.session_registry import SessionRegistry
from greenroom.twin.edge.verbs import VERBS
from greenroom.twin.edge.wire import SignalingSocket

log = logging.getLogger(__name__)

#: The largest frame that is read, in characters: a data-stream message of 32 KiB in base64, and room for a join.
LARGEST_FRAME = 128 * 1024
#: How long a socket may stay open without a session, in seconds.
JOIN_WITHIN_S = 20.0
GOODBYE_S = 2.0


class _Frame(Shape, frozen=True):
    verb: str = msgspec.field(name="_type")
    id: Any = msgspec.field(name="_id", default=None)


class _Rejoin(Shape, frozen=True):
    token: str


class Gateway:
    """Serves all signaling sockets of an edge."""

    def __init__(self, registry: SessionRegistry) -> None:
        self._registry = registry
        self._open: dict[SignalingSocket, asyncio.Event] = {}

    async def serve(self, socket: WebSocket) -> None:
        """One socket, from its opening to its end."""
        await socket.accept()
        wire = SignalingSocket(socket)
        closed = self._open[wire] = asyncio.Event()
        writer = asyncio.create_task(wire.run(), name="edge: socket writer")
        try:
            await self._read(socket, wire, writer)
        finally:
            if wire.session is not None:
                wire.session.link.detach(wire)
            wire.close()
            try:
                await writer
            finally:
                del self._open[wire]
                closed.set()

    async def close(self) -> None:
        """Close every socket and wait for the browsers' close frames, up to a time limit."""
        closed = [asyncio.create_task(closed.wait()) for closed in self._open.values()]
        for wire in list(self._open):
            wire.close()
        if closed:
            _, waiting = await asyncio.wait(closed, timeout=GOODBYE_S)
            for task in waiting:
                task.cancel()

    async def _read(self, socket: WebSocket, wire: SignalingSocket, writer: asyncio.Task[None]) -> None:
        """Handle frames until one side closes the socket."""
        while not writer.done():
            receiving = asyncio.create_task(socket.receive(), name="edge: socket reader")
            try:
                patience_s = None if wire.session else JOIN_WITHIN_S
                await asyncio.wait([receiving, writer], timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not receiving.done():
                    receiving.cancel()
            if receiving.cancelling() or (received := receiving.result())["type"] == "websocket.disconnect":
                return
            if wire.session is not None:
                wire.session.link.heard()
            request = _read_request(received.get("text"), wire)
            if request is not None:
                await self._take(request)

    async def _take(self, request: _Request) -> None:
        try:
            await self._perform(request)
            request.grant({})
        except JoinRefused as refused:
            log.info("%.40r refused: %s", request.verb, refused.text)
            request.refuse(refused)
        except UnreadableJson as bad:
            log.info("%.40r malformed: %s", request.verb, bad)
            request.refuse(JoinRefused(GatewayCode.ERR_NOT_SUPPORTED_MESSAGE, str(bad)))
        except Exception:  # a bug fails one request, not the call
            log.exception("%.40r failed", request.verb)
            request.refuse(JoinRefused(GatewayCode.ERR_NOT_SUPPORTED_MESSAGE))

    async def _perform(self, request: _Request) -> None:
        if request.verb == "join_v3":
            await self._join(request)
        elif request.verb == "rejoin_v3":
            session = self._registry.rejoin(fit(request.message, _Rejoin).token, request.wire)
            request.grant({"peers": session.browser.peers()})
            session.link.catch_up()
        elif verb := VERBS.get(request.verb):
            session = request.wire.session
            if session is not None:
                await verb(session, request.message, request.grant)
            elif request.verb not in ("ping", "leave"):
                raise JoinRefused(GatewayCode.ERR_NOT_JOINED)

    async def _join(self, request: _Request) -> None:
        session = await self._registry.join(read_join(request.message), request.wire)
        request.grant(
            {
                "uid": session.browser.uid,
                "vid": 1,
                "rejoin_token": session.rejoin_token,
                "return_vosip": False,
                "attributes": {"userAttributes": {"subscribeAudioFilterTopN": 0}},
                "ortc": session.media.path.our_half(),
            }
        )
        capabilities = {"video_codec": ["VP8"], "extmap_allow_mixed": False, "web_av1_svc": False}
        session.link.event("on_rtp_capability_change", capabilities)
        session.browser.enter()


class _Request:
    """A browser's request, answered once if it has an id."""

    def __init__(self, frame: _Frame, message: Any, wire: SignalingSocket) -> None:
        self.wire = wire
        self.verb = frame.verb
        self.message: Json = message if isinstance(message, Mapping) else {}
        self._id = frame.id if isinstance(frame.id, str) and frame.id else None

    def grant(self, message: Mapping[str, Any]) -> None:
        if self._id is not None:
            self.wire.reply(self._id, dict(message))
            self._id = None

    def refuse(self, refused: JoinRefused) -> None:
        if self._id is not None:
            self.wire.fail(self._id, refused)
            self._id = None


def _read_request(received: str | None, wire: SignalingSocket) -> _Request | None:
    """None for a frame that is binary, too large, no JSON object, or does not say what it wants."""
    if received is None or len(received) > LARGEST_FRAME:
        return None
    try:
        frame = parse(received)
        return _Request(fit(frame, _Frame), frame.get("_message"), wire)
    except UnreadableJson:
        return None
