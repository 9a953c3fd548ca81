"""The keyless responder: it writes nothing of its own, it reads out the sentence of the prompt that fits the question."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from greenroom.twin.agent.brain.base import Message

_WORD = re.compile(r"[a-z']+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_COMMON_WORDS = """a about an and are at be can could do does for from have hello hi how i in is it may me my of on or our
please tell that the there this to us was we what when where which who will with would you your"""
_COMMON = frozenset(_COMMON_WORDS.split())


class ScriptedBrain:
    """Instant and predictable, which is what demos without a model and measurements need."""

    label = "Scripted responder (answers out of the prompt)"

    async def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncIterator[str]:
        system = " ".join(str(m.get("content", "")) for m in messages if m.get("role") == "system")
        asked = next((str(m.get("content", "")) for m in reversed(messages) if m.get("role") == "user"), "")
        yield answer(system, asked)


def answer(system: str, asked: str) -> str:
    """The sentence of ``system`` that shares most words with ``asked``; who this is, when none shares any."""
    wanted = _stems(asked)
    sentences = [s.strip() for s in _SENTENCE.split(system) if s.strip()]
    # Sentences that speak to the model ("You are …", "When somebody …") are instructions, not facts to read out.
    facts = [s for s in sentences if not re.match(r"(you|when|if|never|answer|always|do not)\b", s, re.IGNORECASE)]
    best = max(facts, key=lambda s: len(wanted & _stems(s)), default="")
    if best and wanted & _stems(best):
        return best
    return "I am the scripted responder of the offline twin. I can only read out of my prompt, and it says nothing about that."


def _stems(text: str) -> frozenset[str]:
    words = (w.strip("'") for w in _WORD.findall(text.lower()))
    return frozenset(w.rstrip("s")[:7] for w in words if w not in _COMMON and len(w) > 2)
