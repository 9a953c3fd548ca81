"""Answers questions from a prompt by reading out its facts. English, no model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.brain.courtesies import courtesy, is_thanks
from greenroom.twin.agent.brain.heard import asked_in, is_question, prompt_of
from greenroom.twin.agent.brain.prompt_facts import facts_in
from greenroom.twin.agent.brain.question_words import stems_in

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_YOU_ARE = re.compile(r"^you(?: are|'re) (?P<who>.+)$", re.IGNORECASE)
_WHO = re.compile(r"\bwho\b.*\b(you|this|speaking|talking)\b|\b(your name|introduce yourself)\b", re.IGNORECASE)
_FOLLOWS_UP = re.compile(r"(and|or|what about|how about)\b", re.IGNORECASE)
#: The share of a question that a fact must cover to answer it; rare words count more.
_ENOUGH = 0.3
#: The weight of a word that no fact mentions; most of them are politeness ("sorry, but may I bring …").
_UNMENTIONED = 0.4

#: Subjects that an agent must not discuss, up to the end of the sentence. What it must not promise goes to a colleague instead.
_FORBIDS = re.compile(
    r"\b(?:never|do not|don't|must not|mustn't|may not|cannot|can't|refuse to|avoid|not allowed to) (?:ever |directly )?"
    r"(?:discuss(?:ing)?|talk(?:ing)? about|speak(?:ing)? about|answer(?:ing)?|mention(?:ing)?|disclos(?:e|ing)|"
    r"reveal(?:ing)?|shar(?:e|ing)|comment(?:ing)? on|negotiat(?:e|ing)|quot(?:e|ing)|giv(?:e|ing))\b([^.!?\n]*)",
    re.IGNORECASE,
)
REFUSAL = "I'm afraid I can't help with that. Is there anything else I can do for you?"


def reply(messages: Sequence[Message]) -> str:
    """The answer to the last question that the prompt alone can give; "" when it says nothing about it."""
    prompt, asked = prompt_of(messages), asked_in(messages)
    if not asked:
        return ""
    if said := courtesy(asked[-1]):
        return said
    if _WHO.search(asked[-1]) and (who := introduction(prompt)):
        return who
    found = fitting(prompt, asked[-1]) or (fitting(prompt, f"{asked[-2]} {asked[-1]}") if _follows_up(asked) else "")
    if is_question(asked[-1]) and is_forbidden(prompt, asked[-1], found):
        return REFUSAL
    return found or ("You are welcome." if is_thanks(asked[-1]) else "")


def fitting(prompt: str, question: str) -> str:
    """The fact of ``prompt`` that covers most of ``question``; "" when none covers enough of it."""
    facts = facts_in(prompt)
    texts = [fact.words for fact in facts]
    asked = stems_in(question, *texts)
    stems = [stems_in(text, question) for text in texts]
    spread = Counter(stem for found in stems for stem in set(found))
    wanted = {stem: 1 / spread[stem] if stem in spread else _UNMENTIONED for stem in asked}
    best, best_rank = "", (_ENOUGH, 0)
    for fact, found in zip(facts, stems, strict=True):
        shared = [place for place, stem in enumerate(found) if stem in wanted]
        if not shared:
            continue
        # Of two that cover the same, the one that begins with it is about it.
        rank = (sum(wanted[stem] for stem in set(found) & wanted.keys()) / sum(wanted.values()), -shared[0])
        if rank > best_rank:
            best, best_rank = fact.text, rank
    return best


def coverage(prompt: str, question: str) -> float:
    """How much of the question's own words the best fact of ``prompt`` covers, 0 to 1."""
    asked = set(stems_in(question))
    return len(asked & set(stems_in(fitting(prompt, question)))) / len(asked) if asked else 0.0


def is_forbidden(prompt: str, question: str, answer: str) -> bool:
    """Whether the prompt forbids a subject of ``question`` that ``answer`` isn't about, as "Do not discuss salaries." """
    subjects = {stem for found in _FORBIDS.finditer(prompt) for stem in stems_in(found[1])}
    return not subjects.isdisjoint(set(stems_in(question)) - set(stems_in(answer)))


def facts_of(prompt: str) -> list[str]:
    """The sentences of ``prompt`` that state something. Instructions to the agent are never read out."""
    return [fact.text for fact in facts_in(prompt)]


def introduction(prompt: str) -> str:
    """ "You are Ava, the front desk." → "I am Ava, the front desk." """
    for sentence in _SENTENCE.split(prompt):
        if found := _YOU_ARE.match(sentence.strip()):
            return f"I am {found['who']}"
    return ""


def _follows_up(asked: Sequence[str]) -> bool:
    """ "And on Sunday?" continues the question before it."""
    return len(asked) > 1 and len(stems_in(asked[-1])) <= 2 and _FOLLOWS_UP.match(asked[-1]) is not None
