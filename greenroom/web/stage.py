"""The stage's WebSocket: receives heartbeats, turns and commands; sends results and notices."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
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
from greenroom.web.messages import (
    InvalidMessage,
    end_reason,
    parse,
    priority_of,
    ref_of,
    said_text,
    silence_of,
    text_of,
    tool_call_of,
    turn_fields,
    turn_of,
)
from greenroom.web.session_quota import StageLimits, TooFast
from greenroom.web.stages import Outbox, Stages

HELLO_TIMEOUT_S = 10.0
#: Of RFC 6455: a foreign origin or a wrong capability; the database or the twin is away, and the page reconnects by itself.
POLICY_VIOLATION, TRY_AGAIN_LATER = 1008, 1013

Message = dict[str, Any]


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
        self._late = False  # the last turn could not be written yet

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
            await self._say_ended()
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
            await action(self, message)
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

    async def _say_ended(self) -> None:
        session = await run_in_threadpool(self._calls.get, self._id)
        self._say("ended", reason=session.end_reason, detail=session.end_detail, length_s=session.length_s)

    def _problem(self, error: GreenroomError, fatal: bool = False, ref: str = "") -> None:
        said = error_body(error)
        self._say("problem", message=said["error"], advice=said["advice"], fatal=fatal, ref=ref)

    # ── one method a message type

    async def heartbeat(self, message: Message) -> None:
        """Every 2 s while the page is open: renews the call's lease, and says for how long both have been silent."""
        self._watchdog.idle.silence(self._id, silence_of(message))
        if not await run_in_threadpool(self._calls.seen, self._id):
            await self._say_ended()  # another process ended the call, and can't tell this page

    async def activity(self, message: Message) -> None:
        """The caller did something else than speak, which restarts the idle timer."""
        self._watchdog.idle.activity(self._id)

    async def joined(self, message: Message) -> None:
        """The page is in the channel with its microphone: start the agent. Replies ``agent``; an AgoraError ends the attempt."""
        agent = await self._limits.agora.run(self._calls.start_agent, self._id)
        self._say("agent", agent_id=agent.agent_id, status="STARTING")

    async def greet(self, message: Message) -> None:
        """The presenter of a held call pressed Start. Raises AgoraError, Conflict."""
        await self._limits.agora.run(self._calls.held.greet, self._id)

    async def agent_seen(self, message: Message) -> None:
        """The agent joined the channel, for the event log."""
        await run_in_threadpool(self._calls.record_event, self._id, "agent_seen")

    async def agent_gone(self, message: Message) -> None:
        """The agent left the channel, with the ``reason`` that the SDK gives; the watchdog then asks Agora why."""
        await run_in_threadpool(self._calls.record_event, self._id, "agent_gone", text_of(message, "reason", 200))
        self._watchdog.stage_left(self._id)

    async def turn(self, message: Message) -> None:
        """A turn that ended, or a correction of one. While the database is away it waits in memory, which a ``notice`` says."""
        written = await run_in_threadpool(self._calls.record_turn, self._id, turn_of(message))
        if not written and not self._late:
            self._say("notice", text="The database is unavailable. The transcript is kept and saved when it is back.")
        self._late = not written

    async def tool_call(self, message: Message) -> None:
        """A tool call that is over; a repeat has no effect."""
        await run_in_threadpool(self._calls.record_tool_call, self._id, tool_call_of(message))

    async def typed(self, message: Message) -> None:
        """A typed message to the agent, as if it had been said. Replies ``accepted`` with the message's ``ref``."""
        await self._limits.agora.run(self._calls.commands.send, self._id, said_text(message), priority_of(message))
        self._say("accepted", ref=ref_of(message))

    async def say(self, message: Message) -> None:
        """A text that the agent says word for word, up to ``SAY_MAX_BYTES``. Replies ``accepted``."""
        await self._limits.agora.run(self._calls.commands.say, self._id, said_text(message), priority_of(message))
        self._say("accepted", ref=ref_of(message))

    async def whisper(self, message: Message) -> None:
        """An instruction to the agent that the caller doesn't hear. Replies ``accepted``."""
        await self._limits.agora.run(self._calls.commands.whisper, self._id, said_text(message))
        self._say("accepted", ref=ref_of(message))

    async def interrupt(self, message: Message) -> None:
        """Stops what the agent is saying."""
        await self._limits.agora.run(self._calls.commands.interrupt, self._id)

    async def event(self, message: Message) -> None:
        """Something for the event log: ``kind`` up to 60 characters, ``detail`` up to 2000."""
        kind, detail = text_of(message, "kind", 60), text_of(message, "detail", 2000)
        await run_in_threadpool(self._calls.record_event, self._id, kind, detail)

    async def renew(self, message: Message) -> None:
        """The caller's token is about to expire. Replies ``token`` with a new one."""
        self._say("token", token=await run_in_threadpool(self._calls.renewed_token, self._id))

    async def missed(self, message: Message) -> None:
        """The page is in the channel again after it was away. Replies ``turn`` for each of the newest turns, oldest first."""
        for turn in await run_in_threadpool(lambda: self._calls.closing.missed(self._calls.get(self._id))):
            self._say("turn", **turn_fields(turn))

    async def end(self, message: Message) -> None:
        """The page ends the call. If it had ended already, replies ``ended`` with how."""
        reason = end_reason(message)
        if not await run_in_threadpool(self._calls.end, self._id, reason):
            await self._say_ended()


ACTIONS: Mapping[str, Callable[[StageSocket, Message], Awaitable[None]]] = {
    "heartbeat": StageSocket.heartbeat,
    "activity": StageSocket.activity,
    "joined": StageSocket.joined,
    "greet": StageSocket.greet,
    "agent_seen": StageSocket.agent_seen,
    "agent_gone": StageSocket.agent_gone,
    "turn": StageSocket.turn,
    "tool_call": StageSocket.tool_call,
    "typed": StageSocket.typed,
    "say": StageSocket.say,
    "whisper": StageSocket.whisper,
    "interrupt": StageSocket.interrupt,
    "event": StageSocket.event,
    "renew": StageSocket.renew,
    "missed": StageSocket.missed,
    "end": StageSocket.end,
}

#: Makes the agent speak or changes its behavior.
NOT_FOR_GUESTS = frozenset({"say", "whisper"})

#: Handled in sequence, so that turns are stored in order.
IN_TURN = frozenset({"heartbeat", "activity", "turn", "tool_call", "event", "agent_seen"})

#: Refused once the call and its grace are over. The others need a running call, or end one.
NOT_AFTER_THE_CALL = IN_TURN | {"agent_gone"}
