"""What the built-in brain and the scripted responder do before anything else: call tools, read out facts, defer, ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from greenroom.tools.by_rule import open_question, step
from greenroom.tools.definitions import functions_in
from greenroom.twin.agent.brain import agenda, facts
from greenroom.twin.agent.brain.base import Message, Token
from greenroom.twin.agent.brain.courtesies import deferral
from greenroom.twin.agent.brain.heard import asked_in, is_question, prompt_of


def certain_answer(messages: Sequence[Message], params: Mapping[str, Any]) -> Token:
    """The tool call or the sentence that rules alone can give; "" when a model has to answer."""
    offered = [replace(tool, endpoint=None) for tool in functions_in(params.get("tools"))]
    prompt = prompt_of(messages)
    if offered:
        if next_step := step(messages, offered, lambda question: facts.coverage(prompt, question)):
            return next_step
        said = facts.reply(messages) or deferral(messages)
        return _and_ask(said, open_question(messages, offered) if _asks(messages) else "")
    if _asks(messages):
        return _and_ask(facts.reply(messages) or deferral(messages), agenda.open_question(messages))
    is_answer = agenda.item_asked(messages) is not None
    if not (said := facts.reply(messages, is_answer=is_answer) or deferral(messages)):
        return agenda.turn(messages)
    question = agenda.next_question(messages) if said in facts.facts_of(prompt) and not facts.is_guidance(prompt, said) else None
    return _and_ask(said, question.question if question else "")


def _asks(messages: Sequence[Message]) -> bool:
    return is_question("".join(asked_in(messages)[-1:]))


def _and_ask(said: str, question: str) -> str:
    """What is said, and then the question, unless a question is said already."""
    return f"{said} {question}" if said and question and not said.endswith(("?", question)) else said
