"""Calls tools by rule, for a brain that is too small to decide it: picks the tool by its words, asks for what is missing, and
reads out the result. English."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from greenroom.tools.argument_words import found_in, split_name, words_of
from greenroom.tools.calls import ToolRequest
from greenroom.tools.definitions import ToolDefinition

Message = Mapping[str, Any]
#: How much of what the caller said a tool's own words must cover, and by how much more than the best fact of the prompt.
ENOUGH = 0.34
_WORD = re.compile(r"[a-z']+")
_ENDING = re.compile(r"(?:ing|ies|ed|es|s|e|y)$")
_COMMON_WORDS = """a about also am an and any are as at be been by call caller callers can could customer customers did
do does for from get guest guests had has have hello help her hi his how i if in is it its just know
let like may me my need needs no not now of on once one or shall please say so some tell than thank
thanks that the their them then there they this to us use want wants was we were what when where
whether which who will with would yes you your"""
_NUMBERS = "zero one two three four five six seven eight nine ten"
_COMMON = frozenset(_COMMON_WORDS.split()) | frozenset(_NUMBERS.split())
_YES = re.compile(r"(?:yes|yeah|yep|sure|okay|ok|please|that would be|go ahead)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SPOKEN = ("message", "say", "summary", "text", "answer", "speech")
_MOST_FIELDS = 4
FAILED = "I'm sorry, I couldn't look that up just now. A colleague can call you back about it."


def step(
    messages: Sequence[Message], tools: Sequence[ToolDefinition], covered: Callable[[str], float]
) -> ToolRequest | str | None:
    """The next step of a conversation: a call, a sentence to say, or None when no tool is concerned.

    ``covered``: how much of a question, 0 to 1, the prompt itself answers.
    """
    if messages and messages[-1].get("role") == "tool":
        return _results_read_out(messages)
    asked = _since_last_call(messages)
    if not asked:
        return None
    tool, parameter = _pending(messages, tools)
    if tool is None:
        about = _agreed_to(messages) or asked[-1]
        share, tool = max(((_share(tool, about), tool) for tool in tools), key=lambda pair: pair[0], default=(0.0, None))
        if tool is None or share < ENOUGH or share <= covered(about):
            return None
    arguments = _arguments(tool, messages, asked, parameter)
    missing = next((name for name in _required(tool) if name not in arguments), None)
    if missing is not None:
        return question_for(missing, _properties(tool).get(missing, {}))
    return ToolRequest("rule_1", tool.name, arguments, by="rule")


def question_for(name: str, schema: Mapping[str, Any]) -> str:
    """Asks for an argument by its title in the schema, else by its name."""
    return f"May I have the {words_of(name, schema)}, please?"


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


def _results_read_out(messages: Sequence[Message]) -> str:
    """The results since the last request, read out."""
    results = []
    for message in reversed(messages):
        if message.get("role") != "tool":
            break
        results.append(spoken(str(message.get("content") or "")))
    return " ".join(dict.fromkeys(reversed(results)))


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
    return str(message.get("content") or "").startswith("May I have the ")


def _pending(messages: Sequence[Message], tools: Sequence[ToolDefinition]) -> tuple[ToolDefinition | None, str]:
    """The tool and the parameter that the agent's last sentence asked for."""
    question = next((str(m.get("content") or "") for m in reversed(messages) if m.get("role") == "assistant"), "")
    asked = _since_last_call(messages)
    candidates = [
        (tool, name)
        for tool in tools
        for name in _required(tool)
        if question == question_for(name, _properties(tool).get(name, {}))
    ]
    if not candidates:
        return None, ""
    return max(candidates, key=lambda pair: max((_share(pair[0], text) for text in asked), default=0.0))


def _arguments(tool: ToolDefinition, messages: Sequence[Message], asked: Sequence[str], parameter: str) -> dict[str, Any]:
    """From what was said; what was not said again, from the calls before."""
    earlier: dict[str, Any] = {}
    for message in messages:
        for call in message.get("tool_calls") or ():
            try:
                earlier |= json.loads(call["function"]["arguments"])
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
    arguments: dict[str, Any] = {}
    for name, schema in _properties(tool).items():
        answer = asked[-1] if name == parameter else ""
        value = found_in(asked, name, schema if isinstance(schema, Mapping) else {}, answer)
        if value is None:
            value = earlier.get(name)
        if value is not None:
            arguments[name] = value
    return arguments


def _share(tool: ToolDefinition, text: str) -> float:
    """How much of the text's own words the tool's words cover; 0 when none of its name is among them."""
    spoken_stems = set(_stems(text))
    name_stems = set(_stems(split_name(tool.name)))
    tool_stems = (
        name_stems | set(_stems(tool.description)) | {stem for name in _properties(tool) for stem in _stems(split_name(name))}
    )
    shared = spoken_stems & tool_stems
    return len(shared) / len(spoken_stems) if spoken_stems and (shared & name_stems or len(shared) > 1) else 0.0


def _stems(text: str) -> list[str]:
    return [_ENDING.sub("", word)[:7] for word in _WORD.findall(text.lower()) if word not in _COMMON and len(word) > 2]


def _properties(tool: ToolDefinition) -> Mapping[str, Any]:
    properties = tool.parameters.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _required(tool: ToolDefinition) -> list[str]:
    required = tool.parameters.get("required")
    return [name for name in required if isinstance(name, str)] if isinstance(required, list | tuple) else []
