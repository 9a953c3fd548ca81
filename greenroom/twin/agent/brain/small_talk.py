"""Answers what callers ask the agent about itself and about the moment, which a small model would make up. English."""

from __future__ import annotations

import re

_HOW_ARE_YOU = re.compile(r"\bhow are you\b|\bhow('s| is) it going\b", re.IGNORECASE)
_CAN_YOU_HEAR = re.compile(r"\b(can|do) you hear me\b|\bare you (still )?there\b", re.IGNORECASE)
_ARE_YOU_REAL = re.compile(
    r"\b(are you|is this|am i (talking|speaking) (to|with))\b.*\b(robot|bot|ai|human|machine|real)\b", re.IGNORECASE
)
#: What a model would make up: "I'm 28 years old", "The weather is sunny today."
_OF_ITSELF = re.compile(
    r"\bhow old are you\b|\bwhere (?:were you born|do you live|are you from)\b|\bare you (?:married|single)\b|"
    r"\bdo you have (?:kids|children|a (?:family|wife|husband|body))\b",
    re.IGNORECASE,
)
_OF_THE_MOMENT = re.compile(
    r"\b(?:what time is it|what day is (?:it|today)|(?:what's|what is|how's|how is) the (?:weather|time|news))"
    r"(?: like)?(?: today| now| right now| outside| there)?[ ?.!]*$",
    re.IGNORECASE,
)

_SMALL_TALK = (
    (_HOW_ARE_YOU, "I'm well, thank you. How can I help you?"),
    (_CAN_YOU_HEAR, "Yes, I can hear you. How can I help?"),
    (_ARE_YOU_REAL, "I'm an automated assistant. How can I help you?"),
    (_OF_ITSELF, "I'm an automated assistant. How can I help you?"),
    (_OF_THE_MOMENT, "I can't check that from here."),
)


def small_talk(asked: str) -> str:
    """The answer; "" to anything else."""
    return next((line for pattern, line in _SMALL_TALK if pattern.search(asked)), "")
