"""What a prompt has the agent say to a caller in a given case, as the agent would say it. English.

"If the light is red, ask the caller to pull the plug." → "Please pull the plug."
"""

from __future__ import annotations

import re

from greenroom.twin.agent.brain.asking import question_of
from greenroom.twin.agent.brain.persons import WHOM, addressed

_CASE = re.compile(
    r"^(?:if|when|whenever|in case)\s+(?P<case>[^,:]{2,120})[,:]\s*(?:then )?(?:please |always |also |just )*(?P<order>.+)$",
    re.IGNORECASE,
)
_SAY = re.compile(
    rf"^(?:say|explain|answer|reply|respond|mention|(?:tell|inform|assure) {WHOM})\b(?: \w+ly\b)?(?!\s+to\b)\s*:?"
    r"\s*(?:that\s+|with\s+)?:?\s*(?P<said>.+)$",
    re.IGNORECASE,
)
_HAVE_DONE = re.compile(
    rf"^(?:ask|tell|advise|remind|instruct|urge|invite|encourage) {WHOM} (?P<not>not )?to (?P<act>.+)$", re.IGNORECASE
)
#: What isn't said but done by the agent: "say so and offer help", "say sorry".
_NO_TEXT = re.compile(r"^(?:so|sorry|it|this|hello|hi|goodbye|bye|thank|thanks|nothing|yes|no)\b", re.IGNORECASE)
_OF_AGENT, _OF_OTHERS = re.compile(r"\b(?:you|your)\b", re.IGNORECASE), re.compile(r"\b(?:them|their|they)\b", re.IGNORECASE)
#: Where the caller's part ends and the agent's goes on.
_THEN = re.compile(
    r",? (?:and )?then\b.*|,? and (?:say|ask|thank|offer|wish|confirm|transfer|repeat|apologize|end|give|note|take|tell)\b.*",
    re.IGNORECASE,
)
_ASK = re.compile(rf"^ask (?:{WHOM} )?(?P<about>about )?(?:for )?(?P<what>.+)$", re.IGNORECASE)


def guidance_in(sentence: str) -> tuple[str, str] | None:
    """The case, and what is said in it; None for any other sentence."""
    given = _CASE.match(sentence)
    if given is None or _OF_AGENT.search(given["case"]):
        return None
    if said := _SAY.match(given["order"]):
        text = said["said"].strip().strip("\"'“”")
        if _NO_TEXT.match(text) or _OF_AGENT.search(text):
            return None
        if _OF_OTHERS.search(text):  # callers, if the case is theirs: "If they ask about pay, say that they hear next week"
            if not _OF_OTHERS.search(given["case"]):
                return None
            text = _to_caller(text, "you")
        return given["case"], text[:1].upper() + text[1:]
    if asked := _HAVE_DONE.match(given["order"]):
        if _OF_AGENT.search(asked["act"]):
            return None
        negated = "don't " if asked["not"] else ""
        return given["case"], f"Please {negated}{_to_caller(asked['act'])}"
    if (asked := _ASK.match(given["order"])) and (
        question := question_of(_THEN.sub("", asked["what"]), about=asked["about"] is not None)
    ):
        return given["case"], question
    return None


def _to_caller(told: str, them: str = "them") -> str:
    """ "be early and to bring their card, then say goodbye" → "be early and bring your card."."""
    told = re.sub(r"\b(and|or) to (?=[a-z])", r"\1 ", _THEN.sub("", told).rstrip(" ,;.!"))
    told = addressed(told, them)
    return f"{told}."
