"""What the stage's messages do: one method for each type that a page sends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool

from greenroom.model.session import SessionId
from greenroom.services.calls import Calls, Watchdog
from greenroom.web.messages import (
    end_reason,
    priority_of,
    ref_of,
    said_text,
    silence_of,
    text_of,
    tool_call_of,
    turn_fields,
    turn_of,
)
from greenroom.web.session_quota import StageLimits

Message = dict[str, Any]


class PageReply(Protocol):
    """Sends a message of this kind to the page."""

    def __call__(self, kind: str, **fields: Any) -> None:
        """``fields`` are the rest of the message."""


class StageMessages:
    """The messages of one connected page. Methods raise a GreenroomError for what cannot be done."""

    def __init__(self, session_id: SessionId, calls: Calls, watchdog: Watchdog, limits: StageLimits, reply: PageReply) -> None:
        self._id = session_id
        self._calls = calls
        self._watchdog = watchdog
        self._limits = limits
        self._reply = reply
        self._late = False  # the last turn could not be written yet

    async def heartbeat(self, message: Message) -> None:
        """Every 2 s while the page is open: renews the call's lease, and says for how long both have been silent."""
        self._watchdog.idle.silence(self._id, silence_of(message))
        if not await run_in_threadpool(self._calls.seen, self._id):
            await self.reply_ended()  # another process ended the call, and can't tell this page

    async def activity(self, message: Message) -> None:
        """The caller did something else than speak, which restarts the idle timer."""
        self._watchdog.idle.activity(self._id)

    async def joined(self, message: Message) -> None:
        """The page is in the channel with its microphone: start the agent. Replies ``agent``; an AgoraError ends the attempt."""
        agent = await self._limits.agora.run(self._calls.start_agent, self._id)
        self._reply("agent", agent_id=agent.agent_id, status="STARTING")

    async def greet(self, message: Message) -> None:
        """The presenter of a held call pressed Start. Raises AgoraError, Conflict."""
        await self._limits.agora.run(self._calls.held.greet, self._id)

    async def agent_seen(self, message: Message) -> None:
        """The agent joined the channel, for the event log; if this call replaces another one, that one ends."""
        await run_in_threadpool(self._calls.record_event, self._id, "agent_seen")
        await self._limits.agora.run(self._calls.take_over, self._id)

    async def agent_gone(self, message: Message) -> None:
        """The agent left the channel, with the ``reason`` that the SDK gives; the watchdog then asks Agora why."""
        await run_in_threadpool(self._calls.record_event, self._id, "agent_gone", text_of(message, "reason", 200))
        self._watchdog.stage_left(self._id)

    async def turn(self, message: Message) -> None:
        """A turn that ended, or a correction of one. While the database is away it waits in memory, which a ``notice`` says."""
        written = await run_in_threadpool(self._calls.record_turn, self._id, turn_of(message))
        if not written and not self._late:
            self._reply("notice", text="The database is unavailable. The transcript is kept and saved when it is back.")
        self._late = not written

    async def tool_call(self, message: Message) -> None:
        """A tool call that is over; a repeat has no effect."""
        await run_in_threadpool(self._calls.record_tool_call, self._id, tool_call_of(message))

    async def typed(self, message: Message) -> None:
        """A typed message to the agent, as if it had been said. Replies ``accepted`` with the message's ``ref``."""
        await self._limits.agora.run(self._calls.commands.send, self._id, said_text(message), priority_of(message))
        self._reply("accepted", ref=ref_of(message))

    async def say(self, message: Message) -> None:
        """A text that the agent says word for word, up to ``SAY_MAX_BYTES``. Replies ``accepted``."""
        await self._limits.agora.run(self._calls.commands.say, self._id, said_text(message), priority_of(message))
        self._reply("accepted", ref=ref_of(message))

    async def whisper(self, message: Message) -> None:
        """An instruction to the agent that the caller doesn't hear. Replies ``accepted``."""
        await self._limits.agora.run(self._calls.commands.whisper, self._id, said_text(message))
        self._reply("accepted", ref=ref_of(message))

    async def interrupt(self, message: Message) -> None:
        """Stops what the agent is saying."""
        await self._limits.agora.run(self._calls.commands.interrupt, self._id)

    async def event(self, message: Message) -> None:
        """Something for the event log: ``kind`` up to 60 characters, ``detail`` up to 2000."""
        kind, detail = text_of(message, "kind", 60), text_of(message, "detail", 2000)
        await run_in_threadpool(self._calls.record_event, self._id, kind, detail)

    async def renew(self, message: Message) -> None:
        """The caller's token is about to expire. Replies ``token`` with a new one."""
        self._reply("token", token=await run_in_threadpool(self._calls.renewed_token, self._id))

    async def missed(self, message: Message) -> None:
        """The page is in the channel again after it was away. Replies ``turn`` for each of the newest turns, oldest first."""
        for turn in await run_in_threadpool(lambda: self._calls.closing.missed(self._calls.get(self._id))):
            self._reply("turn", **turn_fields(turn))

    async def end(self, message: Message) -> None:
        """The page ends the call. If it had ended already, replies ``ended`` with how."""
        reason = end_reason(message)
        if not await run_in_threadpool(self._calls.end, self._id, reason):
            await self.reply_ended()

    async def reply_ended(self) -> None:
        """Say how the call ended."""
        session = await run_in_threadpool(self._calls.get, self._id)
        self._reply("ended", reason=session.end_reason, detail=session.end_detail, length_s=session.length_s)


ACTIONS: Mapping[str, Callable[[StageMessages, Message], Awaitable[None]]] = {
    "heartbeat": StageMessages.heartbeat,
    "activity": StageMessages.activity,
    "joined": StageMessages.joined,
    "greet": StageMessages.greet,
    "agent_seen": StageMessages.agent_seen,
    "agent_gone": StageMessages.agent_gone,
    "turn": StageMessages.turn,
    "tool_call": StageMessages.tool_call,
    "typed": StageMessages.typed,
    "say": StageMessages.say,
    "whisper": StageMessages.whisper,
    "interrupt": StageMessages.interrupt,
    "event": StageMessages.event,
    "renew": StageMessages.renew,
    "missed": StageMessages.missed,
    "end": StageMessages.end,
}

#: Makes the agent speak or changes its behavior.
NOT_FOR_GUESTS = frozenset({"say", "whisper"})

#: Handled in sequence, so that turns are stored in order.
IN_TURN = frozenset({"heartbeat", "activity", "turn", "tool_call", "event", "agent_seen"})

#: Refused once the call and its grace are over. The others need a running call, or end one.
NOT_AFTER_THE_CALL = IN_TURN | {"agent_gone"}
