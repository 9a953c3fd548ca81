"""Asks a brain one question and measures it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from greenroom.clock import Clock
from greenroom.twin.agent.brain.base import Brain, Message, in_time

LONGEST_ANSWER_TOKENS, LONGEST_CHAT_TOKENS = 120, 300
#: An answer that arrives within less came in one piece, so that its speed can't be measured.
_SHORTEST_S = 0.05
PROMPT = "You are a helpful assistant on the phone. Answer in one or two short sentences."


@dataclass(frozen=True, slots=True)
class BrainTrial:
    """``tokens_per_s`` counts what arrives after the first token; 0 when the answer came in one piece."""

    answer: str
    first_token_ms: int
    tokens: int
    tokens_per_s: float


async def try_brain(brain: Brain, question: str, clock: Clock) -> BrainTrial:
    """Ask one question and measure; each piece of the stream counts as a token. Raises BrainError."""
    asked: Sequence[Message] = [{"role": "system", "content": PROMPT}, {"role": "user", "content": question}]
    began, first, last, tokens, said = clock.monotonic(), 0.0, 0.0, 0, ""
    stream = brain.stream(asked, {"max_tokens": LONGEST_ANSWER_TOKENS})
    async with aclosing(in_time(stream)) as answer:
        async for text in answer:
            if not text or not isinstance(text, str):
                continue
            last = clock.monotonic()
            first = first or last
            tokens += 1
            said += text
    took = last - first
    speed = (tokens - 1) / took if tokens > 1 and took >= _SHORTEST_S else 0.0
    return BrainTrial(said.strip(), round((first - began) * 1000), tokens, round(speed, 1))


async def chat(brain: Brain, messages: Sequence[Message]) -> str:
    """The whole answer to a conversation. Raises BrainError."""
    stream = brain.stream(messages, {"max_tokens": LONGEST_CHAT_TOKENS, "temperature": 0.7})
    async with aclosing(in_time(stream)) as answer:
        return "".join([text async for text in answer if isinstance(text, str)]).strip()
