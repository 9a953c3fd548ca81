"""The commands of Agora's API to a running agent: speak, think, interrupt."""

from __future__ import annotations

from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.context import TalkContext
from greenroom.twin.agent.conversation_log import StartType
from greenroom.twin.agent.reply_queue import ReplyAction, ReplyRequest


class TalkCommands:
    """Turns commands into replies. Every command counts as activity."""

    def __init__(self, context: TalkContext) -> None:
        self._context = context

    def speak(self, text: str, priority: str, *, interruptable: bool) -> None:
        """Say ``text``. INTERRUPT: now. APPEND: after the current reply. IGNORE: if the agent is silent."""
        otherwise = "ignore" if self._context.replies.reply else "append"
        action = {"INTERRUPT": "interrupt", "APPEND": "append"}.get(priority, otherwise)
        self._perform(action, "api_speak", lambda reply: reply.say(text), interruptable)

    def think(self, text: str, *, listening: str, thinking: str, speaking: str, interruptable: bool) -> None:
        """Answer ``text`` as if the caller had said it. The three actions apply to what the agent is doing now.

        ``inject`` adds the text to the history, for the current or the next answer.
        """
        reply = self._context.replies.reply
        action = listening if reply is None else speaking if reply.speaking else thinking
        if action == "inject":
            self._context.conversation.remember("user", text)
            return
        self._perform(action, "api_think", lambda reply: reply.answer(self._asked(text)), interruptable)

    def interrupt(self) -> None:
        """Stop the reply in progress and drop the replies that wait."""
        self._context.idle_timer.record_activity()
        self._context.replies.drop("api_interrupt")

    def _asked(self, text: str) -> list[Message]:
        self._context.conversation.remember("user", text)
        return self._context.messages

    def _perform(self, action: str, start: StartType, work: ReplyAction, interruptable: bool) -> None:
        self._context.idle_timer.record_activity()
        metadata = {"action": start.removeprefix("api_"), "transport": "http"}
        if action == "interrupt":
            self._context.replies.drop("api_speak", listen=False)
        if action != "ignore":
            self._context.replies.append(ReplyRequest(start, work, interruptable, metadata=metadata))
