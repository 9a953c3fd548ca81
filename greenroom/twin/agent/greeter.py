"""Greets callers: the first one who comes into the empty channel, once a caller can hear it."""

from __future__ import annotations

import asyncio

from greenroom.twin.agent.context import TalkContext
from greenroom.twin.agent.reply_queue import ReplyRequest
from greenroom.twin.seat import Uid

#: Seconds between a browser's subscription and the greeting: its first frames fill the jitter buffer.
GREETING_PAUSE_S = 0.1


class Greeter:
    """Counts the greetings of one agent, so that ``single_first`` greets once."""

    def __init__(self, context: TalkContext) -> None:
        self._context = context
        self._greetings = 0

    async def welcome(self, uid: Uid, *, first: bool) -> None:
        """Send ``uid`` the agent's state; greet if ``uid`` is the ``first`` one in an empty channel."""
        context = self._context
        greeting = context.properties.greeting
        if not context.properties.text_only:
            await context.idle_timer.wait_until_audible(lambda: context.seats.audience > 0)
            await asyncio.sleep(max(GREETING_PAUSE_S, greeting.delay_ms / 1000))
        context.transcript.repeat_state(context.replies.turn)
        present = uid in context.idle_timer.present
        due = greeting.text and first and present and (greeting.every or not self._greetings)
        if due and context.replies.reply is None and (self._greetings or not context.replies.turn):
            self._greet()

    def _greet(self) -> None:
        self._greetings += 1
        greeting = self._context.properties.greeting
        self._context.replies.append(
            ReplyRequest(
                "greeting",
                lambda reply: reply.say(greeting.text),
                greeting.interruptable,
                number=0 if self._greetings == 1 else None,
                metadata={"greeting_nth": self._greetings},
            )
        )
