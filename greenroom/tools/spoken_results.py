"""Puts a tool's result into an English sentence, for a brain without a model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from greenroom.tools.argument_words import split_name

Message = Mapping[str, Any]
_SPOKEN = ("message", "say", "summary", "text", "answer", "speech")
_MOST_FIELDS = 4
FAILED = "I'm sorry, I couldn't look that up just now. A colleague can call you back about it."


def spoken(content: str) -> str:
    """A tool's result as a sentence: its own message, or its first fields."""
    try:
        result = json.loads(content)
    except (ValueError, RecursionError):
        return content.strip()[:400]
    if isinstance(result, list):
        return spoken(json.dumps(result[0])) if result else "I found nothing for that."
    if not isinstance(result, dict):
        return str(result)
    if "error" in result:
        return FAILED
    if message := next((result[key] for key in _SPOKEN if isinstance(result.get(key), str)), ""):
        return message
    fields = [(split_name(name), value) for name, value in result.items() if isinstance(value, str | int | float)]
    facts = ", ".join(
        f"{name} {'yes' if value is True else 'no' if value is False else value}" for name, value in fields[:_MOST_FIELDS]
    )
    return f"Here is what I found: {facts}." if facts else "That is done."


def results_read_out(messages: Sequence[Message]) -> str:
    """The results of the last round of calls, as sentences, without repetitions."""
    results = []
    for message in reversed(messages):
        if message.get("role") != "tool":
            break
        results.append(spoken(str(message.get("content") or "")))
    return " ".join(dict.fromkeys(reversed(results)))
