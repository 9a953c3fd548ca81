"""The scripted responder: reads out the sentence of the prompt that answers the question."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from greenroom.model.brain_choice import SCRIPTED_LABEL
from greenroom.twin.agent.brain.base import Message, Token
from greenroom.twin.agent.brain.by_rule import certain_answer

UNKNOWN = "I am the scripted responder of the offline twin. I can only read from my prompt, and it doesn't say."


class ScriptedBrain:
    """Instant and predictable, for demos without a model and for measurements. Calls tools by rule."""

    label = SCRIPTED_LABEL

    async def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncGenerator[Token, None]:
        """One token: a sentence, a call of a tool, or :data:`UNKNOWN`. Of ``params``, ``tools`` counts."""
        yield certain_answer(messages, params) or UNKNOWN

    async def close(self) -> None:
        """Holds nothing."""
