"""Tool calls: the request of a model, the outcome, and the messages that give both back to the model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

#: ok · error: the tool failed or refused · timeout · invalid: the arguments do not fit · cancelled: the caller interrupted
CallStatus = Literal["ok", "error", "timeout", "invalid", "cancelled"]
#: How a model asked: by the API's own field, by text, or the built-in brain by a rule.
AskedBy = Literal["model", "text", "rule"]
#: Limits: calls in one answer of a model, and rounds of calls in one turn.
MOST_CALLS_AT_ONCE, MOST_ROUNDS = 8, 6
_LONGEST_ARGUMENTS = 64 * 1024


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """A model's request to run a tool. ``arguments`` is None when they aren't a JSON object."""

    id: str
    name: str
    arguments: Mapping[str, Any] | None
    by: AskedBy = "model"

    @property
    def as_message(self) -> dict[str, Any]:
        """One entry of ``tool_calls`` in OpenAI's assistant message."""
        written = json.dumps(dict(self.arguments or {}), ensure_ascii=False)
        return {"id": self.id, "type": "function", "function": {"name": self.name, "arguments": written}}


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """The outcome of a call. ``content`` goes back to the model: JSON or text, without secrets."""

    status: CallStatus
    content: str
    mocked: bool = False


@dataclass(slots=True)
class CallDeltas:
    """Collects the ``tool_calls`` deltas of a streamed answer."""

    _parts: dict[int, dict[str, str]] = field(default_factory=dict)

    def feed(self, deltas: Any) -> None:
        """Take the ``tool_calls`` of one chunk; anything that isn't a list of objects is ignored. At most
        ``MOST_CALLS_AT_ONCE`` calls are collected, and arguments a little beyond their limit."""
        for place, delta in enumerate(deltas if isinstance(deltas, list) else ()):
            if not isinstance(delta, Mapping):
                continue
            index = delta.get("index")
            number = index if isinstance(index, int) and not isinstance(index, bool) else place
            if number not in self._parts and len(self._parts) >= MOST_CALLS_AT_ONCE:
                continue
            part = self._parts.setdefault(number, {"id": "", "name": "", "arguments": ""})
            function = delta.get("function")
            function = function if isinstance(function, Mapping) else {}
            part["id"] = part["id"] or _text(delta.get("id"))
            part["name"] += _text(function.get("name"))
            arguments = function.get("arguments")
            # Some servers send the arguments as an object, at once.
            part["arguments"] += json.dumps(arguments) if isinstance(arguments, Mapping) else _text(arguments)
            part["arguments"] = part["arguments"][: _LONGEST_ARGUMENTS + 1]

    def requests(self) -> list[ToolRequest]:
        """The calls in the order in which they began."""
        return [
            ToolRequest(part["id"] or f"call_{number}", part["name"], arguments_in(part["arguments"]))
            for number, part in sorted(self._parts.items())
            if part["name"]
        ]


def arguments_in(written: str) -> Mapping[str, Any] | None:
    """Arguments from the text that a model wrote: {} for no text, None when it isn't a JSON object."""
    if not written.strip():
        return {}
    if len(written) > _LONGEST_ARGUMENTS:
        return None
    try:
        arguments = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None


def exchange(requests: Sequence[ToolRequest], outcomes: Sequence[ToolOutcome], text: str = "") -> list[dict[str, Any]]:
    """The messages that give a model its calls and their results: one of the assistant, then one per tool."""
    request_message = {"role": "assistant", "content": text or None, "tool_calls": [request.as_message for request in requests]}
    result_messages = [
        {"role": "tool", "tool_call_id": request.id, "name": request.name, "content": outcome.content}
        for request, outcome in zip(requests, outcomes, strict=True)
    ]
    return [request_message, *result_messages]


def error_content(message: str) -> str:
    """The content of a failed call's outcome: ``{"error": message}``."""
    return json.dumps({"error": message}, ensure_ascii=False)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
