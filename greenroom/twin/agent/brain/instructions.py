"""Tells instructions to the agent from facts in a prompt, so that only facts are read out. English, and the orders of a few other
languages."""

from __future__ import annotations

import re

from greenroom.twin.agent.brain.foreign_orders import is_foreign_order
from greenroom.twin.agent.brain.persons import CALLER

_ORDER_WORDS = """acknowledge act adapt adjust admit answer apologize ask assess assist avoid be begin bring clarify collect
confirm continue convey correct decline describe do don't emphasize encourage engage ensure escalate explain express find follow
forward give greet handle identify ignore inform introduce invite keep leave let listen maintain make mention move name obtain
pick praise pretend prioritize provide qualify read redirect refer refrain refuse reject remain remember remind repeat
reply respond say select speak spell sound suggest sum summarize teach tell thank think transfer
try verify warn write"""
#: Orders that are nouns as well: "offer a taxi", but "the offer ends today".
_NOUN_WORDS = """address book call check close cover end finish focus guide help lead limit note offer pause request schedule
share show start state stay stop take talk use wait welcome wish embrace include present tailor treat"""
_NOUNS = frozenset(_NOUN_WORDS.split())
#: After these a word that may be a noun is an order: "check if they are free".
_OBJECT_WORDS = "if whether that them their they it"
_OBJECTS = frozenset(_OBJECT_WORDS.split())
#: Orders in front of an object alone: "block it", "order a new one", but "order by noon".
_WITH_OBJECT = frozenset(("block", "order", "log", "process", "create", "submit"))
_ARTICLES = frozenset(("a", "an", "the"))
#: Prompts are written in both spellings.
_BRITISH = frozenset(word.removesuffix("ize") + "ise" for word in _ORDER_WORDS.split() if word.endswith("ize"))
_ORDERS = frozenset(_ORDER_WORDS.split()) | _BRITISH | _NOUNS
#: In front of these a verb is no order: "guests can ask", "we offer", "to book".
_SUBJECT_WORDS = """i we they he she it who you guests visitors customers callers patients members everyone staff colleagues
can could may might must shall should will would to not that which"""
_SUBJECTS = frozenset(_SUBJECT_WORDS.split())
#: After these a word that may be a noun is one: "help is available".
_FINITE_WORDS = """is are was were has have had can may will starts begins opens closes ends costs takes meets comes lasts
includes needs works"""
_FINITE = frozenset(_FINITE_WORDS.split())
#: Between a clause's beginning and its order: "then ask", "also mention".
_ADVERB_WORDS = "please always never also then and but first second finally next only just kindly politely briefly gently"
_ADVERBS = frozenset(_ADVERB_WORDS.split())
#: Clauses that come before an order: "For a delivery also ask for the street", "When it rains, offer a taxi".
_CONDITION = re.compile(r"(?:for|if|when|whenever|once|before|after|in case|unless|during|at the (?:start|end)|with|on)\b")
_SPEAKS_TO_AGENT = re.compile(
    r"(?:you|your|you're|as an?|do not|don't|never|always|please|the (?:user|caller|callee))\b|"
    rf"{CALLER} \w+ you\b|.*\b(?:system prompt|do not (?:reveal|disclose))\b"
)
_WORD = re.compile(r"[a-z'-]+|[,;:]")


def is_instruction(sentence: str) -> bool:
    """Whether ``sentence`` tells the agent what to do, rather than stating something."""
    text = sentence.strip().lower()
    if _SPEAKS_TO_AGENT.match(text):
        return True
    words = _WORD.findall(text)
    begins = [0, *(place + 1 for place, word in enumerate(words) if word in (",", ";", ":"))]
    if any(_orders_at(words, begin) for begin in begins):
        return True
    return (_CONDITION.match(text) is not None and _orders_within(words)) or is_foreign_order(text)


def _orders_at(words: list[str], begin: int) -> bool:
    """The clause that begins here begins with an order."""
    while begin < len(words) and (words[begin] in _ADVERBS or words[begin].endswith("ly")):
        begin += 1
    if begin >= len(words):
        return False
    following = words[begin + 1 : begin + 4]
    if words[begin] in _WITH_OBJECT:
        return not (_OBJECTS | _ARTICLES).isdisjoint(following[:1])
    if words[begin] not in _ORDERS:
        return False
    return words[begin] not in _NOUNS or _FINITE.isdisjoint(following) or not _OBJECTS.isdisjoint(following[:1])


def _orders_within(words: list[str]) -> bool:
    """An order anywhere: its verb, with nothing in front of it that could be its subject."""
    for place, word in enumerate(words[1:], 1):
        before = next((w for w in reversed(words[:place]) if w not in _ADVERBS), "")
        if word in _ORDERS - _NOUNS and before not in _SUBJECTS:
            return True
    return False
