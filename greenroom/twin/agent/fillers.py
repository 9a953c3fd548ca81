"""Filler words: a short phrase that bridges the wait for a slow answer (``filler_words``)."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from typing import Any

from greenroom.outside_json import Shape, fit_or_default

DEFAULT_WAIT_MS = 1500


class _FixedTime(Shape, frozen=True):
    response_wait_ms: float = DEFAULT_WAIT_MS


class _Trigger(Shape, frozen=True):
    fixed_time_config: _FixedTime = _FixedTime()


class _StaticPhrases(Shape, frozen=True):
    phrases: list[str] = []
    selection_rule: str = "shuffle"


class _FillerContent(Shape, frozen=True):
    static_config: _StaticPhrases = _StaticPhrases()


class _FillerBlock(Shape, frozen=True):
    enable: bool = False
    trigger: _Trigger = _Trigger()
    content: _FillerContent = _FillerContent()


class Fillers:
    """The phrases of one agent. Generated ones fall back on the list, as at Agora when the generator fails."""

    def __init__(self, properties: Mapping[str, Any]) -> None:
        block = fit_or_default(properties.get("filler_words"), _FillerBlock)
        static = block.content.static_config
        self.phrases = tuple(phrase.strip() for phrase in static.phrases if phrase.strip()) if block.enable else ()
        self.wait_s = min(60.0, max(0.0, block.trigger.fixed_time_config.response_wait_ms / 1000))
        self._in_turn: Iterator[str] = itertools.cycle(self.phrases)
        self._at_random = static.selection_rule != "round_robin"
        self._last = ""

    def next(self) -> str:
        """The next phrase, at random never the same twice in a row; "" without phrases."""
        if self._at_random and self.phrases:
            others = [phrase for phrase in self.phrases if phrase != self._last] or list(self.phrases)
            self._last = random.choice(others)
        else:
            self._last = next(self._in_turn, "")
        return self._last
