"""What a prompt says that can be read out: its facts found by the words of a question. Pure, English, no model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from greenroom.twin.agent.brain.base import Message

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[a-z']+")
#: "What you know: breakfast is …" → "breakfast is …"
_LABEL = re.compile(r"^[A-Z][^:.!?,]{0,30}:\s+")
#: Sentences that speak to the model are instructions, not facts to read out.
_INSTRUCTION = re.compile(
    r"(you|your|when|whenever|if|never|always|answer|do not|don't|speak|keep|be|use|ask|say|avoid|repeat|remember)\b",
    re.IGNORECASE,
)
_YOU_ARE = re.compile(r"^you(?: are|'re) (?P<who>.+)$", re.IGNORECASE)
_WHO = re.compile(r"\bwho\b.*\b(you|this|speaking|talking)\b|\b(your name|introduce yourself)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"(and|or|what about|how about)\b", re.IGNORECASE)
_HELLO = re.compile(r"^(hello|hi|hey|good (morning|day|afternoon|evening))( there)?[ ,.!]*$", re.IGNORECASE)
_GOODBYE = re.compile(r"\b(bye|goodbye|see you)\b", re.IGNORECASE)
_THANKS = re.compile(r"^(ok(ay)?|great|no|perfect)?[ ,.!]*(many )?(thanks|thank you)\b", re.IGNORECASE)

_ENDING = re.compile(r"(?:ing|ed|es|s|e)$")
_SAME = {day: "weekday" for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
_SAME |= {"saturday": "weekend", "sunday": "weekend", "price": "cost", "expensive": "cost", "pet": "dog", "pets": "dog"}
_COMMON_WORDS = """a about am an and any are as at be by can could did do does for from get give had has
have hello hi how i if in into is it its like long many may me more much my need no not
now of on one or our please say so some tell than thank thanks that the their then there these they this
time to us want was we were what when where which who will with would yes you your"""
_COMMON = frozenset(_COMMON_WORDS.split())
#: A fact counts when it covers at least this share of what was asked, rare words counting more.
_ENOUGH = 0.3
_UNHEARD_OF = 0.4


def reply(messages: Sequence[Message]) -> str:
    """What can be said to the last question out of the prompt alone; "" when the prompt says nothing about it."""
    prompt = " \n".join(_content(m) for m in messages if m.get("role") == "system")
    asked = [_content(m) for m in messages if m.get("role") == "user"]
    if not asked:
        return ""
    if _HELLO.search(asked[-1].strip()):
        return "Hello. How can I help you?"
    if _GOODBYE.search(asked[-1]):
        return "Thank you, and goodbye."
    if _WHO.search(asked[-1]) and (who := introduction(prompt)):
        return who
    found = fitting(prompt, asked[-1]) or (fitting(prompt, f"{asked[-2]} {asked[-1]}") if _is_short(asked) else "")
    return found or ("You are welcome." if _THANKS.search(asked[-1].strip()) else "")


def fitting(prompt: str, question: str) -> str:
    """The fact of ``prompt`` that covers most of ``question``; "" when none covers enough of it."""
    facts = facts_of(prompt)
    stems = [_stems(fact) for fact in facts]
    spread = Counter(stem for found in stems for stem in set(found))
    # What no fact speaks of is mostly politeness ("sorry, but may I bring …"): it weighs little.
    wanted = {stem: 1 / spread[stem] if stem in spread else _UNHEARD_OF for stem in _stems(question)}
    best, best_rank = "", (_ENOUGH, 0)
    for fact, found in zip(facts, stems, strict=True):
        shared = [place for place, stem in enumerate(found) if stem in wanted]
        if not shared:
            continue
        # Of two that cover the same, the one that begins with it is about it.
        rank = (sum(wanted[stem] for stem in set(found) & wanted.keys()) / sum(wanted.values()), -shared[0])
        if rank > best_rank:
            best, best_rank = fact, rank
    return best


def facts_of(prompt: str) -> list[str]:
    """The sentences that state something."""
    sentences = (_LABEL.sub("", sentence.strip()) for sentence in _SENTENCE.split(prompt))
    return [s[0].upper() + s[1:] for s in sentences if s and not _INSTRUCTION.match(s)]


def introduction(prompt: str) -> str:
    """ "You are Ava, the front desk." → "I am Ava, the front desk." """
    for sentence in _SENTENCE.split(prompt):
        if found := _YOU_ARE.match(sentence.strip()):
            return f"I am {found['who']}"
    return ""


def _is_short(asked: Sequence[str]) -> bool:
    """ "And on Sunday?" goes on with the question before."""
    return len(asked) > 1 and len(_stems(asked[-1])) <= 2 and _GOES_ON.match(asked[-1]) is not None


def _stems(text: str) -> list[str]:
    words: list[str] = [w.strip("'") for w in _WORD.findall(text.lower())]
    return [_ENDING.sub("", _SAME.get(w, w))[:7] for w in words if w not in _COMMON and len(w) > 2]


def _content(message: Message) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else ""
