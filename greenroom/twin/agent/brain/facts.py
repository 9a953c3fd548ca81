"""Answers questions from a prompt by reading out its facts. English, no model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from greenroom.twin.agent.brain.base import Message
from greenroom.twin.agent.brain.prompt_facts import facts_in

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[a-z']+")
#: "check-in" is one word, as "checkin" is.
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_YOU_ARE = re.compile(r"^you(?: are|'re) (?P<who>.+)$", re.IGNORECASE)
_WHO = re.compile(r"\bwho\b.*\b(you|this|speaking|talking)\b|\b(your name|introduce yourself)\b", re.IGNORECASE)
_FOLLOWS_UP = re.compile(r"(and|or|what about|how about)\b", re.IGNORECASE)
_HELLO = re.compile(r"^(hello|hi|hey|good (morning|day|afternoon|evening))( there)?[ ,.!]*$", re.IGNORECASE)
_GOODBYE = re.compile(r"\b(bye|goodbye|see you)\b", re.IGNORECASE)
_THANKS = re.compile(r"^(ok(ay)?|great|no|perfect)?[ ,.!]*(many )?(thanks|thank you)\b", re.IGNORECASE)
_HOW_ARE_YOU = re.compile(r"\bhow are you\b|\bhow('s| is) it going\b", re.IGNORECASE)
_CAN_YOU_HEAR = re.compile(r"\b(can|do) you hear me\b|\bare you (still )?there\b", re.IGNORECASE)
_ARE_YOU_REAL = re.compile(
    r"\b(are you|is this|am i (talking|speaking) (to|with))\b.*\b(robot|bot|ai|human|machine|real)\b", re.IGNORECASE
)
_YES = re.compile(r"^(yes|yeah|yep|sure|ok(ay)?|please|that would be)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"^(?:(?:so|and|but|well|okay|ok|hello|hi|hey|sorry|please|excuse me)[, ]+)*"
    r"(?:what|when|where|which|who|whose|why|how|is|are|was|were|do|does|did|can|could|may|might|will|would|shall|should|"
    r"have|has|am|tell|give|explain|describe|i(?:'d| would) like to know|i want to know|i need to know)\b",
    re.IGNORECASE,
)

_ENDING = re.compile(r"(?:ing|ies|ed|es|s|e|(?<=\w{3})y)$")
_SAME = {day: "weekday" for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
_SAME |= {
    "saturday": "weekend",
    "sunday": "weekend",
    "price": "cost",
    "prices": "cost",
    "pricing": "cost",
    "located": "address",
    "location": "address",
    "expensive": "cost",
    "pet": "dog",
    "pets": "dog",
}
_COMMON_WORDS = """a about am an and any are as at be by can could did do does for from get give had has
have hello hi how i if in into is it its like long many may me more much my need no not
now of on one or our please say so some tell than thank thanks that the their then there these they this
time to us want was we were what when where which who will with would yes you your must shall should might"""
_COMMON = frozenset(_COMMON_WORDS.split())
#: The share of a question that a fact must cover to answer it; rare words count more.
_ENOUGH = 0.3
#: The weight of a word that no fact mentions; most of them are politeness ("sorry, but may I bring …").
_UNMENTIONED = 0.4

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

#: Subjects that an agent must not discuss, up to the end of the sentence. What it must not promise goes to a colleague instead.
_FORBIDS = re.compile(
    r"\b(?:never|do not|don't|must not|mustn't|may not|cannot|can't|refuse to|avoid|not allowed to) (?:ever |directly )?"
    r"(?:discuss(?:ing)?|talk(?:ing)? about|speak(?:ing)? about|answer(?:ing)?|mention(?:ing)?|disclos(?:e|ing)|"
    r"reveal(?:ing)?|shar(?:e|ing)|comment(?:ing)? on|negotiat(?:e|ing)|quot(?:e|ing)|giv(?:e|ing))\b([^.!?\n]*)",
    re.IGNORECASE,
)
REFUSAL = "I'm afraid I can't help with that. Is there anything else I can do for you?"

#: For questions the prompt has no answer to; the next one each time, so that two in a row differ.
DEFERRALS = (
    "I don't have that information. A colleague can call you back about it.",
    "I'm not sure about that. I can have a colleague call you back.",
    "I can't answer that one. A colleague will be happy to call you back.",
)
CALLBACK = "Thank you. Which number should my colleague call?"


def reply(messages: Sequence[Message]) -> str:
    """The answer to the last question that the prompt alone can give; "" when it says nothing about it."""
    prompt, asked = prompt_of(messages), _asked(messages)
    if not asked:
        return ""
    if _HELLO.search(asked[-1].strip()):
        return "Hello. How can I help you?"
    if _GOODBYE.search(asked[-1]):
        return "Thank you, and goodbye."
    if small_talk := next((line for pattern, line in _SMALL_TALK if pattern.search(asked[-1])), ""):
        return small_talk
    if _WHO.search(asked[-1]) and (who := introduction(prompt)):
        return who
    found = fitting(prompt, asked[-1]) or (fitting(prompt, f"{asked[-2]} {asked[-1]}") if _follows_up(asked) else "")
    if _is_question(asked[-1]) and is_forbidden(prompt, asked[-1], found):
        return REFUSAL
    return found or ("You are welcome." if _THANKS.search(asked[-1].strip()) else "")


def deferral(messages: Sequence[Message]) -> str:
    """The reply to a question that the prompt doesn't answer, instead of an invented one; "" if a model may talk freely.

    Prompts with facts for callers of a business count as complete.
    """
    asked = _asked(messages)
    said = [_content(m) for m in messages if m.get("role") == "assistant"]
    prompt = prompt_of(messages)
    if not asked or not _SERVES_CALLERS.search(prompt) or not facts_of(prompt):
        return ""
    if said and said[-1] in DEFERRALS and _YES.search(asked[-1].strip()):
        return CALLBACK
    if not _is_question(asked[-1]):
        return ""
    return DEFERRALS[sum(text in DEFERRALS for text in said) % len(DEFERRALS)]


def fitting(prompt: str, question: str) -> str:
    """The fact of ``prompt`` that covers most of ``question``; "" when none covers enough of it."""
    facts = facts_in(prompt)
    texts = [fact.words for fact in facts]
    asked = _stems(question, *texts)
    stems = [_stems(text, question) for text in texts]
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
    asked = set(_stems(question))
    return len(asked & set(_stems(fitting(prompt, question)))) / len(asked) if asked else 0.0


def is_forbidden(prompt: str, question: str, answer: str) -> bool:
    """Whether the prompt forbids a subject of ``question`` that ``answer`` isn't about, as "Do not discuss salaries." """
    subjects = {stem for found in _FORBIDS.finditer(prompt) for stem in _stems(found[1])}
    return not subjects.isdisjoint(set(_stems(question)) - set(_stems(answer)))


