"""Checks whether a model-played caller kept to its part. If it didn't, the call says nothing about the agent. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from greenroom.rehearsal import text_match
from greenroom.rehearsal.scenario import Persona, SimulatedCaller

#: A sentence of this many words said by both sides is a role flip, not a coincidence.
ECHO_WORDS = 5
#: A line said so often is a loop.
LOOP = 3
_AGENT_TALK = re.compile(
    r"how (?:can|may) i (?:help|assist)|(?:anything|something) else i can (?:help|do)|thank you for calling|as an ai\b"
    r"|^(?:agent|assistant|system|receptionist)\s*:",
    re.IGNORECASE,
)
_GOODBYE = re.compile(
    r"\b(?:good ?bye|bye(?:[ -]bye)?|have a (?:nice|good|great|lovely) (?:day|evening|night|one))\b", re.IGNORECASE
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+")
_NAMED = re.compile(
    r"\b(?i:my (?:full |first |last )?name(?: is|'s)|this is|under the name(?: of)?|call me)\s+((?:[A-Z][\w'-]+ ?)+)"
)
_ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_VALUES = {word: number for number, word in enumerate(_ONES.split())}
_VALUES |= {word: number * 10 for number, word in enumerate(_TENS.split(), 2)}
_VALUES |= {word: number for number, word in enumerate(_ORDINALS.split())}
_VALUES |= {f"{word}th": number for word, number in list(_VALUES.items()) if word.endswith("teen")}
_VALUES |= {"twentieth": 20, "thirtieth": 30}
_DIGITS = re.compile(r"\d+")
#: "one moment", "the second time": too common to be a fact.
_ALWAYS_KNOWN = {0, 1, 2}


@dataclass(frozen=True, slots=True)
class HangUp:
    """Why a caller ended the call; ``quote``: for a reached goal, the agent's words that reached it. ``heard``: how many replies,
    greeting included, came before; None = all."""

    because: Literal["goal", "patience"]
    quote: str = ""
    heard: int | None = None


def objection(
    caller: SimulatedCaller, persona: Persona, said: Sequence[str], replies: Sequence[str], hung_up: HangUp | None
) -> str:
    """The first fault of a caller, as a sentence; "" without one. ``replies`` from the greeting on, which is "" without one."""
    return next(_faults(caller, persona, said, replies, hung_up), "")


def _faults(
    caller: SimulatedCaller, persona: Persona, said: Sequence[str], replies: Sequence[str], hung_up: HangUp | None
) -> Iterator[str]:
    for number, line in enumerate(said):
        heard = replies[: number + 1]
        if _plays_agent(line, heard):
            yield f"It spoke as the agent: “{line}”"
        if invented := invented_in(line, (*_facts(caller, persona), *heard)):
            yield f"It invented “{invented}”, which isn't in its facts: “{line}”"
        if secret := _withheld(line, persona):
            yield f"It gave away “{secret}”, which it must withhold."
    if sum(bool(_GOODBYE.search(line)) for line in said) > 1:
        yield "It kept saying goodbye without hanging up."
    words, times = Counter(tuple(text_match.words(line)) for line in said).most_common(1)[0] if said else ((), 0)
    if times >= LOOP:
        yield f"It said the same {times} times: “{' '.join(words)}”"
    if hung_up is not None and (early := _too_early(persona, said, replies, hung_up)):
        yield early


def invented_in(line: str, sources: Sequence[str]) -> str:
    """A name, number or address in a line that is in none of the known texts; "" if there is none."""
    text = " ".join(sources)
    for email in _EMAIL.findall(line):
        if email.casefold() not in text.casefold():
            return str(email)
    words = set(text_match.words(text))
    for match in _NAMED.finditer(line):
        for name in text_match.words(match[1]):
            if name not in words and name.removesuffix("'s") not in words:
                return match[1].strip()
    numbers = numbers_in(text)
    allowed = numbers | _ALWAYS_KNOWN | {abs(a - b) for a in numbers for b in numbers} | {a + b for a in numbers for b in numbers}
    digits = "".join(_DIGITS.findall(text))
    for number in sorted(numbers_in(line)):
        if number not in allowed and (number < 100 or str(number) not in digits):
            return str(number)
    return ""


def numbers_in(text: str) -> set[int]:
    """Numbers in digits and in words; "twenty one" counts as 20, 1 and 21."""
    numbers = {int(digits) for digits in _DIGITS.findall(text) if len(digits) <= 15}
    values = [_VALUES.get(word) for word in re.findall(r"[a-z]+", text.lower())]
    numbers |= {value for value in values if value is not None}
    pairs = zip(values, values[1:], strict=False)
    return numbers | {ten + one for ten, one in pairs if ten and one and ten >= 20 and one < 10}


def _facts(caller: SimulatedCaller, persona: Persona) -> Iterator[str]:
    yield from (persona.persona, persona.goal, caller.end_on)
    for name, value in persona.facts.items():
        yield f"{name} {value}"
    yield from (*persona.do, *persona.react, *persona.withhold)


def _plays_agent(line: str, heard: Sequence[str]) -> bool:
    if _AGENT_TALK.search(line):
        return True
    words = text_match.words(line)
    return len(words) >= ECHO_WORDS and any(words == text_match.words(reply) for reply in heard)


def _withheld(line: str, persona: Persona) -> str:
    """The value of a fact under ``withhold`` that the line gives away; "" if there is none."""
    withheld = {name.casefold() for name in persona.withhold}
    for name, value in persona.facts.items():
        if value and name.casefold() in withheld and text_match.find(value, line):
            return value
    return ""


def _too_early(persona: Persona, said: Sequence[str], replies: Sequence[str], hung_up: HangUp) -> str:
    answers = replies[1 : hung_up.heard]
    if hung_up.because == "patience":
        tried = sum(1 for reply in answers if reply)
        if tried < persona.patience:
            return f"It hung up early: after {tried} of {persona.patience} tries of the agent."
        return ""
    if not any(_has(reply, hung_up.quote) for reply in answers):
        return "It hung up early: the agent never said the words that it quotes as proof of its goal."
    return ""


def _has(reply: str, quote: str) -> bool:
    wanted, spoken = text_match.words(quote), text_match.words(reply)
    return bool(wanted) and any(spoken[at : at + len(wanted)] == wanted for at in range(len(spoken)))
