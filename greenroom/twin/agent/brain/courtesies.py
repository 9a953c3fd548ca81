"""What needs no fact: greetings, thanks, and a colleague's call back for what the prompt doesn't say. English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.brain.heard import asked_in, content_of, is_question, prompt_of
from greenroom.twin.agent.brain.prompt_facts import facts_in

_HELLO = re.compile(r"^(hello|hi|hey|good (morning|day|afternoon|evening))( there)?[ ,.!]*$", re.IGNORECASE)
_GOODBYE = re.compile(r"\b(bye|goodbye|see you)\b", re.IGNORECASE)
_THANKS = re.compile(r"^(ok(ay)?|great|no|perfect)?[ ,.!]*(many )?(thanks|thank you)\b", re.IGNORECASE)
_HOW_ARE_YOU = re.compile(r"\bhow are you\b|\bhow('s| is) it going\b", re.IGNORECASE)
_CAN_YOU_HEAR = re.compile(r"\b(can|do) you hear me\b|\bare you (still )?there\b", re.IGNORECASE)
_ARE_YOU_REAL = re.compile(
    r"\b(are you|is this|am i (talking|speaking) (to|with))\b.*\b(robot|bot|ai|human|machine|real)\b", re.IGNORECASE
)
_YES = re.compile(r"^(yes|yeah|yep|sure|ok(ay)?|please|that would be)\b", re.IGNORECASE)

_SMALL_TALK = (
    (_HOW_ARE_YOU, "I'm well, thank you. How can I help you?"),
    (_CAN_YOU_HEAR, "Yes, I can hear you. How can I help?"),
    (_ARE_YOU_REAL, "I'm an automated assistant. How can I help you?"),
)
#: A prompt that serves callers of a business: what it doesn't say, a colleague has to answer.
_SERVES_CALLERS = re.compile(
    r"\b(guests?|customers?|callers?|clients?|patients|phone|colleagues?|reception\w*|front desk|hotline|support|help ?desk|"
    r"clinic|(?:dental|medical|law|doctor'?s?) practice|restaurant|hotel|shop|store|salon|company)\b",
    re.IGNORECASE,
)

#: For questions the prompt has no answer to; the next one each time, so that two in a row differ.
DEFERRALS = (
    "I don't have that information. A colleague can call you back about it.",
    "I'm not sure about that. I can have a colleague call you back.",
    "I can't answer that one. A colleague will be happy to call you back.",
)
CALLBACK = "Thank you. Which number should my colleague call?"


def courtesy(asked: str) -> str:
    """The answer to a greeting, a farewell or small talk; "" to anything else."""
    if _HELLO.search(asked.strip()):
        return "Hello. How can I help you?"
    if _GOODBYE.search(asked):
        return "Thank you, and goodbye."
    return next((line for pattern, line in _SMALL_TALK if pattern.search(asked)), "")


def is_thanks(asked: str) -> bool:
    """Whether the caller thanks, first of all."""
    return _THANKS.search(asked.strip()) is not None


def deferral(messages: Sequence[Message]) -> str:
    """The reply to a question that the prompt doesn't answer, instead of an invented one; "" if a model may talk freely.

    Prompts with facts for callers of a business count as complete.
    """
    asked = asked_in(messages)
    said = [content_of(m) for m in messages if m.get("role") == "assistant"]
    prompt = prompt_of(messages)
    if not asked or not _SERVES_CALLERS.search(prompt) or not facts_in(prompt):
        return ""
    if said and said[-1] in DEFERRALS and _YES.search(asked[-1].strip()):
        return CALLBACK
    if not is_question(asked[-1]):
        return ""
    return DEFERRALS[sum(text in DEFERRALS for text in said) % len(DEFERRALS)]
