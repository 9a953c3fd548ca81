"""The parts of one agent that its turns share."""

from __future__ import annotations

from greenroom.clock import Clock
from greenroom.twin.agent.answer import SpeculativeReply
from greenroom.twin.agent.brain.base import Brain, Message
from greenroom.twin.agent.brain.scripted import ScriptedBrain
from greenroom.twin.agent.conversation_log import ConversationLog
from greenroom.twin.agent.engines import Engines
from greenroom.twin.agent.fillers import Fillers
from greenroom.twin.agent.idle_timer import IdleTimer
from greenroom.twin.agent.phrases import Phrases
from greenroom.twin.agent.properties import AgentProperties
from greenroom.twin.agent.reply_queue import ReplyQueue
from greenroom.twin.agent.seats import Seats
from greenroom.twin.agent.speaker import Speaker
from greenroom.twin.agent.tools.toolbox import Toolbox, ToolSettings
from greenroom.twin.agent.transcript import Transcript


class TalkContext:
    """Built before the agent joins its channel. ``brain``, ``properties`` and what comes with them are replaced."""

    def __init__(self, agent_id: str, properties: AgentProperties, engines: Engines, clock: Clock) -> None:
        self.agent_id = agent_id
        self.properties = properties
        self.clock = clock
        self.brain: Brain = ScriptedBrain()
        self.toolbox = Toolbox(ToolSettings())
        self.fillers = Fillers({})
        self.phrases = Phrases(engines, properties.tts, silent=properties.text_only)
        self.seats = Seats(clock)
        self.speaker = Speaker(self.seats.send_audio, clock, self.seats.preview)
        self.transcript = Transcript(self.seats.send_data, clock, properties.language)
        self.conversation = ConversationLog(agent_id, properties.channel, properties.max_history)
        self.speculative = SpeculativeReply(self)
        self.replies = ReplyQueue(self)
        self.idle_timer = IdleTimer(clock)

    @property
    def messages(self) -> list[Message]:
        """What the language model is asked with: the system messages and the history."""
        return self.messages_with()

    def messages_with(self, asked: str = "") -> list[Message]:
        """The same with ``asked`` as what the caller has said last; "" adds nothing."""
        return [*self.properties.system_messages, *self.conversation.memory(asked)]

    def interrupt_by(self, cause: str) -> None:
        """Stop the reply in progress unless it may not be interrupted; ``cause`` is Agora's name for the reason."""
        reply = self.replies.reply
        if reply is not None and reply.interruptable:
            self.replies.drop(cause)
