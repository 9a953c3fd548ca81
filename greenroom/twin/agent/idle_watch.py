"""Watches a running agent: reminders after a silence, the idle timeout, the longest lifetime."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.callers import Callers
from greenroom.twin.agent.context import TalkContext
from greenroom.twin.agent.properties import SilenceReminder
from greenroom.twin.agent.reply import Reply
from greenroom.twin.agent.reply_queue import ReplyRequest

TICK_S = 0.05
#: Agora ends every agent after 72 hours.
LIFETIME_S = 72 * 3600.0
IDLE_EXIT, LIFETIME_EXIT = "Idle for too long", "Task lifetime limit exceeded"


class IdleWatch:
    """Runs beside the conversation of one agent."""

    def __init__(self, context: TalkContext, callers: Callers) -> None:
        self._context = context
        self._callers = callers

    async def until_due(self) -> str:
        """Watch until the agent has to leave; returns Agora's exit message."""
        while (message := self._tick()) is None:
            await asyncio.sleep(TICK_S)
        return message

    def _tick(self) -> str | None:
        self._callers.tick()
        context, timer = self._context, self._context.idle_timer
        if context.replies.reply is not None or self._callers.speaking:
            timer.record_activity()
        if context.properties.reminder.due(timer.silent_s):
            self._remind(context.properties.reminder)
        if context.properties.idle_s and timer.idle_s >= context.properties.idle_s:
            return IDLE_EXIT
        return LIFETIME_EXIT if timer.open_s >= LIFETIME_S else None

    def _remind(self, reminder: SilenceReminder) -> None:
        # Restart the silence even if nothing is said: the next reminder waits for its full time again.
        self._context.idle_timer.record_activity()
        prompt: Message = {"role": "user", "content": reminder.content}

        def remind(reply: Reply) -> Awaitable[None]:
            if reminder.action == "think":
                return reply.answer([*self._context.messages, prompt])
            return reply.say(reminder.content)

        self._context.replies.append(ReplyRequest("silence_timeout", remind))
