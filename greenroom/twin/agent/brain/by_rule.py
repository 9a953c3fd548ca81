"""What the built-in brain and the scripted responder do before anything else: drive tools by rule, read out facts, defer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from greenroom.tools.by_rule import open_question, step
from greenroom.tools.definitions import functions_in
from greenroom.twin.agent.brain import facts
from greenroom.twin.agent.brain.base import Message, Token
from greenroom.twin.agent.brain.courtesies import deferral
from greenroom.twin.agent.brain.heard import asked_in, is_question, prompt_of


def certain_answer(messages: Sequence[Message], params: Mapping[str, Any]) -> Token:
    """The call or the sentence that needs no model; "" when there is none."""
    offered = [replace(tool, endpoint=None) for tool in functions_in(params.get("tools"))]
    prompt = prompt_of(messages)
    if offered and (next_step := step(messages, offered, lambda question: facts.coverage(prompt, question))):
        return next_step
    said = facts.reply(messages) or deferral(messages)
    asked = open_question(messages, offered) if offered and is_question("".join(asked_in(messages)[-1:])) else ""
    return f"{said} {asked}" if said and asked and not said.endswith(asked) else said
