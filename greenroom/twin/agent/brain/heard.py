"""Reads a conversation's messages: the prompt, what the caller and the agent said, and whether a line is a question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.brain.json_prompts import as_written_text

_ASKS = re.compile(
    r"^(?:(?:so|and|but|well|okay|ok|hello|hi|hey|sorry|please|excuse me)[, ]+)*"
    r"(?:what|when|where|which|who|whose|why|how|is|are|was|were|do|does|did|can|could|may|might|will|would|shall|should|"
    r"have|has|am|tell|give|explain|describe|i(?:'d| would) like to know|i want to know|i need to know)\b",
    re.IGNORECASE,
)


def prompt_of(messages: Sequence[Message]) -> str:
    """The text of all system messages, a line each, with JSON as text; content in parts is left out."""
    return " \n".join(as_written_text(content_of(m)) for m in messages if m.get("role") == "system")


def asked_in(messages: Sequence[Message]) -> list[str]:
    """What the caller said, oldest first."""
    return [content_of(m) for m in messages if m.get("role") == "user"]


def said_in(messages: Sequence[Message]) -> list[str]:
    """What the agent said, oldest first."""
    return [content_of(m) for m in messages if m.get("role") == "assistant"]


def content_of(message: Message) -> str:
    """The text of a message; "" for content in parts."""
    content = message.get("content")
    return content if isinstance(content, str) else ""


def is_question(text: str) -> bool:
    """Whether the caller asks something: by its mark or its first words."""
    return text.rstrip().endswith("?") or _ASKS.match(text.strip()) is not None