def facts_of(prompt: str) -> list[str]:
    """The sentences of ``prompt`` that state something. Instructions to the agent are never read out."""
    return [fact.text for fact in facts_in(prompt)]


def introduction(prompt: str) -> str:
    """ "You are Ava, the front desk." → "I am Ava, the front desk." """
    for sentence in _SENTENCE.split(prompt):
        if found := _YOU_ARE.match(sentence.strip()):
            return f"I am {found['who']}"
    return ""


def _is_question(text: str) -> bool:
    return text.rstrip().endswith("?") or _ASKS.match(text.strip()) is not None


def _follows_up(asked: Sequence[str]) -> bool:
    """ "And on Sunday?" continues the question before it."""
    return len(asked) > 1 and len(_stems(asked[-1])) <= 2 and _FOLLOWS_UP.match(asked[-1]) is not None


def _stems(text: str, *others: str) -> list[str]:
    """``others`` say what is one word: "check out" where they have "checkout"."""
    words = _words(text)
    if others:
        known = {word for other in others for word in _words(other)}
        for at in range(len(words) - 1, 0, -1):
            if (joined := words[at - 1] + words[at]) in known:
                words[at - 1 : at + 1] = [joined]
    return [_ENDING.sub("", _SAME.get(w, w))[:7] for w in words if w not in _COMMON and len(w) > 2]


def _words(text: str) -> list[str]:
    return [word.strip("'") for word in _WORD.findall(_HYPHEN.sub("", text.lower()))]


def prompt_of(messages: Sequence[Message]) -> str:
    """The text of all system messages, a line each; content in parts is left out."""
    return " \n".join(_content(m) for m in messages if m.get("role") == "system")


def _asked(messages: Sequence[Message]) -> list[str]:
    return [_content(m) for m in messages if m.get("role") == "user"]


def _content(message: Message) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else ""
