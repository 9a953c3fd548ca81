"""Turns what a prompt says of callers into what is said to them. English."""

from __future__ import annotations

import re

CALLER = (
    r"(?:callers?|guests?|customers?|clients?|patients?|passengers?|users?|visitors?|"
    r"candidates?|prospects?|leads?|persons?|people)"
)
#: Whom a prompt speaks of, as an object: "ask them", "tell the guest".
WHOM = rf"(?:them|him|her|the \w+|{CALLER})"
#: As a subject: "what they want", "how the caller pays".
WHO = rf"(?:they|he|she|the {CALLER})"
#: Whose something is: "the patient's name".
OF_CALLER = re.compile(rf"(?:\bthe |^){CALLER}(?:'s|s'|’s)(?= )", re.IGNORECASE)
_PERSONS = (
    ("themselves", "yourself"),
    ("their", "your"),
    ("they're", "you're"),
    ("they've", "you've"),
    ("they", "you"),
)


def addressed(told: str, them: str = "you") -> str:
    """ "their card" → "your card". ``them``: what that word becomes; it also stands for things ("count them")."""
    told = OF_CALLER.sub("your", told)
    for theirs, yours in (*_PERSONS, ("them", them)):
        told = re.sub(rf"\b{theirs}\b", yours, told, flags=re.IGNORECASE)
    return told
