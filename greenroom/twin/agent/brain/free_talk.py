"""What the built-in model doesn't write: answers that it would make up, as it knows nothing that isn't in the prompt. English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.brain.courtesies import is_wish, next_of
from greenroom.twin.agent.brain.facts import introduction
from greenroom.twin.agent.brain.heard import asked_in, is_question, prompt_of, said_in

#: The next one each time. The first says why, to who tries a prompt out.
NOT_KNOWN = (
    "I don't know. My prompt doesn't say, and I'm only a small built-in model. What else would you like to know?",
    "I don't have information about that. Is there anything else I can help you with?",
    "I can't answer that one. What else would you like to know?",
)
GO_ON = ("I see. Could you tell me more about that?", "All right. Please go on.", "Okay. What can I do for you?")
BEGIN = "All right. What would you like to talk about?"
CANNOT_DO = "I can't do that. What else can I help you with?"
CANNOT_TRANSLATE = "I can't translate that. I'm only a small built-in model."
_BEGINS = re.compile(
    r"^(?:(?:ok|okay|yes|well)[, ]+)?(?:i'm ready|i am ready|let's (?:start|begin|go)|go ahead)\b", re.IGNORECASE
)
_ASKS_WHAT_IT_DOES = re.compile(r"\bwhat (?:can|could|do) you (?:do|help)\b|\bhow (?:can|could) you help\b", re.IGNORECASE)
_TRANSLATES = re.compile(
    r"^(?:translate\b|you (?:are|translate)\b[^.\n]{0,40}\b(?:translator|interpreter|translate)\b)", re.IGNORECASE
)
#: In a prompt of this kind, what is made up is what was wanted.
_MAKES_UP = re.compile(
    r"\b(?:poets?|poems?|poetry|verses?|rhymes?|lyrics?|story|stories|storytell\w+|tales?|jokes?|comedian|humorist|riddles?|"
    r"role-?play\w*|dungeon master|fantasy|fairy\w*|pirate|wizard|witch|dragon|fictional|imaginary|improvis\w+|improv)\b",
    re.IGNORECASE,
)
_ASKS_TO_MAKE_UP = re.compile(
    r"^(?:(?:please|now|so|ok|okay|well|and|hey|can you|could you|will you|would you)[, ]+)*"
    r"(?:(?:say|recite|sing|write|imagine|pretend|invent|make up)\b|"
    r"(?:tell|give|make)\b[^.?!]{0,30}\b(?:story|tale|poem|verse|rhyme|joke|riddle|song)\b)|\b(?:story|poem|joke|riddle|song)\b",
    re.IGNORECASE,
)
#: About the world and its prices, which aren't made up by a poet either.
_ASKS_A_FACT = re.compile(
    r"\bhow much\b|\bhow many\b|\b\d{3,4}\b|"
    r"\b(?:costs?|price|address|phone|e-?mail|capital|dose|salary|charge|appointment|booking)\b|"
    r"\bwhat time\b|\bwhen (?:do|does|is|are|did) (?:you|the)\b|\bdo you (?:have|offer|sell|deliver|take|accept)\b|"
    r"\bwho (?:won|invented|discovered|wrote)\b|\bwhat (?:is|are) (?:your|the) (?:hours|opening)\b",
    re.IGNORECASE,
)


def plain_reply(messages: Sequence[Message]) -> str:
    """The reply that makes nothing up; "" where the model may write, because the prompt or the caller wants fiction."""
    asked, prompt = asked_in(messages), prompt_of(messages).strip()
    if not asked or not asked[-1].strip():
        return ""
    if _TRANSLATES.match(prompt):
        return CANNOT_TRANSLATE
    is_fact = _ASKS_A_FACT.search(asked[-1]) is not None
    if not is_fact and (_MAKES_UP.search(prompt) or _ASKS_TO_MAKE_UP.search(asked[-1].strip())):
        return ""
    if _ASKS_WHAT_IT_DOES.search(asked[-1]):
        return f"{introduction(prompt)} What would you like to know?".strip()
    if is_question(asked[-1]):
        return next_of(NOT_KNOWN, said_in(messages))
    if _BEGINS.match(asked[-1].strip()):
        return BEGIN
    return CANNOT_DO if is_wish(asked[-1]) or is_fact else next_of(GO_ON, said_in(messages))
