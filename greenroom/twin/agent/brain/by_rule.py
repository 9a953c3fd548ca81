"""What the built-in brain and the scripted responder do before anything else: drive tools by rule, read out facts, defer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from greenroom.tools.by_rule import step
from greenroom.tools.definitions import functions_in
from greenroom.twin.agent.brain import facts
from greenroom.twin.agent.brain.base import Message, Token
from greenroom.twin.agent.brain.courtesies import deferral
from greenroom.twin.agent.brain.heard import prompt_of


def certain_answer(messages: Sequence[Message], params: Mapping[str, Any]) -> Token:
    """The call or the sentence that needs no model; "" when there is none."""
    offered = [replace(tool, endpoint=None) for tool in functions_in(params.get("tools"))]
    prompt = prompt_of(messages)
    if offered and (next_step := step(messages, offered, lambda question: facts.coverage(prompt, question))):
        return next_step
    return facts.reply(messages) or deferral(messages)
