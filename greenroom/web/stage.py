"""The stage's WebSocket: from handshake to close; receives messages in order, and sends what there is to say."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from greenroom.clock import Clock
from greenroom.errors import AgoraError, GreenroomError, LimitReached, NotAllowed, StoreUnavailable, TwinUnavailable
from greenroom.http_security.client_network import client_of
from greenroom.http_security.same_origin import require_same_origin
from greenroom.model.session import SessionId
from greenroom.security_log import record
from greenroom.services.calls import Calls, Watchdog
from greenroom.web import sockets
from greenroom.web.error_responses import error_body
from greenroom.web.messages import InvalidMessage, parse, ref_of
from greenroom.web.session_quota import StageLimits, TooFast
from greenroom.web.stage_messages import ACTIONS, IN_TURN, NOT_AFTER_THE_CALL, NOT_FOR_GUESTS, Message, StageMessages
from greenroom.web.stages import Outbox, Stages

HELLO_TIMEOUT_S = 10.0
#: Of RFC 6455: "policy violation", for a foreign origin or a wrong capability.
POLICY_VIOLATION = 1008
#: The database or the twin is unavailable: the page reconnects by itself.
TRY_AGAIN_LATER = 1013


class StageSocket:
    """A connected page of a session."""

    def __init__(self, socket: WebSocket, calls: Calls, watchdog: Watchdog, clock: Clock, limits: StageLimits) -> None:
        self._limits = limits
        self._socket = socket
        self._calls = calls
        self._watchdog = watchdog
        self._clock = clock
        self._id = SessionId(socket.path_params["session_id"])
        self._out: Outbox | None = None
        self._work: set[asyncio.Task[None]] = set()
        self._guest = False
        self._messages = StageMessages(self._id, calls, watchdog, limits, self._say)

    async def serve(self, stages: Stages) -> None:
        """Serve the connection from handshake to close. The session outlives it, since a page may reconnect."""
        try:
            require_same_origin(self._socket)
        except NotAllowed:
            await sockets.close(self._socket, POLICY_VIOLATION)
            return
        await self._socket.accept()
        try:
            accepted = await self._hello()
        except (StoreUnavailable, TwinUnavailable):
            await sockets.close(self._socket, TRY_AGAIN_LATER)
            return
        if not accepted:
            await sockets.close(self._socket, POLICY_VIOLATION)
            return
        try:
            with self._limits.pages.of(self._id):
                await self._talk(stages)
        except LimitReached:
            record("socket_closed", session=self._id, why="too many pages")
            await sockets.close(self._socket, TRY_AGAIN_LATER)

    async def _talk(self, stages: Stages) -> None:
        self._out = stages.open(self._id)
        sender = asyncio.create_task(self._send_all(self._out), name=f"stage-out-{self._id}")
        try:
            await self._welcome()
            await self._receive_all()
        except StoreUnavailable:
            await sockets.close(self._socket, TRY_AGAIN_LATER)
        finally:
            stages.close(self._id, self._out)
            for task in (sender, *self._work):
                task.cancel()
            await asyncio.gather(sender, *self._work, return_exceptions=True)

    async def _hello(self) -> bool:
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                message = parse(await self._receive_text())
            self._calls.require(self._id, message.get("capability"))
            self._watchdog.page_back(self._id)
            await run_in_threadpool(self._calls.page_connected, self._id)
        except (StoreUnavailable, TwinUnavailable):
            raise
        except NotAllowed as error:
            record("socket_refused", why=str(error), session=self._id, client=client_of(self._socket))
            return False
        except (TimeoutError, WebSocketDisconnect, GreenroomError, KeyError):
            return False
        return message["type"] == "hello"

    async def _welcome(self) -> None:
        session = await run_in_threadpool(self._calls.get, self._id)
        self._guest = session.guest_link != ""
        self._say("welcome", server_ms=self._clock.now_ms())
        if session.state == "ended":
            await self._messages.reply_ended()
        elif session.state == "running":
            self._say("agent", agent_id=session.agora_agent_id, status="RUNNING")
            self._watchdog.idle.page_back(self._id)

    async def _receive_all(self) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                try:
                    raw = await self._receive_text()
                    self._limits.quota.take(self._id, len(raw))
                    message = parse(raw)
                except TooFast:
                    record("socket_closed", session=self._id, why="too many messages")
                    await sockets.close(self._socket, POLICY_VIOLATION)
                    return
                except (InvalidMessage, LimitReached) as error:
                    self._problem(error)
                    continue
                if message["type"] in IN_TURN:
                    await self._handle(message)
                else:  # talks to Agora: must not hold up heartbeats
                    task = asyncio.create_task(self._handle_apart(message), name=f"stage-{message['type'][:20]}")
                    self._work.add(task)
                    task.add_done_callback(self._work.discard)

    async def _receive_text(self) -> str:
        """The next text. Raises InvalidMessage for a binary frame, WebSocketDisconnect at the end."""
        frame = await self._socket.receive()
        if frame["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(frame.get("code", 1000))
        if (text := frame.get("text")) is None:
            raise InvalidMessage("The message isn't text.")
        return text

    async def _handle_apart(self, message: Message) -> None:
        try:
            with self._limits.at_once.of(self._id):
                await self._handle(message)
        except LimitReached as error:
            self._problem(error, ref=ref_of(message))

    async def _handle(self, message: Message) -> None:
        try:
            if (action := ACTIONS.get(message["type"])) is None:
                raise InvalidMessage("The server doesn't support this message type.")
            if message["type"] in NOT_AFTER_THE_CALL:
                with contextlib.suppress(StoreUnavailable):  # the lease and the turns of a call go on without it
                    await run_in_threadpool(self._calls.require_recent, self._id)
            if self._guest and message["type"] in NOT_FOR_GUESTS:
                raise NotAllowed("Guests can't direct the agent.", advice="Talk to it instead.")
            await action(self._messages, message)
        except AgoraError as error:
            self._problem(error, fatal=message["type"] == "joined", ref=ref_of(message))
        except GreenroomError as error:
            self._problem(error, ref=ref_of(message))

    async def _send_all(self, out: Outbox) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # RuntimeError: the connection closed meanwhile
            while True:
                await self._socket.send_json(await out.get())

    def _say(self, kind: str, **fields: Any) -> None:
        if self._out is not None:
            self._out.put({"type": kind, **fields})

    def _problem(self, error: GreenroomError, fatal: bool = False, ref: str = "") -> None:
        said = error_body(error)
        self._say("problem", message=said["error"], advice=said["advice"], fatal=fatal, ref=ref)
