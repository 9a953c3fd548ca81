"""The keyless responder: it writes nothing of its own, it reads out the sentence of the prompt that fits the question."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from greenroom.twin.agent.brain import facts
from greenroom.twin.agent.brain.base import Message

UNKNOWN = "I am the scripted responder of the offline twin. I can only read out of my prompt, and it says nothing about that."


class ScriptedBrain:
    """Instant and predictable, which is what demos without a model and measurements need."""

    label = "Scripted responder (answers out of the prompt)"

    async def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncGenerator[str, None]:
        yield facts.reply(messages) or UNKNOWN

    async def close(self) -> None:
        """Nothing is held."""
