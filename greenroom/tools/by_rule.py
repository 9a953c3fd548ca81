"""Calls tools by rule, for a brain that is too small to decide it: picks the tool by its words, asks for what is missing, and
reads out the result. English."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from greenroom.tools.argument_words import found_in, words_of
from greenroom.tools.calls import ToolRequest
from greenroom.tools.definitions import ToolDefinition
from greenroom.tools.spoken_results import results_read_out
from greenroom.tools.tool_words import arguments_said, properties_of, required_of, share_of, stems_of

Message = Mapping[str, Any]
#: How much of what the caller said a tool's own words must cover, and by how much more than the best fact of the prompt.
ENOUGH = 0.34
_YES = re.compile(r"(?:yes|yeah|yep|sure|okay|ok|please|that would be|go ahead)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
#: How much of a question the prompt must answer to be the better answer while an argument is awaited.
_MOSTLY = 0.5
NOT_UNDERSTOOD = "I'm sorry, I didn't get that. A colleague can call you back about it."
#: How often in a row the same argument is asked for.
_MOST_ASKED = 2
_ASKS = re.compile(r"^(?:what|which|when|how (?:many|much|long)|(?:may|can|could) (?:i|you)\b)", re.IGNORECASE)
_CALLER_ASKS = re.compile(
    r"\?\s*$|^(?:(?:so|and|but|great|okay|ok|thanks|well)[, ]+)*(?:what|when|where|which|who|how|why|is|are|do|does)\b",
    re.IGNORECASE,
)


def step(
    messages: Sequence[Message], tools: Sequence[ToolDefinition], covered: Callable[[str], float]
) -> ToolRequest | str | None:
    """The next step of a conversation: a call, a sentence to say, or None when no tool is concerned.

    ``covered``: how much of a question, 0 to 1, the prompt itself answers.
    """
    if messages and messages[-1].get("role") == "tool":
        return results_read_out(messages)
    asked = _since_last_call(messages)
    if not asked:
        return None
    tool, parameter = _pending(messages, tools)
    if tool is not None and _asks_something_else(tool, asked[-1], covered):
        return None
    agreed = _agreed_to(messages)
    tool = tool or _wanted(tools, f"{agreed} {asked[-1]}".strip(), covered) or _again(messages, tools, agreed)
    if tool is None:
        return None
    arguments = _arguments(tool, messages, [agreed, *asked] if agreed else asked, parameter)
    missing = next((name for name in required_of(tool) if name not in arguments), None)
    if missing is None:
        return ToolRequest("rule_1", tool.name, arguments, by="rule")
    question = question_for(missing, properties_of(tool).get(missing, {}))
    return NOT_UNDERSTOOD if _asked_enough(messages, question) else question


def open_question(messages: Sequence[Message], tools: Sequence[ToolDefinition]) -> str:
    """The argument that the agent asked for and still waits for, as a question; "" if it waits for none."""
    tool, parameter = _pending(messages, tools)
    return question_for(parameter, properties_of(tool).get(parameter, {})) if tool is not None else ""


def _wanted(tools: Sequence[ToolDefinition], about: str, covered: Callable[[str], float]) -> ToolDefinition | None:
    """The tool that the caller's words are about, unless the prompt itself answers them better."""
    share, tool = max(((share_of(tool, about), tool) for tool in tools), key=lambda pair: pair[0], default=(0.0, None))
    if tool is None or share < ENOUGH or share < (known := covered(about)):
        return None
    return tool if share > known or arguments_said(tool, about) else None


def _again(messages: Sequence[Message], tools: Sequence[ToolDefinition], agreed: str) -> ToolDefinition | None:
    """The tool that was called last, if the caller agreed to another of its arguments: "Would Sunday suit you?" """
    called = [call["function"]["name"] for message in messages for call in message.get("tool_calls") or ()]
    return next((tool for tool in tools if agreed and called and tool.name == called[-1] and arguments_said(tool, agreed)), None)


