"""Filler words: a short phrase that bridges the wait for a slow answer (``filler_words``)."""

from __future__ import annotations

import itertools
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from greenroom.outside_json import Shape, fit_or_default
from greenroom.twin.agent.brain.base import Brain, BrainError, Message
from greenroom.twin.agent.brain.openai_compatible import OpenAICompatible
from greenroom.twin.agent.filler_writer import FillerWriter, GeneratedPhrases

DEFAULT_WAIT_MS = 1500


class _FixedTime(Shape, frozen=True):
    response_wait_ms: float = DEFAULT_WAIT_MS


class _Trigger(Shape, frozen=True):
    fixed_time_config: _FixedTime = _FixedTime()


class _StaticPhrases(Shape, frozen=True):
    phrases: list[str] = []
    selection_rule: str = "shuffle"


class _FillerContent(Shape, frozen=True):
    mode: str = "static"
    static_config: _StaticPhrases = _StaticPhrases()
    generated_config: GeneratedPhrases = GeneratedPhrases()


class _FillerBlock(Shape, frozen=True):
    enable: bool = False
    trigger: _Trigger = _Trigger()
    content: _FillerContent = _FillerContent()


class Fillers:
    """The phrases of one agent: from a list, or written by a model, with the list for when that fails. :meth:`close` ends its
    connections."""

    def __init__(self, properties: Mapping[str, Any], private: Collection[str] = ()) -> None:
        """``private``: places (``host:port``) inside this computer's network that a model's address may lead to."""
        block = fit_or_default(properties.get("filler_words"), _FillerBlock)
        static = block.content.static_config
        self.phrases = tuple(phrase.strip() for phrase in static.phrases if phrase.strip()) if block.enable else ()
        self.wait_s = min(60.0, max(0.0, block.trigger.fixed_time_config.response_wait_ms / 1000))
        generated = block.enable and block.content.mode == "generated"
        self._writer = FillerWriter(block.content.generated_config, private) if generated else None
        self._told = False
        self._in_turn: Iterator[str] = itertools.cycle(self.phrases)
        self._at_random = static.selection_rule != "round_robin"
        self._last = ""

    async def phrase(self, brain: Brain, params: Mapping[str, Any], said: Sequence[Message]) -> tuple[str, str]:
        """The phrase to say now, and what went wrong in generating it, told once in a call.

        ``brain`` and ``params`` are the agent's own model, asked if the block names none. A model inside the twin isn't: it is
        busy with the answer.
        """
        if self._writer is None:
            return self.next(), ""
        own = brain if isinstance(brain, OpenAICompatible) else None
        try:
            return await self._writer.write(own, params, said) or self.next(), ""
        except BrainError as error:
            problem = "" if self._told else f"No filler phrase was generated: {error}. Phrases come from the list."
            self._told = True
            return self.next(), problem

    def next(self) -> str:
        """The next phrase of the list, at random never the same twice in a row; "" without phrases."""
        if self._at_random and self.phrases:
            others = [phrase for phrase in self.phrases if phrase != self._last] or list(self.phrases)
            self._last = random.choice(others)
        else:
            self._last = next(self._in_turn, "")
        return self._last

    async def close(self) -> None:
        """End the connections to a model of its own."""
        if self._writer is not None:
            await self._writer.close()
