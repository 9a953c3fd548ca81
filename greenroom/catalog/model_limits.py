"""Limits that depend on the model, whoever serves it (OpenAI's and Anthropic's API references, seen 2026-11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: GPT-5 family and o-series: they refuse ``temperature``, ``top_p`` and ``max_tokens``.
_REASONING = re.compile(r"(?:^|[/.:])(?:gpt-5|o[134](?:-mini|-pro|-preview)?(?:$|-))", re.IGNORECASE)
#: Claude Opus 4.7 and newer: it refuses ``temperature`` and ``top_p``.
_STEADY_CLAUDE = re.compile(r"claude-opus-(?:4-(?:[7-9]|[1-9]\d)|[5-9])(?!\d)", re.IGNORECASE)

_NO_SAMPLING = {"llm.params.temperature": "", "llm.params.top_p": ""}
#: Vendors that talk OpenAI's protocol.
_OPENAI_PROTOCOL = frozenset({"managed", "openai", "azure", "compatible", "custom"})


def is_reasoning_model(model: Any) -> bool:
    """Whether an OpenAI model takes ``max_completion_tokens`` and no temperature."""
    return isinstance(model, str) and _REASONING.search(model) is not None


def takes_no_temperature(model: Any) -> bool:
    """Whether a model refuses a temperature."""
    return isinstance(model, str) and (is_reasoning_model(model) or _STEADY_CLAUDE.search(model) is not None)


#: With fewer tokens a model that reasons may use all of them up before it says a word.
REASONING_TOKENS = 500


def thinks_too_long(model: Any, max_tokens: Any) -> bool:
    """Whether a model's reasoning may use up the limit of an answer: its tokens count towards it."""
    is_set = isinstance(max_tokens, int) and not isinstance(max_tokens, bool)
    return is_reasoning_model(model) and is_set and max_tokens < REASONING_TOKENS


def model_renames(vendor: str, model: Any) -> Mapping[str, str]:
    """Other paths for settings of the language model, by their usual path; "" = the model does not take it."""
    if vendor in _OPENAI_PROTOCOL and is_reasoning_model(model):
        return {**_NO_SAMPLING, "llm.params.max_tokens": "llm.params.max_completion_tokens"}
    if vendor in ("anthropic", "bedrock") and takes_no_temperature(model):
        return _NO_SAMPLING
    return {}