def _asks_something_else(tool: ToolDefinition, text: str, covered: Callable[[str], float]) -> bool:
    """Whether a question that the prompt answers came instead of the argument."""
    return _CALLER_ASKS.search(text.strip()) is not None and not arguments_said(tool, text) and covered(text) >= _MOSTLY


def _asked_enough(messages: Sequence[Message], question: str) -> bool:
    lines = [str(m.get("content") or "") for m in messages if m.get("role") == "assistant"]
    return len(lines) >= _MOST_ASKED and all(line == question for line in lines[-_MOST_ASKED:])


def question_for(name: str, schema: Mapping[str, Any]) -> str:
    """Asks for an argument by its title in the schema, else by its name."""
    return f"May I have the {words_of(name, schema)}, please?"


def _since_last_call(messages: Sequence[Message]) -> list[str]:
    """What the caller said since the last tool call, without what came before the agent last turned to another subject."""
    lines: list[str] = []
    for message in reversed(messages):
        if message.get("role") == "user":
            lines.insert(0, str(message.get("content") or ""))
        elif message.get("role") == "tool" or (message.get("role") == "assistant" and not _is_question(message)):
            break
    return lines


def _agreed_to(messages: Sequence[Message]) -> str:
    """The agent's question that the caller has just said yes to: "Shall I book it?" """
    question = next((str(m.get("content") or "") for m in reversed(messages) if m.get("role") == "assistant"), "")
    answer = str(messages[-1].get("content") or "") if messages else ""
    return _SENTENCE.split(question.strip())[-1] if question.rstrip().endswith("?") and _YES.match(answer.strip()) else ""


def _is_question(message: Message) -> bool:
    return "May I have the " in str(message.get("content") or "")


def _pending(messages: Sequence[Message], tools: Sequence[ToolDefinition]) -> tuple[ToolDefinition | None, str]:
    """The tool and the parameter that the agent's last sentence asked for."""
    question = next((str(m.get("content") or "") for m in reversed(messages) if m.get("role") == "assistant"), "")
    asked = _since_last_call(messages)
    candidates = [
        (tool, name)
        for tool in tools
        for name in required_of(tool)
        if question.endswith(question_for(name, properties_of(tool).get(name, {})))
        or _answers_own_question(question, asked[-1] if asked else "", name, properties_of(tool).get(name, {}))
    ]
    if not candidates:
        return None, ""
    return max(candidates, key=lambda pair: max((share_of(pair[0], text) for text in asked), default=0.0))


def _answers_own_question(question: str, answer: str, name: str, schema: Any) -> bool:
    """Whether the agent asked for this argument in words of its own ("What is your order number?") and was given it."""
    last = _SENTENCE.split(question.strip())[-1]
    if not last.endswith("?") or not _ASKS.match(last) or not set(stems_of(words_of(name, schema))) <= set(stems_of(last)):
        return False
    return found_in([answer], name, schema) is not None or (
        bool(answer) and found_in([answer], name, schema, answer) is not None and schema.get("type") == "integer"
    )


def _arguments(tool: ToolDefinition, messages: Sequence[Message], asked: Sequence[str], parameter: str) -> dict[str, Any]:
    """The tool's arguments: from what the caller said, else from the calls before. ``parameter``: the one asked for last."""
    earlier: dict[str, Any] = {}
    for message in messages:
        for call in message.get("tool_calls") or ():
            try:
                earlier |= json.loads(call["function"]["arguments"])
            except (ValueError, KeyError, TypeError, RecursionError):
                continue  # not a call with a JSON object of arguments
    arguments: dict[str, Any] = {}
    for name, schema in properties_of(tool).items():
        answer = asked[-1] if name == parameter else ""
        value = found_in(asked, name, schema if isinstance(schema, Mapping) else {}, answer)
        if value is None:
            value = earlier.get(name)
        if value is None and name.lower().endswith("name"):  # which one says before it is asked for
            value = found_in([str(m.get("content") or "") for m in messages if m.get("role") == "user"], name, schema)
        if value is not None:
            arguments[name] = value
    return arguments
