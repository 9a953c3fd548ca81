"""Tool calls that a small model writes into its answer: as tags, fenced JSON or bare JSON.

Text is taken for a call only if it names an offered tool and its arguments fit the tool's schema; else it stays text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from greenroom.tools.calls import MOST_CALLS_AT_ONCE, ToolRequest, arguments_in
from greenroom.tools.definitions import ToolDefinition
from greenroom.tools.schemas import argument_faults

#: How written calls begin: Qwen and Hermes, Llama, Phi, Mistral, and any model in a fence.
_OPENERS = ("<tool_call", "<function", "<|python_tag|>", "<|tool_call", "[tool_calls]", "<tools>", "```")
_NAMED_TAG = re.compile(r"<function[=\s]+(?:name=)?[\"']?([A-Za-z0-9_.-]+)[\"']?\s*>", re.IGNORECASE)
_ARGUMENTS = ("arguments", "parameters", "args", "input")
_LONGEST_HELD = 64 * 1024
_DECODER = json.JSONDecoder()


class WrittenCalls:
    """Filters one answer, however it is split into tokens. Feed it all, then :meth:`finish`."""

    def __init__(self, tools: Sequence[ToolDefinition]) -> None:
        self._tools = _by_name(tools)
        self._held = ""
        self._open = False
        self._begun = False

    def feed(self, token: str) -> str:
        """What can be spoken now; text that may be the beginning of a call is held back."""
        self._held += token
        if self._open:
            return self._release() if len(self._held) > _LONGEST_HELD else ""
        start = self._start()
        self._open = start < len(self._held) and self._is_opened(start)
        text, self._held = self._held[:start], self._held[start:]
        self._begun = self._begun or bool(text.strip())
        return text

    def finish(self) -> tuple[str, list[ToolRequest]]:
        """The rest of the text, and the calls in it."""
        calls = list(self._calls(self._held)) if self._open else []
        return ("" if calls else self._release()), calls

    def _release(self) -> str:
        text, self._held, self._open = self._held, "", False
        return text

    def _start(self) -> int:
        """Where a call begins or may begin; the length of the text when nowhere."""
        lowered = self._held.lower()
        starts = [at for opener in _OPENERS if (at := lowered.find(opener)) >= 0]
        if not self._begun and (bare := len(self._held) - len(self._held.lstrip())) < len(self._held):
            starts += [bare] if self._held[bare] in "{[" else []
        if starts:
            return min(starts)
        longest = max(len(opener) for opener in _OPENERS)
        for at in range(max(0, len(lowered) - longest), len(lowered)):
            if any(opener.startswith(lowered[at:]) for opener in _OPENERS):
                return at
        return len(lowered)

    def _is_opened(self, start: int) -> bool:
        rest = self._held[start:].lower()
        return rest.startswith(_OPENERS) or (not self._begun and rest[0] in "{[" and not self._held[:start].strip())

    def _calls(self, text: str) -> Iterator[ToolRequest]:
        number = 0
        for name, arguments in _written(text):
            tool = self._tools.get(name.lower())
            if tool is None or arguments is None or argument_faults(tool.parameters, arguments):
                continue
            number += 1
            if number > MOST_CALLS_AT_ONCE:
                return
            yield ToolRequest(f"text_{number}", tool.name, arguments, by="text")


def _by_name(tools: Sequence[ToolDefinition]) -> dict[str, ToolDefinition]:
    """In lower case. Small models leave out the server in front of an MCP tool's name: it counts bare if one tool has it."""
    bare = Counter(tool.remote_name.lower() for tool in tools)
    remote = {name: tool for tool in tools if bare[name := tool.remote_name.lower()] == 1 and name}
    return remote | {tool.name.lower(): tool for tool in tools}


def _written(text: str) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """Name and arguments of whatever looks like a call."""
    at = 0
    while (start := min((i for i in (text.find("{", at), text.find("[", at)) if i >= 0), default=-1)) >= 0:
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            at = start + 1
            continue
        tags = _NAMED_TAG.findall(text[at:start])
        if tags and isinstance(value, dict):
            yield tags[-1], value
        else:
            yield from _in_json(value)
        at = end


def _in_json(value: Any, depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    if depth > 3:
        return
    if isinstance(value, list):
        for element in value:
            yield from _in_json(element, depth + 1)
    elif isinstance(value, dict):
        inner = value.get("tool_calls") or value.get("function") or value.get("function_call")
        name = value.get("name") or value.get("tool") or value.get("tool_name") or (inner if isinstance(inner, str) else None)
        if isinstance(name, str):
            given = next((value[key] for key in _ARGUMENTS if key in value), {})
            yield name, given if isinstance(given, dict) else arguments_in(given) if isinstance(given, str) else None
        elif isinstance(inner, dict | list):
            yield from _in_json(inner, depth + 1)
