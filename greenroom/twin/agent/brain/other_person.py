"""Tells nothing to someone else than whom the agent called for: "Am I speaking with Jordan?" – "No, I'm his brother." English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.brain.heard import asked_in, is_question, said_in

OTHER_PERSON = "I see. When is a good time to call again?"
FOR_THEM_ALONE = "I'm afraid I can only tell them. When is a good time to call again?"
CALLS_AGAIN = "Thank you. We will call again. Goodbye."
#: "Am I speaking with Jordan Reed?"
_WANTS_PERSON = re.compile(r"\bam i (?:speaking|talking) (?:with|to) [^?]*\?$", re.IGNORECASE)
_IS_OTHER = re.compile(
    r"(?:no|nope|nah|wrong number|you have the wrong|(?:i'm|i am) (?:not|his|her|their)|(?:he|she|they)(?:'s| is| are|'re)|"
    r"this is (?:his|her|their))\b",
    re.IGNORECASE,
)
_IS_HERE = re.compile(
    r"^(?:yes\b|yeah\b|hold on|one moment|here )|\b(?:speaking|here (?:he|she) is|get (?:him|her))\b", re.IGNORECASE
)


def of_other_person(messages: Sequence[Message]) -> str:
    """The reply to someone else than whom the agent wants to speak with, who isn't told what the call is about; else ""."""
    asked, said = asked_in(messages), said_in(messages)
    if not asked or not said:
        return ""
    if {OTHER_PERSON, FOR_THEM_ALONE, CALLS_AGAIN}.intersection(said):
        if any(_IS_HERE.search(text.strip()) for text in asked[1:]):
            return ""
        return FOR_THEM_ALONE if is_question(asked[-1]) else CALLS_AGAIN
    return OTHER_PERSON if _WANTS_PERSON.search(said[-1]) and _IS_OTHER.match(asked[-1].strip()) else ""
