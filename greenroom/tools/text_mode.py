"""Tools for a model whose server has no field for them: described in the prompt, called and answered as text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from greenroom.tools.definitions import ToolDefinition

_HOW = """You can call these tools:
{tools}
To call one, answer with nothing but <tool_call>{{"name": "TOOL", "arguments": {{…}}}}</tool_call>. You then get its result and
answer in plain words. Call a tool only when you need it and know its required arguments; ask for those that are missing."""


def as_text(messages: Sequence[Mapping[str, Any]], tools: Sequence[ToolDefinition]) -> list[dict[str, Any]]:
    """The same conversation without OpenAI's tool fields."""
    listed = "\n".join(json.dumps(tool.offered["function"], ensure_ascii=False) for tool in tools)
    described = [{"role": "system", "content": _HOW.format(tools=listed)}] if tools else []
    start = next((place for place, message in enumerate(messages) if message.get("role") != "system"), len(messages))
    turns = [_as_text_message(message) for message in messages]
    return [*turns[:start], *described, *turns[start:]]


def _as_text_message(message: Mapping[str, Any]) -> dict[str, Any]:
    if message.get("role") == "tool":
        return {"role": "user", "content": f"<tool_response>{message.get('content')}</tool_response>"}
    calls = message.get("tool_calls")
    if not calls:
        return dict(message)
    written = [f"<tool_call>{json.dumps(_call(call), ensure_ascii=False)}</tool_call>" for call in calls]
    return {"role": "assistant", "content": "\n".join([*filter(None, [message.get("content")]), *written])}


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": call["function"]["name"], "arguments": json.loads(call["function"]["arguments"])}
