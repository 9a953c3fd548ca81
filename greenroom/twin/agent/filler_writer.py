"""Lets a model write a filler phrase that fits the conversation (``filler_words.content.generated_config``)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from greenroom.outside_json import Shape
from greenroom.twin.agent.brain.base import BrainError, Message
from greenroom.twin.agent.brain.openai_compatible import OpenAICompatible

#: A phrase that takes longer than this comes too late.
WRITING_S = 1.5
MOST_WORDS = 50
_PROMPT = """You bridge a short wait in a phone call. Write one filler phrase of at most eight words, such as "Let me check that
for you." It must not answer, promise or ask anything. Reply with the phrase alone."""


class FillerModel(Shape, frozen=True):
    """``llm_provider``: an OpenAI-compatible address. ``params`` go into the request unchanged."""

    url: str = ""
    api_key: str = ""
    params: dict[str, Any] = {}


class GeneratedPhrases(Shape, frozen=True):
    """``generated_config``. The limits are on the messages of the conversation that the model is shown."""

    prompt: str = ""
    context_message_limit: int = 1
    history_character_limit: int = 1000
    llm_provider: FillerModel = FillerModel()


class FillerWriter:
    """Holds a connection if the block names a model of its own; :meth:`close` ends it."""

    def __init__(self, config: GeneratedPhrases, private: Collection[str]) -> None:
        self._config = config
        model = config.llm_provider
        self._own = OpenAICompatible(model.url, api_key=model.api_key, private=private) if model.url else None

    async def write(self, agents: OpenAICompatible | None, params: Mapping[str, Any], said: Sequence[Message]) -> str:
        """A phrase after ``said``; "" without a server. ``agents``: the agent's model server, asked with ``params`` if the block
        names none. Raises BrainError when it gives no phrase in time.
        """
        model = self._own or agents
        if model is None:
            return ""
        asked = [{"role": "system", "content": self._config.prompt.strip() or _PROMPT}, self._shown(said)]
        written = ""
        try:
            async with asyncio.timeout(WRITING_S):
                sent = self._config.llm_provider.params if self._own else params
                async with aclosing(model.stream(asked, sent)) as tokens:
                    async for token in tokens:
                        written += token if isinstance(token, str) else ""
        except TimeoutError:
            raise BrainError(f"the model took longer than {WRITING_S:g} s") from None
        phrase = " ".join(written.replace('"', " ").split()[:MOST_WORDS])
        if not phrase:
            raise BrainError("the model's answer was empty")
        return phrase

    async def close(self) -> None:
        """End the connection."""
        if self._own is not None:
            await self._own.close()

    def _shown(self, said: Sequence[Message]) -> Message:
        """The end of the conversation, within both limits."""
        newest = [f"{message.get('role')}: {message.get('content')}" for message in said if message.get("role") != "system"]
        text = "\n".join(newest[-max(1, self._config.context_message_limit) :])
        limit = self._config.history_character_limit
        return {"role": "user", "content": text[-limit:] if limit > 0 else "…"}
